import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import type { EmbeddedGitHub } from "../../../src/sandbox/github/embedded-github.ts";
import type { GitHubSnapshot } from "../../../src/sandbox/github/snapshot.ts";
import { createTestClock, embeddedGitHubOf, field, rest } from "../../builders/embedded-github.ts";
import type { RestAnswer } from "../../builders/embedded-github.ts";
import { createTestRepository } from "../../builders/repository.ts";
import type { TestRepository } from "../../builders/repository.ts";

const repo = "/repos/acme/dr";
const clock = createTestClock();
let repository: TestRepository;
let github: EmbeddedGitHub;
/** Before and after the pull request was opened. */
let start: GitHubSnapshot;
let opened: GitHubSnapshot;
let base: string;
let head: string;

before(async () => {
  repository = await createTestRepository({ "apps/shop.yaml": "a: 1\n", "apps/pay.yaml": "a: 1\n" });
  github = embeddedGitHubOf(repository, clock);
  base = await repository.git(["rev-parse", "HEAD"]);
  await repository.git(["switch", "--quiet", "--create", "change"]);
  await repository.commit({ "apps/shop.yaml": "a: 2\n" }, { message: "Two", push: false });
  head = await repository.commit({ "apps/shop.yaml": "a: 3\n", "apps/new.yaml": "b\n" }, { message: "Three" });
  start = await github.snapshot();
  await open();
  opened = await github.snapshot();
});
after(() => repository.close());
afterEach(async () => {
  github.clearFaults();
  github.setReachable(true);
  await github.restore(opened);
});

function open(title = "Change"): Promise<RestAnswer> {
  return rest(github, "ada", { to: `POST ${repo}/pulls`, body: { title, head: "change", base: "main", body: "Why" } });
}

function call(login: string, to: string, body?: unknown): Promise<RestAnswer> {
  return rest(github, login, body === undefined ? { to } : { to, body });
}

function bare(...args: string[]): Promise<string> {
  return repository.git(args, { cwd: repository.bare });
}

/** A commit on top of `parent`, put on a branch of the bare repository by its owner, not over HTTP. */
async function advance(branch: string, parent: string, files: Readonly<Record<string, string>>): Promise<string> {
  await repository.git(["switch", "--quiet", "--detach", parent]);
  const commit = await repository.commit(files, { message: `To ${branch}`, push: false });
  await repository.git(["push", "--quiet", "origin", `${commit}:refs/heads/${branch}`]);
  return commit;
}

describe("opening a pull request", () => {
  it("shows it with its branches, commits and files", async () => {
    const { status, body } = await call("ben", `GET ${repo}/pulls/1`);
    assert.equal(status, 200);
    assert.deepEqual(
      [field(body, "state"), field(body, "user", "login"), field(body, "head", "sha"), field(body, "base", "sha")],
      ["open", "ada", head, base],
    );
    assert.deepEqual([field(body, "commits"), field(body, "changed_files"), field(body, "additions")], [2, 2, 2]);
    assert.equal(field(body, "mergeable"), true);
    const files = await call("ben", `GET ${repo}/pulls/1/files`);
    assert.deepEqual([field(files.body, 0, "filename"), field(files.body, 0, "status")], ["apps/new.yaml", "added"]);
    const commits = await call("ben", `GET ${repo}/pulls/1/commits`);
    assert.equal(field(commits.body, 1, "sha"), head);
    assert.equal(await bare("rev-parse", "refs/pull/1/head"), head);
  });

  it("is undone by going back to an earlier snapshot", async () => {
    await github.restore(start);
    assert.equal((await call("ben", `GET ${repo}/pulls/1`)).status, 404);
    assert.equal(await bare("for-each-ref", "refs/pull"), "");
    assert.equal(field((await open()).body, "number"), 1);
  });

  it("refuses a second one, a missing branch and an empty difference", async () => {
    assert.equal((await open()).status, 422);
    const bad = { title: "x", head: "nowhere", base: "main" };
    assert.equal((await call("ada", `POST ${repo}/pulls`, bad)).status, 422);
    assert.equal((await call("ada", `POST ${repo}/pulls`, { ...bad, head: "main" })).status, 422);
    assert.equal((await call("rita", `POST ${repo}/pulls`, bad)).status, 403);
  });

  it("is found by head, state and commit, and changed", async () => {
    const found = await call("ben", `GET ${repo}/pulls?head=acme:change&state=open`);
    assert.equal(field(found.body, 0, "number"), 1);
    assert.equal(field((await call("ben", `GET ${repo}/pulls?state=closed`)).body, "length"), 0);
    assert.equal(field((await call("ben", `GET ${repo}/commits/${head}/pulls`)).body, 0, "number"), 1);
    const changed = await call("ben", `PATCH ${repo}/pulls/1`, { title: "New", state: "closed" });
    assert.deepEqual([field(changed.body, "title"), field(changed.body, "state")], ["New", "closed"]);
  });
});

