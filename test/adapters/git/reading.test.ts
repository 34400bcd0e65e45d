import assert from "node:assert/strict";
import { symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createGit } from "../../../src/adapters/git/create-git.ts";
import type { GitOptions } from "../../../src/adapters/git/create-git.ts";
import { GitFault } from "../../../src/ports/git.ts";
import type { GitPort } from "../../../src/ports/git.ts";
import { createTestRepository, writeFiles } from "../../builders/repository.ts";
import type { TestRepository } from "../../builders/repository.ts";

let repository: TestRepository;
let git: GitPort;
let first: string;

before(async () => {
  repository = await createTestRepository({ "README.md": "# DR\n", "apps/shop.yaml": "kind: A\n" });
  git = open({});
  first = await repository.git(["rev-parse", "HEAD"]);
  await git.fetch();
});
after(() => repository.close());

function open(changes: Partial<GitOptions>): GitPort {
  return createGit({
    directory: repository.checkout,
    remote: "origin",
    author: { name: "Drover", email: "drover@example.com" },
    now: () => 0,
    environment: repository.environment,
    ...changes,
  });
}

function rejects(code: GitFault["code"], run: () => Promise<unknown>): Promise<void> {
  return assert.rejects(run, (error) => error instanceof GitFault && error.code === code);
}

/** A commit, reachable from no branch, whose tree has these `mktree` lines. */
async function commitOf(lines: readonly string[]): Promise<string> {
  const tree = await repository.git(["mktree", "-z"], { input: lines.map((line) => `${line}\u{0}`).join("") });
  return repository.git(["commit-tree", tree, "-m", "Tree"]);
}

function blob(text: string): Promise<string> {
  return repository.git(["hash-object", "-w", "--stdin"], { input: text });
}

describe("readTree", () => {
  it("reads the text of the files below the paths, byte for byte", async () => {
    assert.deepEqual([...(await git.readTree(first, ["apps"]))], [["apps/shop.yaml", "kind: A\n"]]);
    assert.deepEqual([...(await git.readTree(first, ["apps/shop.yaml"])).keys()], ["apps/shop.yaml"]);
    assert.deepEqual([...(await git.readTree(first, [""])).keys()], ["README.md", "apps/shop.yaml"]);
    assert.deepEqual([...(await git.readTree(first, ["nowhere", "no/where"])).keys()], []);
  });

  it("shows bytes that are not text instead of dropping the file", async () => {
    await writeFile(join(repository.checkout, "binary"), new Uint8Array([0xff, 0x41, 0]));
    const id = await repository.git(["hash-object", "-w", "binary"]);
    await unlink(join(repository.checkout, "binary"));
    const commit = await commitOf([`100644 blob ${id}\tlogo.yaml`, `100644 blob ${await blob("")}\tempty`]);
    const files = await git.readTree(commit, [""]);
    assert.deepEqual([files.get("logo.yaml"), files.get("empty")], ["\uFFFDA\u{0}", ""]);
  });

  it("refuses symlinks, also as a folder above the path, and submodules", async () => {
    const link = await commitOf([`120000 blob ${await blob("/etc")}\tapps`]);
    const module = await commitOf([`160000 commit ${first}\tapps`]);
    for (const commit of [link, module]) {
      await rejects("malformed", () => git.readTree(commit, ["apps"]));
      await rejects("malformed", () => git.readTree(commit, ["apps/shop"]));
      await rejects("malformed", () => git.readTree(commit, [""]));
    }
  });

  it("refuses names that would escape when written to a disk", async () => {
    const id = await blob("x");
    for (const name of ["..", ".git", "a\tb\nc", "back\\slash", ".GiT"]) {
      const commit = await commitOf([`100644 blob ${id}\t${name}`]);
      await rejects("malformed", () => git.readTree(commit, [""]));
    }
  });

  it("stops at the limits", async () => {
    const files = open({ limits: { files: 1, fileBytes: 100, totalBytes: 1_000 } });
    await rejects("too-large", () => files.readTree(first, [""]));
    const bytes = open({ limits: { files: 10, fileBytes: 4, totalBytes: 1_000 } });
    await rejects("too-large", () => bytes.readTree(first, [""]));
    const total = open({ limits: { files: 10, fileBytes: 100, totalBytes: 9 } });
    await rejects("too-large", () => total.readTree(first, [""]));
    const output = open({ limits: { files: 10, fileBytes: 100, totalBytes: 20 } });
    await rejects("too-large", () => output.log(first, { firstParent: true, limit: 10 }));
  });

  it("refuses paths and commits that are not", async () => {
    await rejects("malformed", () => git.readTree(first, ["../x"]));
    await rejects("malformed", () => git.readTree(first, ["/etc"]));
    await rejects("malformed", () => git.readTree("HEAD", ["apps"]));
    await rejects("malformed", () => git.readTree("--output=/tmp/x", ["apps"]));
    await rejects("unknown-revision", () => git.readTree("0123456789abcdef0123456789abcdef01234567", ["apps"]));
  });

  it("starts no filter, hook, monitor or replacement that the repository configures", async () => {
    const mark = join(repository.root, "executed");
    const program = `touch ${mark}; cat`;
    await writeFiles(repository.root, { "hooks.sh": `#!/bin/sh\ntouch ${mark}\n` });
    const own = await createTestRepository({ ".gitattributes": "* filter=evil diff=evil\n", "apps/a.yaml": "plain\n" });
    try {
      const settings = [
        ["filter.evil.clean", program],
        ["filter.evil.smudge", program],
        ["filter.evil.required", "true"],
        ["diff.evil.textconv", program],
        ["core.fsmonitor", join(repository.root, "hooks.sh")],
        ["core.pager", program],
        ["core.sshCommand", program],
      ] as const;
      for (const [key, value] of settings) await own.git(["config", key, value]);
      for (const hook of ["pre-push", "reference-transaction", "post-checkout", "pre-auto-gc"]) {
        await symlink(join(repository.root, "hooks.sh"), join(own.checkout, ".git/hooks", hook));
      }
      const port = open({ directory: own.checkout, environment: own.environment });
      const head = await own.git(["rev-parse", "HEAD"]);
      const other = await own.git(["hash-object", "-w", "--stdin", "--no-filters"], { input: "replaced\n" });
      await own.git(["replace", await own.git(["rev-parse", "HEAD:apps/a.yaml"]), other]);
      await unlink(mark).catch(() => undefined);
      await writeFiles(own.checkout, { "apps/a.yaml": "plain\n" });
      await port.fetch();
      assert.equal((await port.checkout(["apps"])).dirty, false);
      assert.equal((await port.readWorkTree(["apps"])).get("apps/a.yaml"), "plain\n");
      assert.equal((await port.readTree(head, ["apps"])).get("apps/a.yaml"), "plain\n");
      const result = await port.commitAndPush({
        branch: "dr/west",
        parent: null,
        owns: [""],
        files: new Map([["apps/a.yaml", "plain\n"]]),
        message: "Render",
      });
      assert.equal(result.outcome, "pushed");
      await assert.rejects(() => import("node:fs/promises").then((fs) => fs.stat(mark)), /ENOENT/);
    } finally {
      await own.close();
    }
  });
});

