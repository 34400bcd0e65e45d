import assert from "node:assert/strict";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createGit } from "../../../src/adapters/git/create-git.ts";
import type { GitOptions } from "../../../src/adapters/git/create-git.ts";
import { trailersOf } from "../../../src/adapters/git/history.ts";
import { GitFault } from "../../../src/ports/git.ts";
import type { GitPort } from "../../../src/ports/git.ts";
import { createTestRepository } from "../../builders/repository.ts";
import type { TestRepository } from "../../builders/repository.ts";

let repository: TestRepository;
let git: GitPort;
let first: string;

before(async () => {
  repository = await createTestRepository({ "apps/shop.yaml": "kind: A\n" });
  git = open({});
  first = await repository.git(["rev-parse", "HEAD"]);
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

describe("branches of the remote", () => {
  it("are those of the last fetch, and a deleted one is gone", async () => {
    for (const branch of ["dr/west", "dr/east"]) {
      await repository.git(["branch", branch, "main"], { cwd: repository.bare });
    }
    assert.equal(await open({}).tip("dr/west"), null);
    await git.fetch();
    assert.equal(await git.tip("dr/west"), first);
    assert.deepEqual(await git.branches("dr/"), [
      { branch: "dr/east", commit: first },
      { branch: "dr/west", commit: first },
    ]);
    await repository.git(["branch", "--quiet", "-D", "dr/west"], { cwd: repository.bare });
    assert.equal(await git.tip("dr/west"), first);
    await git.fetch();
    assert.equal(await git.tip("dr/west"), null);
    assert.equal(await open({}).tip("dr/east"), first);
  });

  it("are fetched without touching tags or the user's remote-tracking branches", async () => {
    await repository.git(["tag", "v1"], { cwd: repository.bare });
    await git.fetch();
    assert.equal(await repository.git(["tag", "--list"]), "");
    assert.doesNotMatch(await repository.git(["branch", "--remotes"]), /dr\/east/);
  });

  it("refuse a name that is not one", async () => {
    await rejects("malformed", () => git.tip("--exec=x"));
    assert.throws(() => open({ remote: "--upload-pack=touch x" }), GitFault);
  });

  it("are fetched again after a killed git left the lock of one of our refs", async () => {
    const lock = join(repository.checkout, ".git/refs/drover/origin/main.lock");
    await mkdir(join(lock, ".."), { recursive: true });
    await writeFile(lock, "");
    await repository.commit({ "apps/b.yaml": "1" });
    await rejects("failed", () => git.fetch());
    await utimes(lock, new Date(0), new Date(0));
    await git.fetch();
    assert.equal(await git.tip("main"), await repository.git(["rev-parse", "HEAD"]));
  });

  it("work from a bare mirror whose remote is given by address", async () => {
    const mirror = join(repository.root, "mirror.git");
    await repository.git(["init", "--quiet", "--bare", mirror], { cwd: repository.root });
    const port = open({ directory: mirror, remote: repository.bare });
    await port.fetch();
    const parent = await port.tip("main");
    assert.ok(parent !== null);
    const change = { branch: "from-mirror", parent, owns: ["apps"], files: new Map([["apps/x", "1"]]), message: "M" };
    assert.equal((await port.commitAndPush(change)).outcome, "pushed");
    await rejects("not-a-repository", () => port.checkout(["apps"]));
  });

  it("can be pushed from a clone made with --mirror", async () => {
    const mirror = join(repository.root, "full-mirror.git");
    await repository.git(["clone", "--quiet", "--mirror", repository.bare, mirror], { cwd: repository.root });
    const port = open({ directory: mirror });
    await port.fetch();
    const parent = await port.tip("main");
    const change = { branch: "mirrored", parent, owns: ["m"], files: new Map([["m/x", "1"]]), message: "M" };
    assert.equal((await port.commitAndPush(change)).outcome, "pushed");
  });
});

describe("history", () => {
  it("follows first parents, limits to paths and reads trailers", async () => {
    const base = await repository.git(["rev-parse", "HEAD"]);
    await repository.git(["switch", "--quiet", "--create", "side"]);
    const side = await repository.commit({ "apps/side.yaml": "1" }, { message: "Side", push: false });
    await repository.git(["switch", "--quiet", "main"]);
    await repository.git([
      "merge",
      "--quiet",
      "--no-ff",
      "--message",
      "Merge\n\nDrover-Transition: t-1\nBy: jo",
      "side",
    ]);
    const head = await repository.git(["rev-parse", "HEAD"]);
    const all = await git.log(head, { firstParent: true, limit: 2 });
    assert.deepEqual(all[0], {
      commit: head,
      parents: [base, side],
      subject: "Merge",
      trailers: [
        { key: "Drover-Transition", value: "t-1" },
        { key: "By", value: "jo" },
      ],
    });
    assert.equal(all[1]?.commit, base);
    const touched = await git.log(head, { firstParent: true, paths: ["apps/side.yaml"], limit: 10 });
    assert.deepEqual(
      touched.map((entry) => entry.commit),
      [head],
    );
    const full = await git.log(head, { firstParent: false, paths: ["apps/side.yaml"], limit: 10 });
    assert.deepEqual(
      full.map((entry) => entry.commit),
      [side],
    );
    assert.deepEqual(await git.log(head, { firstParent: true, limit: 0 }), []);
  });

  it("knows ancestors, strangers and revisions", async () => {
    const head = await repository.git(["rev-parse", "HEAD"]);
    assert.equal(await git.isAncestor(first, head), true);
    assert.equal(await git.isAncestor(head, head), true);
    assert.equal(await git.isAncestor(head, first), false);
    const tree = await repository.git(["rev-parse", "HEAD^{tree}"]);
    const stranger = await repository.git(["commit-tree", tree, "-m", "Unrelated"]);
    assert.equal(await git.isAncestor(first, stranger), false);
    assert.equal(await git.resolve("main"), head);
    assert.equal(await git.resolve("HEAD~0"), head);
    await rejects("unknown-revision", () => git.resolve("nowhere"));
    await rejects("unknown-revision", () => git.resolve("--show-toplevel"));
    await rejects("unknown-revision", () => git.resolve(""));
  });

  it("refuses to guess what a shallow clone can't know", async () => {
    const shallow = join(repository.root, "shallow");
    const url = `file://${repository.bare}`;
    await repository.git(["push", "--quiet", "origin", "main"]);
    await repository.git(["clone", "--quiet", "--depth=1", url, shallow], { cwd: repository.root });
    const port = open({ directory: shallow });
    const state = await port.checkout(["apps"]);
    assert.equal(state.shallow, true);
    assert.ok(state.head !== null);
    const head = state.head;
    assert.equal(await port.isAncestor(head, head), true);
    await rejects("shallow", () => port.log(head, { firstParent: true, limit: 10 }));
    const tree = await repository.git(["rev-parse", "HEAD^{tree}"], { cwd: shallow });
    const stranger = await repository.git(["commit-tree", tree, "-m", "x"], { cwd: shallow });
    await rejects("shallow", () => port.isAncestor(stranger, head));
  });

  it("takes only a closing paragraph of trailers for trailers", () => {
    assert.deepEqual(trailersOf("Subject: not one"), []);
    assert.deepEqual(trailersOf("S\n\nNote: this is\nprose"), []);
    assert.deepEqual(trailersOf("S\n\nbody\n\nA: 1\n  more\nB-c:2\n\n"), [
      { key: "A", value: "1 more" },
      { key: "B-c", value: "2" },
    ]);
  });
});

describe("faults", () => {
  const token = "ghp_0123456789secretsecret";
  let server: Server;
  let port = 0;
  const seen: (string | undefined)[] = [];

  before(async () => {
    server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      if (request.url?.startsWith("/hang") === true) return;
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end(`bad ${token}`);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  function withToken(path: string, api: string, changes: Partial<GitOptions> = {}): GitPort {
    const environment = { ...repository.environment, GITHUB_TOKEN: token, GITHUB_API_URL: api };
    return open({ remote: `http://user:${token}@127.0.0.1:${String(port)}${path}`, environment, ...changes });
  }

  it("send the token only to its own host, and never show it", async () => {
    const encoded = Buffer.from(`x-access-token:${token}`).toString("base64");
    const own = withToken("/o/r.git", `http://127.0.0.1:${String(port)}/api/v3`);
    await assert.rejects(own.fetch(), (error) => {
      assert.ok(error instanceof GitFault);
      assert.equal(error.code, "denied");
      assert.doesNotMatch(`${error.stack ?? ""}${String(error.cause)}`, new RegExp(`${token}|${encoded}`));
      return true;
    });
    assert.ok(seen.includes(`Basic ${encoded}`));
    seen.length = 0;
    const foreign = open({
      remote: `http://127.0.0.1:${String(port)}/o/r.git`,
      environment: { ...repository.environment, GITHUB_TOKEN: token },
    });
    await rejects("denied", () => foreign.fetch());
    assert.ok(seen.every((header) => header === undefined));
  });

  it("name a remote that is gone, a hanging one, a program transport and a folder that is no repository", async () => {
    await rejects("unreachable", () => open({ remote: join(repository.root, "gone.git") }).fetch());
    await rejects("unreachable", () => open({ remote: "http://127.0.0.1:1/x.git" }).fetch());
    await rejects("unreachable", () => withToken("/hang", "https://api.github.com", { timeoutMs: 300 }).fetch());
    await rejects("failed", () => open({ remote: "ext::sh%20-c" }).fetch());
    await rejects("not-a-repository", () => open({ directory: repository.root }).fetch());
    await rejects("not-a-repository", () => open({ directory: join(repository.root, "absent") }).fetch());
  });

  it("refuse a token that no header can carry", () => {
    const environment = { ...repository.environment, GITHUB_TOKEN: "a\nb" };
    assert.throws(() => open({ environment }), GitFault);
  });
});