describe("merging", () => {
  it("makes a merge commit by the person, committed by GitHub, and frees the head to be deleted", async () => {
    const merged = await call("ben", `PUT ${repo}/pulls/1/merge`, { sha: head, merge_method: "merge" });
    assert.equal(merged.status, 200);
    const shown = await bare("log", "-1", "--format=%H|%P|%an|%ae|%cn|%at", "main");
    const at = String(clock.now() / 1000);
    assert.equal(
      shown,
      `${String(field(merged.body, "sha"))}|${base} ${head}|ben|1002+ben@users.noreply.github.com|GitHub|${at}`,
    );
    await bare("update-ref", "-d", "refs/heads/change");
    const { body } = await call("ben", `GET ${repo}/pulls/1`);
    assert.deepEqual(
      [
        field(body, "merged"),
        field(body, "merged_by", "login"),
        field(body, "merge_commit_sha"),
        field(body, "commits"),
      ],
      [true, "ben", field(merged.body, "sha"), 2],
    );
    assert.equal(await bare("rev-parse", "refs/pull/1/head"), head);
    const activity = await call("ben", `GET ${repo}/activity?ref=refs/heads/main`);
    assert.equal(field(activity.body, 0, "activity_type"), "pr_merge");
    const ofMerge = await call("ben", `GET ${repo}/commits/${String(field(merged.body, "sha"))}/pulls`);
    assert.equal(field(ofMerge.body, 0, "number"), 1);
    assert.equal(field((await call("ben", `GET ${repo}/commits/${base}/pulls`)).body, "length"), 0);
  });

  it("squashes and rebases on a base that moved", async () => {
    for (const method of ["squash", "rebase"]) {
      const moved = await advance("main", base, { "apps/pay.yaml": "a: 9\n" });
      const merged = await call("ben", `PUT ${repo}/pulls/1/merge`, { merge_method: method });
      assert.equal(merged.status, 200);
      const text = await bare("log", "--first-parent", "--format=%an|%cn|%s", `${moved}..main`);
      const expected = method === "squash" ? "ada|GitHub|Change (#1)" : "Jo Doe|ben|Three\nJo Doe|ben|Two";
      assert.equal(text, expected);
      assert.equal(await bare("show", "main:apps/pay.yaml"), "a: 9");
      assert.equal(await bare("show", "main:apps/shop.yaml"), "a: 3");
      const ofHead = await call("ben", `GET ${repo}/commits/${head}/pulls`);
      assert.equal(field(ofHead.body, 0, "merge_commit_sha"), field(merged.body, "sha"));
      await github.restore(opened);
    }
  });

  it("refuses a moved head with 409 and a conflict with 405", async () => {
    assert.equal((await call("ben", `PUT ${repo}/pulls/1/merge`, { sha: base })).status, 409);
    await advance("main", base, { "apps/shop.yaml": "a: conflict\n" });
    assert.equal(field((await call("ben", `GET ${repo}/pulls/1`)).body, "mergeable"), false);
    assert.equal((await call("ben", `PUT ${repo}/pulls/1/merge`, {})).status, 405);
    assert.equal((await call("rita", `PUT ${repo}/pulls/1/merge`, {})).status, 403);
  });

  it("waits for the approvals that the rules require, unless an administrator may bypass them", async () => {
    github.controls.protect({ requiredApprovals: 1 });
    assert.equal((await call("ada", `PUT ${repo}/pulls/1/merge`, {})).status, 405);
    await call("rita", `POST ${repo}/pulls/1/reviews`, { event: "APPROVE" });
    assert.equal((await call("ben", `PUT ${repo}/pulls/1/merge`, {})).status, 405);
    await call("ben", `POST ${repo}/pulls/1/reviews`, { event: "APPROVE" });
    await call("cleo", `POST ${repo}/pulls/1/reviews`, { event: "REQUEST_CHANGES", body: "No" });
    assert.equal((await call("ben", `PUT ${repo}/pulls/1/merge`, {})).status, 405);
    github.controls.protect({ adminsMayBypass: true });
    assert.equal((await call("ada", `PUT ${repo}/pulls/1/merge`, {})).status, 200);
  });

  it("shows a pull request as merged when its head was pushed to the base", async () => {
    await repository.git(["push", "--quiet", "origin", `${head}:refs/heads/main`]);
    const { body } = await call("ben", `GET ${repo}/pulls/1`);
    assert.deepEqual([field(body, "merged"), field(body, "merge_commit_sha")], [true, head]);
  });
});

