import { jsonResponse, RequestRefused } from "./http-message.ts";
import type { GitHubResponse } from "./http-message.ts";
import { accountOf } from "./hub.ts";
import type { Hub } from "./hub.ts";
import { mergePull } from "./merge-pull.ts";
import type { MergeMethod } from "./merge-pull.ts";
import { presentFile, presentPull, presentPullSummary } from "./present-pull.ts";
import { presentCommit } from "./present-repository.ts";
import { followBranches, openPull, pullsOfCommit, requirePull } from "./pull-requests.ts";
import { numberParam, pageResponse, requireText, textField, textList } from "./router.ts";
import type { Call, Route } from "./router.ts";
import type { PullRecord } from "./state.ts";

const pulls = "/repos/{owner}/{repo}/pulls";
const onePull = `${pulls}/{pull_number}`;
/** GitHub lists no more commits and files of a pull request than this. */
const maxCommits = 250;
const maxFiles = 3_000;

/** Pull requests: list, open, change, read, merge. */
export const pullRoutes: readonly Route[] = [
  { method: "GET", path: pulls, handle: listPulls },
  { method: "POST", path: pulls, needs: "write", handle: createPull },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/commits/{commit_sha}/pulls",
    handle: async (call) => {
      await followBranches(call.hub, null);
      const commit = await call.hub.repository.commit(call.params["commit_sha"] ?? "");
      if (commit === null) throw new RequestRefused(422, "No commit found for SHA");
      const found = await pullsOfCommit(call.hub, commit.sha);
      return pageResponse(
        call,
        found.map((pull) => presentPullSummary(call.hub, pull)),
      );
    },
  },
  { method: "GET", path: onePull, handle: async (call) => pullResponse(call.hub, await currentPull(call), 200) },
  { method: "PATCH", path: onePull, needs: "write", handle: updatePull },
  { method: "PUT", path: `${onePull}/merge`, needs: "write", handle: merge },
  {
    method: "GET",
    path: `${onePull}/commits`,
    handle: async (call) => {
      const commits = await headCommits(call.hub, await currentPull(call));
      const details = await call.hub.repository.details(commits.slice(0, maxCommits));
      return pageResponse(
        call,
        details.map((commit) => presentCommit(call.hub, commit)),
      );
    },
  },
  {
    method: "GET",
    path: `${onePull}/files`,
    handle: async (call) => {
      const pull = await currentPull(call);
      const files = await call.hub.repository.changedFiles(pull.baseCommit, pull.headCommit);
      const shown = files.slice(0, maxFiles).map((file) => presentFile(call.hub, file, pull.headCommit));
      return pageResponse(call, shown);
    },
  },
  {
    method: "POST",
    path: `${onePull}/requested_reviewers`,
    needs: "write",
    handle: async (call) => {
      const pull = requirePull(call.hub, numberParam(call, "pull_number"));
      for (const login of textList(call, "reviewers")) {
        const account = accountOf(call.hub, login);
        if (account === undefined || account.login === pull.author) {
          throw new RequestRefused(422, "Reviews may only be requested from collaborators other than the author.");
        }
        if (!pull.reviewers.includes(account.login)) pull.reviewers.push(account.login);
      }
      return jsonResponse(201, presentPullSummary(call.hub, pull));
    },
  },
];

async function currentPull(call: Call): Promise<PullRecord> {
  await followBranches(call.hub, null);
  return requirePull(call.hub, numberParam(call, "pull_number"));
}

function headCommits(hub: Hub, pull: PullRecord): Promise<readonly string[]> {
  return pull.mergedAt === null
    ? hub.repository.commitsBetween(pull.baseCommit, pull.headCommit)
    : Promise.resolve(pull.headCommits);
}

async function pullResponse(hub: Hub, pull: PullRecord, status: number): Promise<GitHubResponse> {
  const { repository } = hub;
  const commits = await headCommits(hub, pull);
  const files = await repository.changedFiles(pull.baseCommit, pull.headCommit);
  const mergeable =
    pull.state === "open" ? (await repository.mergedTree(pull.baseCommit, pull.headCommit)) !== null : null;
  return jsonResponse(status, presentPull(hub, pull, { commits: commits.length, files, mergeable }));
}

async function listPulls(call: Call): Promise<GitHubResponse> {
  await followBranches(call.hub, null);
  const state = call.query.get("state") ?? "open";
  const head = call.query.get("head");
  const base = call.query.get("base");
  const found = call.hub
    .state()
    .pulls.filter(
      (pull) =>
        (state === "all" || pull.state === state) &&
        (base === null || pull.baseBranch === base) &&
        (head === null || (!pull.fork && head.toLowerCase() === `${call.hub.owner}:${pull.headBranch}`.toLowerCase())),
    );
  const ascending = call.query.get("direction") === "asc";
  const sorted = ascending ? found : found.toReversed();
  return pageResponse(
    call,
    sorted.map((pull) => presentPullSummary(call.hub, pull)),
  );
}

async function createPull(call: Call): Promise<GitHubResponse> {
  const head = requireText(call, "head").replace(`${call.hub.owner}:`, "");
  const pull = await openPull(call.hub, {
    title: requireText(call, "title"),
    body: textField(call, "body") ?? "",
    author: call.account,
    headBranch: head,
    baseBranch: requireText(call, "base"),
    draft: call.body["draft"] === true,
  });
  return pullResponse(call.hub, pull, 201);
}

async function updatePull(call: Call): Promise<GitHubResponse> {
  const pull = await currentPull(call);
  const state = textField(call, "state");
  const base = textField(call, "base");
  if (pull.mergedAt !== null && (state !== null || base !== null)) {
    throw new RequestRefused(422, "Validation Failed: the pull request is merged");
  }
  if (base !== null && base !== pull.baseBranch) await retarget(call.hub, pull, base);
  if (state !== null && state !== pull.state) setState(call.hub, pull, state);
  pull.title = textField(call, "title") ?? pull.title;
  pull.body = textField(call, "body") ?? pull.body;
  pull.updatedAt = call.hub.now();
  return pullResponse(call.hub, pull, 200);
}

async function retarget(hub: Hub, pull: PullRecord, base: string): Promise<void> {
  const commit = await hub.repository.commit(`refs/heads/${base}`);
  if (commit === null) throw new RequestRefused(422, "Validation Failed: base is invalid");
  pull.baseBranch = base;
  pull.baseCommit = commit.sha;
}

function setState(hub: Hub, pull: PullRecord, state: string): void {
  if (state !== "open" && state !== "closed") throw new RequestRefused(422, "Validation Failed: state is invalid");
  pull.state = state;
  pull.closedAt = state === "closed" ? hub.now() : null;
}

async function merge(call: Call): Promise<GitHubResponse> {
  const pull = await currentPull(call);
  const sha = await mergePull(call.hub, pull, {
    method: methodOf(textField(call, "merge_method") ?? "merge"),
    sha: textField(call, "sha"),
    title: textField(call, "commit_title"),
    message: textField(call, "commit_message"),
    actor: call.account,
  });
  return jsonResponse(200, { sha, merged: true, message: "Pull Request successfully merged" });
}

function methodOf(text: string): MergeMethod {
  if (text === "merge" || text === "squash" || text === "rebase") return text;
  throw new RequestRefused(422, "Invalid request: merge_method is not a merge method.");
}
