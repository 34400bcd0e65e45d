import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { at, asString } from "../../src/core/model/fields.ts";
import { type Packed, packCheckout } from "../builders/packed.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("the package for npm", () => {
  let packed: Packed;
  let folder: string;

  before(async () => {
    packed = await packCheckout();
    folder = join(packed.folder, "package");
    await run("tar", ["-xzf", packed.tarball, "-C", packed.folder]);
    await symlink(join(ROOT, "node_modules"), join(packed.folder, "node_modules"));
  });
  after(() => packed.close());

  const drover = (args: readonly string[], cwd = packed.folder) =>
    run(process.execPath, [join(folder, "lib/entry/main.mjs"), ...args], cwd);

  test("holds what it needs to run, and nothing else", () => {
    const may = /^(package\.json|README\.md|LICENSE|(manifests|policies)\/.+|lib\/.+\.(js|mjs|json)|lib\/.+\/NOTICE)$/;
    assert.deepEqual(
      packed.files.filter((path) => !may.test(path)),
      [],
    );
    const data = globSync("src/**/*.{json,mjs}", { cwd: ROOT }).map((path) => path.replace(/^src/, "lib"));
    assert.deepEqual(
      data.filter((path) => !packed.files.includes(path)),
      [],
    );
    assert.ok(data.some((path) => path.endsWith("openapi/definitions.json")));
    assert.ok(packed.files.includes("manifests/schemas/plan.schema.json"));
    assert.ok(packed.unpackedBytes < 8e6, `${packed.unpackedBytes} bytes`);
  });

  test("builds its code when it is packed", () => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    assert.equal(at(manifest, "scripts", "prepack"), "npm run -s build");
    assert.equal(at(manifest, "scripts", "build"), "node test/tools/build.ts");
    assert.equal(at(manifest, "engines", "node"), ">=24");
  });

  test("imports no package that an installation would lack", () => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const installed = Object.keys(at(manifest, "dependencies") ?? {});
    const wanted = globSync("lib/**/*.{js,mjs}", { cwd: folder }).flatMap((path) => packagesIn(join(folder, path)));
    assert.deepEqual(
      [...new Set(wanted)].filter((name) => !installed.includes(name)),
      [],
    );
    assert.deepEqual(
      installed.filter((name) => !wanted.includes(name)),
      [],
      "and has none that nothing imports",
    );
  });

  test("has a manifest that npm's readers understand", async () => {
    const { messages } = await publint({ pkgDir: folder, pack: false, strict: true });
    assert.deepEqual(messages, []);
  });

  test("runs: version, help, and a repository that it wrote itself is valid", async () => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    assert.equal((await drover(["--version"])).out, `${asString(at(manifest, "version"))}\n`);
    assert.match((await drover(["--help"])).out, /^Usage: drover/);
    assert.match((await drover(["sandbox", "--help"])).out, /--speed/);
    const nowhere = join(packed.folder, "no-kubeconfig");
    assert.equal((await drover(["init", "--dir", "dr", "--kubeconfig", nowhere])).code, 0);
    const validated = await drover(["validate", "--repo", "dr"]);
    assert.deepEqual([validated.code, validated.err], [0, ""]);
    assert.match(validated.out, /^Valid: 2 clusters/m);
  });
});

/** Names of the packages that a built file imports, Node's own left out. */
function packagesIn(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  // The compiler writes each import on one line, its specifier in double quotes.
  const found = text.matchAll(/^(?:(?:import|export) [^"'\n]* from |import )"([^"]+)";$|\bimport\("([^"]+)"\)/gm);
  return [...found]
    .map((match) => match[1] ?? match[2] ?? "")
    .filter((specifier) => !/^(\.|node:)/.test(specifier) && !builtinModules.includes(specifier))
    .map((specifier) =>
      specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/"),
    );
}

function run(program: string, args: readonly string[], cwd?: string) {
  return new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) => {
    const child = execFile(program, args, { cwd, env: { PATH: process.env["PATH"], HOME: cwd } }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}
