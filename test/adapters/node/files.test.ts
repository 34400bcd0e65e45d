import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { createFiles } from "../../../src/adapters/node/files.ts";
import { FilesFault } from "../../../src/ports/files.ts";

const top = mkdtempSync(join(tmpdir(), "drover-files-"));
after(() => rmSync(top, { recursive: true, force: true }));

function folder(name: string, files: Readonly<Record<string, string | Buffer>> = {}): string {
  const root = join(top, name);
  mkdirSync(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

describe("reading a folder", () => {
  test("finds YAML below the given folders, in order, and nothing else", async () => {
    const root = folder("plain", {
      "drover.yaml": "a",
      "apps/b.yml": "b",
      "apps/deep/er/a.yaml": "c",
      "apps/note.txt": "no",
      "apps/.git/x.yaml": "no",
      "other/x.yaml": "no",
    });
    const read = await createFiles(root).read(["drover.yaml", "apps", "absent"]);
    assert.deepEqual(
      [...read.files],
      [
        ["apps/b.yml", "b"],
        ["apps/deep/er/a.yaml", "c"],
        ["drover.yaml", "a"],
      ],
    );
    assert.deepEqual(read.problems, []);
  });

  test("follows links that stay inside, also in a circle, and refuses those that leave", async () => {
    const outside = folder("outside", { "secret.yaml": "top secret" });
    const root = folder("links", { "apps/a.yaml": "a", "shared/s.yaml": "s" });
    symlinkSync("../shared", join(root, "apps/shared"));
    symlinkSync("..", join(root, "shared/loop"));
    symlinkSync(join(outside, "secret.yaml"), join(root, "apps/file.yaml"));
    symlinkSync(outside, join(root, "apps/dir"));
    symlinkSync("nothing.yaml", join(root, "apps/dead.yaml"));
    const read = await createFiles(root).read(["apps"]);
    assert.ok(read.files.has("apps/a.yaml") && read.files.has("apps/shared/s.yaml"));
    assert.ok(![...read.files.values()].includes("top secret"));
    const problems = read.problems.map(({ code, path }) => `${code} ${path}`).sort();
    assert.deepEqual(problems, [
      "file-unreadable apps/dead.yaml",
      "path-escape apps/dir",
      "path-escape apps/file.yaml",
    ]);
  });

  test("says what is too large, too much, not text or not a file, and reads the rest", async () => {
    const root = folder("odd", {
      "apps/a.yaml": "x".repeat(30),
      "apps/b.yaml": Buffer.from([0xff, 0xfe]),
      "apps/d.yaml": "ok",
      "apps/e.yaml": "over",
    });
    execFileSync("mkfifo", [join(root, "apps/c.yaml")]);
    const read = await createFiles(root, { files: 4, fileBytes: 20, totalBytes: 1000 }).read(["apps"]);
    assert.deepEqual([...read.files], [["apps/d.yaml", "ok"]]);
    assert.deepEqual(read.problems.map(({ code, path }) => `${code} ${path}`).sort(), [
      "file-too-large apps/a.yaml",
      "file-unreadable .",
      "file-unreadable apps/b.yaml",
      "file-unreadable apps/c.yaml",
    ]);
    const little = await createFiles(root, { files: 9, fileBytes: 100, totalBytes: 30 }).read(["apps"]);
    assert.deepEqual([...little.files.keys()], ["apps/a.yaml"]);
  });

  test("a folder that is not there is a fault with its name", async () => {
    await assert.rejects(
      createFiles(join(top, "absent")).read(["a"]),
      (error) => error instanceof FilesFault && error.code === "no-folder",
    );
    writeFileSync(join(top, "file"), "");
    await assert.rejects(
      createFiles(join(top, "file")).read(["a"]),
      (error) => error instanceof FilesFault && error.code === "no-folder",
    );
  });
});

describe("creating files", () => {
  test("writes all of them, in folders that did not exist", async () => {
    const root = join(top, "new/er");
    assert.deepEqual(
      await createFiles(root).create(
        new Map([
          ["a.yaml", "1"],
          ["b/c.yaml", "2"],
        ]),
      ),
      [],
    );
    assert.equal(readFileSync(join(root, "b/c.yaml"), "utf8"), "2");
  });

  test("writes nothing when one is taken, not even through a dead link", async () => {
    const root = folder("taken", { "b.yaml": "old" });
    symlinkSync("../elsewhere.yaml", join(root, "c.yaml"));
    const files = new Map([
      ["a.yaml", "1"],
      ["b.yaml", "2"],
      ["c.yaml", "3"],
    ]);
    assert.deepEqual(await createFiles(root).create(files), ["b.yaml", "c.yaml"]);
    assert.deepEqual([...(await createFiles(root).read(["a.yaml", "b.yaml"])).files], [["b.yaml", "old"]]);
  });

  test("never writes outside", async () => {
    const root = folder("jail");
    symlinkSync(top, join(root, "out"));
    for (const path of ["../x.yaml", "/tmp/x.yaml", "out/x.yaml"]) {
      await assert.rejects(createFiles(root).create(new Map([[path, "x"]])), FilesFault);
    }
  });
});
