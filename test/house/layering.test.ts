import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { APART, layerOf, LAYERS, roomOf } from "./layers.ts";
import type { Import, SourceFile } from "./sources.ts";
import { packageOf, sources } from "./sources.ts";

const files = sources("src");
const byPath = new Map(files.map((file) => [file.path, file]));

function violations(check: (file: SourceFile, imported: Import) => string | null): readonly string[] {
  return files.flatMap((file) => file.imports.flatMap((imported) => check(file, imported) ?? []));
}

describe("layers", () => {
  test("every file of src/ is in a layer", () => {
    assert.deepEqual(
      files.map(({ path }) => path).filter((path) => layerOf(path) === null),
      [],
    );
  });

  for (const layer of LAYERS) {
    test(`${layer.folder}: ${layer.because}`, () => {
      const wrong = violations((file, { target, specifier }) => {
        if (layerOf(file.path) !== layer) return null;
        if (target !== null) {
          const allowed = target.startsWith(layer.folder) || layer.may.some((prefix) => target.startsWith(prefix));
          return allowed ? null : `${file.path} imports ${target}`;
        }
        if (specifier.startsWith("node:")) return layer.node ? null : `${file.path} imports ${specifier}`;
        const allowed = layer.packages === null || layer.packages.includes(packageOf(specifier));
        return allowed ? null : `${file.path} imports the package ${specifier}`;
      });
      assert.deepEqual(wrong, [], layer.because);
    });
  }

  for (const parent of APART) {
    test(`the folders of ${parent} never import each other: what they share belongs below them`, () => {
      const wrong = violations((file, { target }) => {
        if (!file.path.startsWith(parent) || target?.startsWith(parent) !== true) return null;
        const [own, other] = [roomOf(file.path, parent), roomOf(target, parent)];
        // A registry directly in the folder names the rooms, which is its purpose.
        return own === null || other === null || own === other ? null : `${file.path} imports ${target}`;
      });
      assert.deepEqual(wrong, []);
    });
  }

  test("only the entry imports adapters and the sandbox: everything else can be tested without them", () => {
    const wrong = violations((file, { target }) => {
      const guarded = ["src/adapters/", "src/sandbox/"].find((folder) => target?.startsWith(folder) === true);
      if (guarded === undefined || file.path.startsWith(guarded) || file.path.startsWith("src/entry/")) return null;
      return `${file.path} imports ${target}`;
    });
    assert.deepEqual(wrong, []);
  });

  test("src/ never imports test/, and every relative import exists and ends in .ts or .json", () => {
    const wrong = violations((file, { target, specifier }) => {
      if (target === null) return null;
      const known = target.startsWith("src/") && (byPath.has(target) || target.endsWith(".json"));
      return known || target === "package.json" ? null : `${file.path} imports ${specifier}`;
    });
    assert.deepEqual(wrong, []);
  });
});

describe("cycles", () => {
  test("no file needs itself by way of others: a cycle has no order in which it can be understood", () => {
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const visit = (path: string, way: readonly string[]): void => {
      if (state.get(path) === "done") return;
      if (state.get(path) === "open") {
        cycles.push([...way.slice(way.indexOf(path)), path].join(" -> "));
        return;
      }
      state.set(path, "open");
      for (const { target, kind } of byPath.get(path)?.imports ?? []) {
        if (target !== null && kind === "value") visit(target, [...way, path]);
      }
      state.set(path, "done");
    };
    for (const { path } of files) visit(path, []);
    assert.deepEqual(cycles, []);
  });
});

describe("start-up", () => {
  /** Packages reached from a file; dynamic imports are followed on request. */
  const reached = (start: string, dynamic: boolean): ReadonlySet<string> => {
    const seen = new Set<string>();
    const packages = new Set<string>();
    const open = [start];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      for (const { target, kind, specifier } of byPath.get(path)?.imports ?? []) {
        if (kind === "type" || (kind === "dynamic" && !dynamic)) continue;
        if (target !== null) open.push(target);
        else packages.add(packageOf(specifier));
      }
    }
    return packages;
  };

  test("the command line shows its help without loading a library that only some command needs", () => {
    const heavy = ["@kubernetes/client-node", "octokit", "simple-git", "@peculiar/x509", "zod", "yaml", "js-yaml"];
    for (const start of ["src/entry/main.mjs", "src/entry/cli.ts"].filter((path) => byPath.has(path))) {
      assert.deepEqual(
        heavy.filter((name) => reached(start, false).has(name)),
        [],
        start,
      );
    }
  });

  test("commands that need no cluster never load a cluster's client", () => {
    for (const command of ["validate", "schema", "init"]) {
      const packages = reached(`src/entry/commands/${command}.ts`, true);
      assert.ok(!packages.has("@kubernetes/client-node") && !packages.has("octokit"), command);
    }
  });
});
