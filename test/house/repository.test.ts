import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ROOT } from "./sources.ts";

/** The visible top level (design, section 3): whoever adds to it changes how the whole is understood. */
const TOP_LEVEL = [
  "LICENSE",
  "README.md",
  "action.yml",
  "manifests",
  "package-lock.json",
  "package.json",
  "policies",
  "src",
  "test",
  "tsconfig.json",
];
/** Made by tools and ignored by git. */
const MADE = ["lib", "node_modules"];

const visible = readdirSync(ROOT).filter(
  (name) => !name.startsWith(".") && !MADE.includes(name) && !name.endsWith(".tgz"),
);

/** Every file of ours, whatever its kind. */
function everyFile(): readonly string[] {
  const patterns = [
    "*",
    ".[!.]*",
    "src/**/*",
    "test/**/*",
    "manifests/**/*",
    "policies/**/*",
    ".ci/**/*",
    ".github/**/*",
  ];
  return globSync(patterns, { cwd: ROOT })
    .filter((path) => !/^(node_modules|lib|\.git)(\/|$)/.test(path))
    .filter((path) => statSync(join(ROOT, path)).isFile());
}

describe("the repository", () => {
  test("has nothing at its top level but what the design lists", () => {
    assert.deepEqual(
      visible.filter((name) => !TOP_LEVEL.includes(name)),
      [],
    );
  });

  test("has a licence and a README in every top-level folder", () => {
    const folders = visible.filter((name) => statSync(join(ROOT, name)).isDirectory());
    const wanted = ["LICENSE", "README.md", ...folders.map((folder) => `${folder}/README.md`)];
    assert.deepEqual(
      wanted.filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });

  test("pins every dependency to one version", () => {
    const { dependencies, devDependencies }: Record<string, Record<string, string> | undefined> = JSON.parse(
      readFileSync(join(ROOT, "package.json"), "utf8"),
    );
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    assert.deepEqual(loose, []);
  });

  test("has a lock file that names no registry", () => {
    const lock = readFileSync(join(ROOT, "package-lock.json"), "utf8");
    assert.equal(/"resolved": "https?:/.exec(lock)?.[0], undefined);
  });

  test("names no place, tool or person of the workshop where it was made", () => {
    // In halves, so that this file does not contain what it forbids.
    const words = [
      ["/wo", "rk/"],
      ["/tmp/br", "ief"],
      ["../sha", "red/"],
      ["verda", "ccio"],
      ["artifac", "tory"],
      ["anthro", "pic"],
      ["clau", "de"],
      ["chat", "gpt"],
      ["copi", "lot"],
      ["language mo", "del"],
    ];
    const forbidden = new RegExp(
      words.map((halves) => halves.join("").replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|"),
      "i",
    );
    const hits = everyFile()
      .filter((path) => !/\.(gz|tgz|png)$/.test(path))
      .flatMap((path) => {
        const found = forbidden.exec(readFileSync(join(ROOT, path), "utf8"))?.[0];
        return found === undefined ? [] : [`${path}: ${found}`];
      });
    assert.deepEqual(hits, []);
  });
});