describe("the work tree", () => {
  const folders = ["apps"];

  it("is clean after a clone, and dirty by a change, a new file or a missing one", async () => {
    const clean = await git.checkout(folders);
    assert.deepEqual(clean, { root: repository.checkout, head: first, branch: "main", dirty: false, shallow: false });
    const changes: readonly [() => Promise<void>, () => Promise<unknown>][] = [
      [() => writeFiles(repository.checkout, { "apps/shop.yaml": "kind: B\n" }), () => restore()],
      [() => writeFiles(repository.checkout, { "apps/new.yaml": "" }), () => unlink(file("apps/new.yaml"))],
      [() => unlink(file("apps/shop.yaml")), () => restore()],
    ];
    for (const [change, undo] of changes) {
      await change();
      assert.equal((await git.checkout(folders)).dirty, true);
      assert.equal((await git.checkout(["elsewhere"])).dirty, false);
      await undo();
      assert.equal((await git.checkout(folders)).dirty, false);
    }
  });

  it("does not count ignored files, carriage returns, or a touched file", async () => {
    await writeFiles(repository.checkout, { ".git/info/exclude": "*.swp\n", "apps/.shop.yaml.swp": "x" });
    await writeFiles(repository.checkout, { "apps/shop.yaml": "kind: A\r\n" });
    assert.equal((await git.checkout(folders)).dirty, false);
    assert.deepEqual([...(await git.readWorkTree(folders)).keys()], ["apps/shop.yaml"]);
    await unlink(file("apps/.shop.yaml.swp"));
    await restore();
  });

  it("is found from a folder inside it, on a detached head and before the first commit", async () => {
    const inside = open({ directory: join(repository.checkout, "apps") });
    assert.equal((await inside.checkout(folders)).root, repository.checkout);
    assert.deepEqual([...(await inside.readWorkTree(folders)).keys()], ["apps/shop.yaml"]);
    await repository.git(["switch", "--quiet", "--detach"]);
    assert.deepEqual((await git.checkout(folders)).branch, null);
    await repository.git(["switch", "--quiet", "main"]);
    const empty = join(repository.root, "empty");
    await repository.git(["init", "--quiet", "--initial-branch=trunk", empty], { cwd: repository.root });
    await writeFiles(empty, { "apps/x.yaml": "1" });
    const state = await open({ directory: empty }).checkout(folders);
    assert.deepEqual(state, { root: empty, head: null, branch: "trunk", dirty: true, shallow: false });
  });

  it("follows a link to a file inside it and refuses one that leaves it, also by a folder", async () => {
    await symlink("shop.yaml", file("apps/alias.yaml"));
    assert.equal((await git.readWorkTree(folders)).get("apps/alias.yaml"), "kind: A\n");
    await unlink(file("apps/alias.yaml"));
    for (const target of ["/etc/hostname", "../../origin.git/HEAD", "../.git/config", "/etc"]) {
      await symlink(target, file("apps/out.yaml"));
      await rejects("malformed", () => git.readWorkTree(folders));
      await unlink(file("apps/out.yaml"));
    }
  });

  it("refuses a nested repository and a file over the limit", async () => {
    await repository.git(["init", "--quiet", file("apps/nested")]);
    await rejects("malformed", () => git.readWorkTree(folders));
    await import("node:fs/promises").then((fs) => fs.rm(file("apps/nested"), { recursive: true }));
    const small = open({ limits: { files: 10, fileBytes: 4, totalBytes: 1_000 } });
    await rejects("too-large", () => small.readWorkTree(folders));
  });

  function file(path: string): string {
    return join(repository.checkout, path);
  }

  function restore(): Promise<unknown> {
    return repository.git(["checkout", "--quiet", "--", "apps"]);
  }
});
