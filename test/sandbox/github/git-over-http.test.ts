import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createGit } from "../../../src/adapters/git/create-git.ts";
import { GitFault } from "../../../src/ports/git.ts";
import type { GitPort } from "../../../src/ports/git.ts";
import { createCertificates } from "../../../src/sandbox/apiserver/certificates.ts";
import type { EmbeddedGitHub, ServedGitHub } from "../../../src/sandbox/github/embedded-github.ts";
import { createTestClock, embeddedGitHubOf, field, rest } from "../../builders/embedded-github.ts";
import { createTestRepository } from "../../builders/repository.ts";
import type { TestRepository } from "../../builders/repository.ts";

let repository: TestRepository;
let github: EmbeddedGitHub;
let served: ServedGitHub;
let base: string;

before(async () => {
  repository = await createTestRepository({ "apps/shop.yaml": "a: 1\n" });
  github = embeddedGitHubOf(repository, createTestClock());
  served = await github.serve();
  base = await repository.git(["rev-parse", "HEAD"]);
});
after(async () => {
  await served.close();
  await repository.close();
});

function as(token: string): string {
  return served.cloneUrl.replace("://", `://x-access-token:${token}@`);
}

function push(token: string, refspec: string): Promise<string> {
  return repository.git(["push", as(token), refspec]);
}

describe("git over HTTP", () => {
  it("clones, fetches by protocol 2 and 0, and pushes a branch", async () => {
    for (const version of ["2", "0"]) {
      const folder = join(repository.root, `clone-${version}`);
      await repository.git(["-c", `protocol.version=${version}`, "clone", "--quiet", as("token-rita"), folder], {
        cwd: repository.root,
      });
      assert.equal(await repository.git(["rev-parse", "HEAD"], { cwd: folder }), base);
    }
    await push("token-ben", "HEAD:refs/heads/feature");
    assert.equal(await repository.git(["rev-parse", "feature"], { cwd: repository.bare }), base);
    const { body } = await rest(github, "ben", { to: "GET /repos/acme/dr/activity?ref=feature" });
    assert.deepEqual([field(body, 0, "activity_type"), field(body, 0, "actor", "login")], ["branch_creation", "ben"]);
  });

  it("lets nobody in without a good token, and no reader push", async () => {
    await assert.rejects(
      repository.git(["ls-remote", served.cloneUrl]),
      /could not read Username|Authentication failed/,
    );
    await assert.rejects(repository.git(["ls-remote", as("wrong")]), /Authentication failed/);
    await assert.rejects(push("token-rita", "HEAD:refs/heads/x"), /403/);
    await assert.rejects(repository.git(["ls-remote", as("token-ben").replace("/dr.git", "/other.git")]), /not found/);
  });

  it("protects the branch, except from an administrator who may bypass, and never lets it be rewound", async () => {
    await repository.git(["switch", "--quiet", "--create", "direct"]);
    const next = await repository.commit({ "apps/shop.yaml": "a: 2\n" }, { push: false });
    await assert.rejects(push("token-ben", "HEAD:refs/heads/main"), /protected branch hook declined/);
    await assert.rejects(push("token-ada", "HEAD:refs/heads/main"), /protected branch hook declined/);
    github.controls.protect({ adminsMayBypass: true });
    await assert.rejects(push("token-ben", "HEAD:refs/heads/main"), /GH006/);
    await push("token-ada", "HEAD:refs/heads/main");
    await assert.rejects(push("token-ada", `+${base}:refs/heads/main`), /non-fast-forward|denying/);
    await assert.rejects(push("token-ada", ":refs/heads/main"), /refusing to delete/);
    assert.equal(await repository.git(["rev-parse", "main"], { cwd: repository.bare }), next);
    github.controls.protect({ allowForcePushes: true });
    await push("token-ada", `+${base}:refs/heads/main`);
    const { body } = await rest(github, "ben", { to: "GET /repos/acme/dr/activity?ref=main&activity_type=force_push" });
    assert.equal(field(body, 0, "before"), next);
    github.controls.protect({ adminsMayBypass: false, allowForcePushes: false });
  });

  it("leaves dr/* to Drover alone, and the heads of pull requests to nobody", async () => {
    await assert.rejects(push("token-ada", "HEAD:refs/heads/dr/east"), /declined/);
    await push("token-drover", "HEAD:refs/heads/dr/east");
    await assert.rejects(push("token-drover", ":refs/heads/dr/east"), /declined/);
    await assert.rejects(push("token-drover", `+${base}:refs/heads/dr/east`), /non-fast-forward|denying/);
    await assert.rejects(push("token-ada", "HEAD:refs/pull/1/head"), /hidden ref/);
    const several = ["HEAD:refs/heads/dr/west", "HEAD:refs/heads/beside"];
    await assert.rejects(repository.git(["push", as("token-ben"), ...several]), /declined/);
    assert.equal(await repository.git(["branch", "--list", "beside"], { cwd: repository.bare }), "");
  });

  it("moves the head of an open pull request with a push", async () => {
    await push("token-ben", "HEAD:refs/heads/topic");
    const open = { title: "Topic", head: "topic", base: "main" };
    const made = await rest(github, "ben", { to: "POST /repos/acme/dr/pulls", body: open });
    const next = await repository.commit({ "apps/more.yaml": "1\n" }, { push: false });
    await push("token-cleo", "HEAD:refs/heads/topic");
    const { body } = await rest(github, "ben", {
      to: `GET /repos/acme/dr/pulls/${String(field(made.body, "number"))}`,
    });
    assert.equal(field(body, "head", "sha"), next);
    await repository.git(["fetch", "--quiet", as("token-rita"), `refs/pull/${String(field(body, "number"))}/head`]);
    assert.equal(await repository.git(["rev-parse", "FETCH_HEAD"]), next);
  });
});