describe("reviewing", () => {
  const reviews = `${repo}/pulls/1/reviews`;

  it("keeps an approval on the head it was given on", async () => {
    await call("ben", `POST ${reviews}`, { event: "APPROVE" });
    const next = await advance("change", head, { "apps/new.yaml": "c\n" });
    await call("cleo", `POST ${reviews}`, { event: "APPROVE" });
    const { body } = await call("ben", `GET ${reviews}`);
    assert.deepEqual([field(body, 0, "commit_id"), field(body, 1, "commit_id")], [head, next]);
    assert.equal(field(body, 0, "state"), "APPROVED");
  });

  it("dismisses stale approvals when the rules say so, and on request", async () => {
    github.controls.protect({ dismissStaleReviews: true });
    await call("ben", `POST ${reviews}`, { event: "APPROVE" });
    await advance("change", head, { "apps/new.yaml": "c\n" });
    await call("ben", `GET ${repo}/pulls/1`);
    assert.equal(field((await call("ben", `GET ${reviews}`)).body, 0, "state"), "DISMISSED");
    const again = await call("ben", `POST ${reviews}`, { event: "APPROVE" });
    const id = String(field(again.body, "id"));
    const dismissed = await call("ada", `PUT ${reviews}/${id}/dismissals`, { message: "Late" });
    assert.equal(field(dismissed.body, "state"), "DISMISSED");
  });

  it("knows approvals by the author, by bots, by readers, after the merge, pending ones and deleted accounts", async () => {
    assert.equal((await call("ada", `POST ${reviews}`, { event: "APPROVE" })).status, 422);
    assert.equal((await call("drover[bot]", `POST ${reviews}`, { event: "APPROVE" })).status, 200);
    assert.equal((await call("rita", `POST ${reviews}`, { event: "APPROVE" })).status, 200);
    assert.equal((await call("cleo", `POST ${reviews}`, {})).status, 200);
    github.controls.addReview({ pull: 1, user: "ada", state: "APPROVED", commit: head, submittedAt: clock.now() });
    github.controls.addReview({ pull: 1, user: "ben", state: "BLESSED", commit: head, submittedAt: clock.now() });
    await call("ben", `PUT ${repo}/pulls/1/merge`, {});
    clock.advance(1_000);
    const late = await call("cleo", `POST ${reviews}`, { event: "APPROVE" });
    github.controls.deleteAccount("rita");
    const { body } = await call("ben", `GET ${reviews}`);
    const rows = Array.isArray(body) ? body.map((row) => [field(row, "user", "login"), field(row, "state")]) : [];
    assert.deepEqual(rows, [
      ["drover[bot]", "APPROVED"],
      [undefined, "APPROVED"],
      ["ada", "APPROVED"],
      ["ben", "BLESSED"],
      ["cleo", "APPROVED"],
    ]);
    assert.equal(field(body, 0, "user", "type"), "Bot");
    assert.ok(String(field(late.body, "submitted_at")) > "2026-11-23T02:40:00Z");
  });

  it("pages through reviews with links", async () => {
    for (let count = 0; count < 101; count += 1) {
      github.controls.addReview({ pull: 1, user: "ben", state: "COMMENTED", commit: head, submittedAt: clock.now() });
    }
    const first = await call("ben", `GET ${reviews}?per_page=100`);
    assert.equal(field(first.body, "length"), 100);
    assert.match(first.link ?? "", /page=2>; rel="next"/);
    const second = await call("ben", `GET ${reviews}?per_page=100&page=2`);
    assert.equal(field(second.body, "length"), 1);
    assert.doesNotMatch(second.link ?? "", /rel="next"/);
  });

  it("keeps comments, labels, reviewers and check runs", async () => {
    const comment = await call("ben", `POST ${repo}/issues/1/comments`, { body: "Hello" });
    await call("ada", `PATCH ${repo}/issues/comments/${String(field(comment.body, "id"))}`, { body: "Bye" });
    assert.equal(field((await call("ben", `GET ${repo}/issues/1/comments`)).body, 0, "body"), "Bye");
    await call("ben", `POST ${repo}/issues/1/labels`, { labels: ["dr", "dr"] });
    await call("ben", `POST ${repo}/pulls/1/requested_reviewers`, { reviewers: ["cleo"] });
    const { body } = await call("ben", `GET ${repo}/pulls/1`);
    assert.deepEqual([field(body, "labels", "length"), field(body, "requested_reviewers", 0, "login")], [1, "cleo"]);
    const run = { name: "plan", head_sha: head, status: "in_progress", external_id: "digest" };
    assert.equal((await call("ben", `POST ${repo}/check-runs`, run)).status, 403);
    const made = await call("drover[bot]", `POST ${repo}/check-runs`, run);
    const done = { conclusion: "success", output: { title: "Plan", summary: "Fine" } };
    await call("drover[bot]", `PATCH ${repo}/check-runs/${String(field(made.body, "id"))}`, done);
    const listed = await call("ben", `GET ${repo}/commits/${head}/check-runs?check_name=plan`);
    assert.deepEqual(
      [field(listed.body, "total_count"), field(listed.body, "check_runs", 0, "conclusion")],
      [1, "success"],
    );
  });

  it("takes a retarget and a pull request from a fork", async () => {
    await bare("branch", "release", base);
    await call("ben", `POST ${reviews}`, { event: "APPROVE" });
    const { body } = await call("ben", `PATCH ${repo}/pulls/1`, { base: "release" });
    assert.equal(field(body, "base", "ref"), "release");
    const { number } = await github.controls.openFromFork({
      title: "Fork",
      author: "rita",
      headBranch: "patch-1",
      commit: head,
      baseBranch: "main",
    });
    const fork = await call("ben", `GET ${repo}/pulls/${String(number)}`);
    assert.notEqual(field(fork.body, "head", "repo", "id"), field(fork.body, "base", "repo", "id"));
  });
});

