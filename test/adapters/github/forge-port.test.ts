import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { createGitHub } from "../../../src/adapters/github/create-github.ts";
import type { GitHubOptions } from "../../../src/adapters/github/create-github.ts";
import { ForgeFault } from "../../../src/ports/forge.ts";
import type { ForgePort } from "../../../src/ports/forge.ts";
import { inProcessApiUrl } from "../../../src/sandbox/github/embedded-github.ts";
import type { EmbeddedGitHub } from "../../../src/sandbox/github/embedded-github.ts";
import type { GitHubSnapshot } from "../../../src/sandbox/github/snapshot.ts";
import { createTestClock, embeddedGitHubOf, field, rest } from "../../builders/embedded-github.ts";
import { createTestRepository } from "../../builders/repository.ts";
import type { TestRepository } from "../../builders/repository.ts";

const patience = { timeoutMs: 5_000, retries: 0, rateLimitWaitMs: 0 };
const clock = createTestClock();
let repository: TestRepository;
let github: EmbeddedGitHub;
let start: GitHubSnapshot;
let forge: ForgePort;
let base: string;
let head: string;

before(async () => {
  repository = await createTestRepository({ "apps/shop.yaml": "a: 1\n" });
  github = embeddedGitHubOf(repository, clock);
  base = await repository.git(["rev-parse", "HEAD"]);
  await repository.git(["switch", "--quiet", "--create", "drover/failover-1"]);
  head = await repository.commit({ "apps/shop.yaml": "a: 2\n" });
  start = await github.snapshot();
  forge = open({});
});
after(() => repository.close());
afterEach(async () => {
  github.clearFaults();
  github.setReachable(true);
  await github.restore(start);
});

function open(changes: Partial<GitHubOptions>): ForgePort {
  const options = { repository: "acme/dr", apiUrl: inProcessApiUrl, token: "token-drover" };
  return createGitHub({ ...options, request: github.fetch, patience, ...changes });
}

function openChange(): ReturnType<ForgePort["openPullRequest"]> {
  return forge.openPullRequest({
    title: "Fail over",
    body: "Why",
    headBranch: "drover/failover-1",
    baseBranch: "main",
  });
}

function review(login: string, event: string): Promise<unknown> {
  return rest(github, login, { to: "POST /repos/acme/dr/pulls/1/reviews", body: { event, body: "x" } });
}

async function merge(): Promise<string> {
  const { body } = await rest(github, "ben", { to: "PUT /repos/acme/dr/pulls/1/merge", body: { sha: head } });
  return String(field(body, "sha"));
}

function rejects(code: ForgeFault["code"], run: () => Promise<unknown>): Promise<void> {
  return assert.rejects(run, (error) => {
    assert.ok(error instanceof ForgeFault, String(error));
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(`${error.stack ?? ""} ${JSON.stringify(error.cause) ?? ""}`, /token-drover/);
    return true;
  });
}

describe("pull requests", () => {
  it("are opened, found again and read", async () => {
    assert.equal(await forge.findOpenPullRequest("drover/failover-1"), null);
    const opened = await openChange();
    assert.deepEqual(opened, {
      number: 1,
      url: "http://github.invalid/acme/dr/pull/1",
      title: "Fail over",
      state: "open",
      mergedAt: null,
      mergeCommit: null,
      mergedBy: null,
      author: { login: "drover[bot]", id: 1005, type: "Bot" },
      headCommit: head,
      headBranch: "drover/failover-1",
      fromFork: false,
      baseBranch: "main",
    });
    assert.deepEqual(await forge.findOpenPullRequest("drover/failover-1"), opened);
    assert.deepEqual(await forge.pullRequest(1), opened);
    assert.deepEqual(await forge.pullRequestsOf(head), [opened]);
    await rejects("refused", openChange);
  });

  it("say after the merge who merged what and when", async () => {
    await openChange();
    const commit = await merge();
    const [pull, ...others] = await forge.pullRequestsOf(commit);
    assert.deepEqual(
      [pull?.mergeCommit, pull?.mergedBy?.login, pull?.mergedAt, pull?.state, others.length],
      [commit, "ben", "2026-11-23T02:40:00Z", "closed", 0],
    );
    assert.equal(await forge.branchTip("main"), commit);
    assert.deepEqual(await forge.pullRequestsOf(base), []);
    assert.equal(await forge.findOpenPullRequest("drover/failover-1"), null);
  });

  it("from a fork are marked and never taken for one of ours", async () => {
    await github.controls.openFromFork({
      title: "Fork",
      author: "rita",
      headBranch: "drover/failover-1",
      commit: head,
      baseBranch: "main",
    });
    assert.equal((await forge.pullRequest(1)).fromFork, true);
    assert.equal(await forge.findOpenPullRequest("drover/failover-1"), null);
  });
});