describe("the git adapter over HTTP", () => {
  function open(token: string): GitPort {
    return createGit({
      directory: repository.checkout,
      remote: served.cloneUrl,
      author: { name: "Drover", email: "drover@example.com" },
      now: () => 0,
      environment: { ...repository.environment, GITHUB_TOKEN: token, GITHUB_API_URL: served.apiUrl },
    });
  }

  it("fetches and commits with the token from the environment", async () => {
    const git = open("token-drover");
    await git.fetch();
    const request = { branch: "dr/west", parent: null, owns: [""], files: new Map([["a", "1"]]), message: "Render" };
    const first = await git.commitAndPush(request);
    assert.equal(first.outcome, "pushed");
    const lost = await git.commitAndPush({ ...request, files: new Map([["a", "2"]]) });
    assert.deepEqual(lost, { outcome: "moved", tip: first.outcome === "pushed" ? first.commit : null });
  });

  it("calls a refused push and a wrong token denied, without the token", async () => {
    const request = { branch: "dr/north", parent: null, owns: [""], files: new Map([["b", "1"]]), message: "Render" };
    for (const attempt of [() => open("token-ben").commitAndPush(request), () => open("token-wrong").fetch()]) {
      await assert.rejects(attempt, (error) => {
        assert.ok(error instanceof GitFault);
        assert.deepEqual([error.code, /token-(ben|wrong)/.test(error.message)], ["denied", false]);
        return true;
      });
    }
  });

  it("finds an unreachable forge unreachable", async () => {
    served.setReachable(false);
    await assert.rejects(
      open("token-drover").fetch(),
      (error) => error instanceof GitFault && error.code === "unreachable",
    );
    served.setReachable(true);
    await open("token-drover").fetch();
  });

  it("speaks TLS with an authority of its own", async () => {
    const { ca, cert, key } = await createCertificates(Date.now());
    const secure = await github.serve({ tls: { cert, key } });
    const file = join(repository.root, "ca.pem");
    await writeFile(file, ca);
    const environment = { ...repository.environment, GITHUB_TOKEN: "token-ben", GITHUB_API_URL: secure.apiUrl };
    const options = { directory: repository.checkout, remote: secure.cloneUrl, now: () => 0 };
    const author = { name: "Drover", email: "drover@example.com" };
    await assert.rejects(createGit({ ...options, author, environment }).fetch(), GitFault);
    await createGit({ ...options, author, environment: { ...environment, GIT_SSL_CAINFO: file } }).fetch();
    await secure.close();
  });
});
