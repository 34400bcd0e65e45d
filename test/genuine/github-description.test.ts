import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createGitHub, endpoints } from "../../src/adapters/github/create-github.ts";
import { inProcessApiUrl } from "../../src/sandbox/github/embedded-github.ts";
import type { EmbeddedGitHub } from "../../src/sandbox/github/embedded-github.ts";
import { createTestClock, embeddedGitHubOf, field, rest } from "../builders/embedded-github.ts";
import { createTestRepository } from "../builders/repository.ts";
import type { TestRepository } from "../builders/repository.ts";
import { gitHubDescription } from "./github-description.ts";
import { openApiDocument } from "./openapi-document.ts";
import type { OpenApiDocument } from "./openapi-document.ts";

const found = gitHubDescription(process.env);
if (found.outcome === "missing" && process.env["CI"] === "true") throw new Error(found.message);
const skip = found.outcome === "missing" ? found.message : false;

/** One exchange with the embedded GitHub. */
interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly sent: unknown;
  readonly status: number;
  readonly received: unknown;
}

describe("GitHub's own description of its REST interface", { skip }, () => {
  let description: OpenApiDocument;
  let repository: TestRepository;
  let github: EmbeddedGitHub;
  const exchanges: Exchange[] = [];

  before(async () => {
    description = openApiDocument(found.outcome === "ready" ? found.text : "{}");
    repository = await createTestRepository({ "apps/shop.yaml": "a: 1\n", "apps/gone.yaml": "x\n" });
    const embedded = embeddedGitHubOf(repository, createTestClock());
    github = { ...embedded, fetch: recording(embedded.fetch) };
    await repository.git(["rm", "--quiet", "apps/gone.yaml"]);
    await repository.git(["switch", "--quiet", "--create", "change"]);
    const head = await repository.commit({ "apps/shop.yaml": "a: 2\n", "apps/new.yaml": "b\n" });
    await playAdapter(head);
    await playEverything(head);
  });
  after(() => repository.close());

  function recording(inner: typeof fetch): typeof fetch {
    return async (input, init) => {
      const request = new Request(input, init);
      const sent: unknown = request.body === null ? null : JSON.parse(await request.clone().text());
      const response = await inner(request);
      const received: unknown = await response.clone().json();
      exchanges.push({ method: request.method, url: new URL(request.url), sent, status: response.status, received });
      return response;
    };
  }

  async function playAdapter(head: string): Promise<void> {
    const patience = { timeoutMs: 5_000, retries: 0, rateLimitWaitMs: 0 };
    const options = { repository: "acme/dr", apiUrl: inProcessApiUrl, token: "token-drover", patience };
    const forge = createGitHub({ ...options, request: github.fetch });
    await forge.branchTip("main");
    await forge.openPullRequest({ title: "T", body: "B", headBranch: "change", baseBranch: "main" });
    await forge.findOpenPullRequest("change");
    await forge.pullRequestsOf(head);
    await forge.pullRequest(1);
    await forge.reviews(1);
    await forge.permission("ben");
    await forge.isTeamMember("acme/dr-approvers", "ben");
  }

  async function playEverything(head: string): Promise<void> {
    const repo = "/repos/acme/dr";
    const as = async (login: string, to: string, body?: unknown): Promise<unknown> =>
      (await rest(github, login, body === undefined ? { to } : { to, body })).body;
    await as("ada", "GET /user");
    await as("drover[bot]", "GET /user");
    await as("ada", `GET ${repo}`);
    for (const path of ["", "/protection"]) await as("ada", `GET ${repo}/branches/main${path}`);
    for (const branch of ["main", "dr%2Fwest"]) await as("ada", `GET ${repo}/rules/branches/${branch}`);
    const review = await as("ben", `POST ${repo}/pulls/1/reviews`, { event: "APPROVE" });
    await as("cleo", `POST ${repo}/pulls/1/reviews`, {});
    await as("ada", `PUT ${repo}/pulls/1/reviews/${String(field(review, "id"))}/dismissals`, { message: "Late" });
    await as("ben", `POST ${repo}/pulls/1/reviews`, { event: "REQUEST_CHANGES", body: "No" });
    github.controls.deleteAccount("rita");
    github.controls.addReview({ pull: 1, user: "rita", state: "APPROVED", commit: null, submittedAt: null });
    await as("cleo", `GET ${repo}/pulls/1/reviews`);
    const comment = await as("ben", `POST ${repo}/issues/1/comments`, { body: "Hello" });
    await as("ben", `PATCH ${repo}/issues/comments/${String(field(comment, "id"))}`, { body: "Bye" });
    await as("ben", `GET ${repo}/issues/1/comments`);
    await as("ben", `POST ${repo}/issues/1/labels`, { labels: ["dr"] });
    await as("ben", `POST ${repo}/pulls/1/requested_reviewers`, { reviewers: ["cleo"] });
    const run = await as("drover[bot]", `POST ${repo}/check-runs`, { name: "plan", head_sha: head });
    const done = { conclusion: "success", output: { title: "Plan", summary: "Fine" } };
    await as("drover[bot]", `PATCH ${repo}/check-runs/${String(field(run, "id"))}`, done);
    await as("ben", `GET ${repo}/commits/${head}/check-runs`);
    await as("ben", `PATCH ${repo}/pulls/1`, { title: "New" });
    for (const path of ["commits", "files"]) await as("ben", `GET ${repo}/pulls/1/${path}`);
    await as("ben", `PUT ${repo}/pulls/1/merge`, { sha: "0".repeat(40) });
    await as("ben", `PUT ${repo}/pulls/1/merge`, { sha: head });
    await as("ben", `PUT ${repo}/pulls/1/merge`, { sha: head });
    for (const path of ["pulls/1", "pulls?state=all", "pulls/9", "activity"]) await as("ben", `GET ${repo}/${path}`);
    await as("ben", `POST ${repo}/pulls`, { title: "x", head: "nowhere", base: "main" });
  }

  it("knows every endpoint and parameter that the adapter uses", () => {
    for (const endpoint of Object.values(endpoints)) {
      const [method = "", path = ""] = endpoint.split(" ");
      assert.notEqual(description.operation(method, path), null, endpoint);
    }
    for (const { method, url, sent } of exchanges) {
      const operation = description.operationOf(method, url.pathname.replace("/api/v3", ""));
      assert.ok(operation !== null, `${method} ${url.pathname}`);
      const known = description.parameterNames(operation);
      const used = [...url.searchParams.keys(), ...Object.keys((sent ?? {}) as object)];
      assert.deepEqual(
        used.filter((name) => !known.has(name)),
        [],
        `${method} ${operation.path}`,
      );
    }
  });

  it("fits the answers of the embedded GitHub", () => {
    const seen = new Set<string>();
    const problems = exchanges.flatMap(({ method, url, status, received }) => {
      const operation = description.operationOf(method, url.pathname.replace("/api/v3", ""));
      assert.ok(operation !== null, `${method} ${url.pathname}`);
      const wrong = description.problems(operation, status, received);
      if (wrong !== null) seen.add(`${method} ${operation.path} ${String(status)}`);
      return (wrong ?? []).map((problem) => `${method} ${operation.path} ${String(status)}: ${problem}`);
    });
    assert.deepEqual([...new Set(problems)], []);
    const covered = [...seen].filter((key) => key.endsWith(" 200") || key.endsWith(" 201"));
    assert.ok(covered.length >= 27, `only ${String(covered.length)} kinds of answers were compared`);
  });
});