describe("reviews", () => {
  it("come complete, in order, from all pages", async () => {
    await openChange();
    for (let count = 0; count < 205; count += 1) {
      github.controls.addReview({ pull: 1, user: "ada", state: "COMMENTED", commit: head, submittedAt: clock.now() });
    }
    await review("ben", "APPROVE");
    const reviews = await forge.reviews(1);
    assert.equal(reviews.length, 206);
    assert.deepEqual(
      [reviews.at(-1)?.state, reviews.at(-1)?.commit, reviews.at(-1)?.user?.login, reviews.at(-1)?.submittedAt],
      ["APPROVED", head, "ben", "2026-11-23T02:40:00Z"],
    );
    github.injectFault({ path: "page=3", status: 404 });
    await rejects("not-found", () => forge.reviews(1));
  });

  it("keep what makes one count or not: head, person, dismissal, deleted account", async () => {
    await openChange();
    await review("ben", "APPROVE");
    await review("cleo", "REQUEST_CHANGES");
    await rest(github, "ada", { to: "PUT /repos/acme/dr/pulls/1/reviews/3/dismissals", body: { message: "x" } });
    github.controls.addReview({ pull: 1, user: "drover[bot]", state: "APPROVED", commit: null, submittedAt: null });
    github.controls.deleteAccount("ben");
    const rows = (await forge.reviews(1)).map((entry) => [entry.user?.login ?? null, entry.state, entry.commit]);
    assert.deepEqual(rows, [
      [null, "APPROVED", head],
      ["cleo", "DISMISSED", head],
      ["drover[bot]", "APPROVED", null],
    ]);
  });

  it("in a state that GitHub does not know are a fault", async () => {
    await openChange();
    github.controls.addReview({ pull: 1, user: "ben", state: "BLESSED", commit: head, submittedAt: clock.now() });
    await rejects("malformed", () => forge.reviews(1));
  });
});

describe("people", () => {
  it("have a permission now", async () => {
    assert.deepEqual(await Promise.all(["ada", "ben", "rita"].map((login) => forge.permission(login))), [
      "admin",
      "write",
      "read",
    ]);
    github.controls.setPermission("ben", "none");
    assert.deepEqual([await forge.permission("ben"), await forge.permission("stranger")], ["none", "none"]);
    await rejects("not-found", () => forge.permission("../../orgs"));
  });

  it("are members of a team only while the membership is active", async () => {
    const team = "acme/dr-approvers";
    assert.deepEqual(await Promise.all(["ben", "cleo", "ada"].map((login) => forge.isTeamMember(team, login))), [
      true,
      false,
      false,
    ]);
    await rejects("not-found", () => forge.isTeamMember("dr-approvers", "ben"));
    await rejects("not-found", () => forge.isTeamMember("acme/../x", "ben"));
  });
});