describe("people and rules", () => {
  it("answers who may do what, now", async () => {
    const permission = async (login: string): Promise<unknown> =>
      field((await call("ben", `GET ${repo}/collaborators/${login}/permission`)).body, "permission");
    assert.deepEqual([await permission("ada"), await permission("rita")], ["admin", "read"]);
    github.controls.setPermission("rita", "none");
    assert.equal(await permission("rita"), "none");
    const member = (login: string): Promise<RestAnswer> =>
      call("ada", `GET /orgs/acme/teams/dr-approvers/memberships/${login}`);
    assert.equal(field((await member("ben")).body, "state"), "active");
    assert.equal(field((await member("cleo")).body, "state"), "pending");
    assert.equal((await member("ada")).status, 404);
    github.controls.setMembership("acme/dr-approvers", "ben", null);
    assert.equal((await member("ben")).status, 404);
  });

  it("shows branches and the rules in force", async () => {
    const branch = await call("ben", `GET ${repo}/branches/main`);
    assert.deepEqual([field(branch.body, "commit", "sha"), field(branch.body, "protected")], [base, true]);
    assert.equal(field((await call("ben", `GET ${repo}/git/ref/heads%2Fchange`)).body, "object", "sha"), head);
    assert.equal((await call("ben", `GET ${repo}/branches/nowhere`)).status, 404);
    github.controls.protect({ requiredApprovals: 2 });
    const rules = await call("ben", `GET ${repo}/rules/branches/main`);
    assert.equal(field(rules.body, 0, "parameters", "required_approving_review_count"), 2);
    assert.equal(field((await call("ben", `GET ${repo}/rules/branches/dr%2Fwest`)).body, 0, "type"), "update");
    assert.equal((await call("ben", `GET ${repo}/branches/main/protection`)).status, 403);
    assert.equal((await call("ada", `GET ${repo}/branches/main/protection`)).status, 200);
  });

  it("knows its callers, and can be unreachable or answer with faults", async () => {
    assert.equal(field((await call("ada", "GET /user")).body, "login"), "ada");
    assert.equal((await call("drover[bot]", "GET /user")).status, 403);
    assert.equal((await call("nobody", "GET /user")).status, 401);
    assert.equal((await call("ada", "GET /repos/acme/other")).status, 404);
    assert.equal((await call("ada", "GET /rate_limit")).status, 404);
    github.injectFault({ path: "/pulls/1", status: 502, times: 1 });
    assert.equal((await call("ada", `GET ${repo}/pulls/1`)).status, 502);
    assert.equal((await call("ada", `GET ${repo}/pulls/1`)).status, 200);
    github.injectFault({ method: "PUT", status: 500, times: 1, afterwards: true });
    assert.equal((await call("ben", `PUT ${repo}/pulls/1/merge`, {})).status, 500);
    assert.equal(field((await call("ada", `GET ${repo}/pulls/1`)).body, "merged"), true);
    github.setReachable(false);
    await assert.rejects(call("ada", "GET /user"), TypeError);
  });
});