describe("faults of the forge", () => {
  const asked: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["branchTip", () => forge.branchTip("main")],
    ["pullRequestsOf", () => forge.pullRequestsOf(head)],
    ["pullRequest", () => forge.pullRequest(1)],
    ["reviews", () => forge.reviews(1)],
    ["permission", () => forge.permission("ben")],
    ["isTeamMember", () => forge.isTeamMember("acme/dr-approvers", "ben")],
    ["findOpenPullRequest", () => forge.findOpenPullRequest("drover/failover-1")],
    ["openPullRequest", () => openChange()],
  ];

  for (const [name, ask] of asked) {
    it(`never look like an answer of ${name}`, async () => {
      const cases: readonly (readonly [ForgeFault["code"], number, Readonly<Record<string, string>>])[] = [
        ["unauthorized", 401, {}],
        ["forbidden", 403, {}],
        ["rate-limited", 403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" }],
        ["rate-limited", 429, {}],
        ["refused", 422, {}],
        ["server-error", 500, {}],
        ["server-error", 503, {}],
        ["not-found", 301, { location: "https://elsewhere.example/" }],
        ["malformed", 204, {}],
        ["malformed", 200, {}],
      ];
      for (const [code, status, headers] of cases) {
        github.clearFaults();
        github.injectFault({ status, headers, message: "token-drover was here" });
        await rejects(code, ask);
      }
      github.clearFaults();
      github.setReachable(false);
      await rejects("unreachable", ask);
    });
  }

  it("tell a missing repository or branch from a wrong token", async () => {
    await rejects("not-found", () => open({ repository: "acme/other" }).branchTip("main"));
    await rejects("not-found", () => forge.branchTip("nowhere"));
    await rejects("unauthorized", () => open({ token: "wrong" }).branchTip("main"));
    assert.throws(() => open({ repository: "../x" }), ForgeFault);
  });

  it("are tried again for a read and never for a write", async () => {
    const patient = open({ patience: { ...patience, retries: 1 } });
    github.injectFault({ status: 502, times: 1 });
    assert.equal(await patient.branchTip("main"), base);
    github.injectFault({ method: "POST", status: 502, times: 1, afterwards: true });
    const request = { title: "T", body: "", headBranch: "drover/failover-1", baseBranch: "main" };
    await rejects("server-error", () => patient.openPullRequest(request));
    assert.equal((await patient.findOpenPullRequest("drover/failover-1"))?.number, 1);
  });

  it("end in time, and keep the token on its own server", async () => {
    const hanging: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => {
          reject(new DOMException("The operation timed out", "TimeoutError"));
        });
      });
    await rejects("unreachable", () =>
      open({ request: hanging, patience: { ...patience, timeoutMs: 20 } }).branchTip("main"),
    );
    const headers = { "content-type": "application/json", link: '<https://evil.example/page2>; rel="next"' };
    const addresses: string[] = [];
    const luring: typeof fetch = async (input) => {
      addresses.push(input instanceof Request ? input.url : input.toString());
      return new Response("[]", { headers });
    };
    await rejects("malformed", () => open({ request: luring }).reviews(1));
    assert.equal(addresses.length, 1);
    const { request: _own, ...plain } = { repository: "acme/dr", token: "t", request: null };
    assert.throws(() => createGitHub({ ...plain, apiUrl: "http://github.example/api/v3" }), ForgeFault);
  });

  it("include a list that never ends, even when its pages are empty", async () => {
    let pages = 0;
    const endless: typeof fetch = async () => {
      pages += 1;
      const next = `<${inProcessApiUrl}/repos/acme/dr/pulls/1/reviews?page=${String(pages + 1)}>; rel="next"`;
      // The test itself must end when the adapter would not.
      const link: Record<string, string> = pages < 1_000 ? { link: next } : {};
      return new Response("[]", { headers: { "content-type": "application/json", ...link } });
    };
    await rejects("malformed", () => open({ request: endless }).reviews(1));
  });

  it("include answers that are too large", async () => {
    const huge: typeof fetch = async () => {
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          controller.enqueue(new Uint8Array(1024 * 1024));
        },
      });
      return new Response(body, { headers: { "content-type": "application/json" } });
    };
    await rejects("malformed", () => open({ request: huge }).branchTip("main"));
  });
});

describe("over a socket", () => {
  it("works the same", async () => {
    const served = await github.serve();
    const { apiUrl } = served;
    const remote = createGitHub({ repository: "acme/dr", apiUrl, token: "token-drover", patience });
    assert.equal(await remote.branchTip("main"), base);
    served.setReachable(false);
    await rejects("unreachable", () => remote.branchTip("main"));
    served.setReachable(true);
    assert.equal(await remote.permission("ada"), "admin");
    await served.close();
  });
});
