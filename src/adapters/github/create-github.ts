import type { ForgePort, NewPullRequest, PullRequest } from "../../ports/forge.ts";
import { readMembership, readPermission, readPull, readPullSummary, readReview, readTip } from "./answers.ts";
import { defaultPatience, openConnection } from "./connection.ts";
import type { Connection, Patience } from "./connection.ts";
import { forgeFault } from "./github-faults.ts";

export interface GitHubOptions {
  /** `owner/name`. */
  readonly repository: string;
  /** Address of the REST interface, `https://api.github.com` or `https://HOST/api/v3`. */
  readonly apiUrl: string;
  readonly token: string;
  /** A `fetch` to use instead of Node's. */
  readonly request?: typeof fetch;
  readonly patience?: Patience;
}

/** The endpoints used, as GitHub's OpenAPI description spells them; a test looks each one up there. */
export const endpoints = {
  ref: "GET /repos/{owner}/{repo}/git/ref/{ref}",
  pullsOfCommit: "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls",
  pull: "GET /repos/{owner}/{repo}/pulls/{pull_number}",
  reviews: "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
  permission: "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
  membership: "GET /orgs/{org}/teams/{team_slug}/memberships/{username}",
  pulls: "GET /repos/{owner}/{repo}/pulls",
  createPull: "POST /repos/{owner}/{repo}/pulls",
} as const;

/** Pull requests that may name one commit; more is nothing that people did. */
const maxPullsOfCommit = 50;

interface Target {
  readonly connection: Connection;
  readonly owner: string;
  readonly repo: string;
}

/** GitHub's REST interface as the forge of one repository. Throws `ForgeFault` for options that can't work. */
export function createGitHub(options: GitHubOptions): ForgePort {
  const [, owner, repo] = /^([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+)$/.exec(options.repository) ?? [];
  if (owner === undefined || repo === undefined) {
    throw forgeFault("not-found", `${JSON.stringify(options.repository.slice(0, 100))} is not OWNER/NAME`);
  }
  const { apiUrl, token, request } = options;
  const patience = options.patience ?? defaultPatience;
  const connection = openConnection({ apiUrl, token, patience, ...(request === undefined ? {} : { request }) });
  const target: Target = { connection, owner, repo };
  return {
    branchTip: async (branch) => {
      const parameters = { owner, repo, ref: `heads/${branch}` };
      const purpose = `reading the tip of ${branch}`;
      return readTip(await connection.read({ route: endpoints.ref, parameters, purpose }), branch);
    },
    pullRequestsOf: (commit) => pullRequestsOf(target, commit),
    pullRequest: (number) => readOne(target, number),
    reviews: async (number) => {
      const parameters = { owner, repo, pull_number: number };
      const purpose = `reading the reviews of #${String(number)}`;
      return (await connection.list({ route: endpoints.reviews, parameters, purpose })).map(readReview);
    },
    permission: async (login) => {
      const parameters = { owner, repo, username: requireSegment(login, "a login") };
      const purpose = `reading the permission of ${login}`;
      const answer = await connection.readOrNull({ route: endpoints.permission, parameters, purpose });
      // GitHub answers 404 for an account that is gone: it may do nothing.
      return answer === null ? "none" : readPermission(answer);
    },
    isTeamMember: (team, login) => isTeamMember(connection, team, login),
    findOpenPullRequest: (headBranch) => findOpen(target, headBranch),
    openPullRequest: async (wanted) => openPull(target, wanted),
  };
}

/** A name that becomes part of an address: nothing in it may mean another address (`..`, `/`). */
function requireSegment(text: string, what: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*(?:\[bot\])?$/.test(text)) return text;
  throw forgeFault("not-found", `GitHub has no name ${JSON.stringify(text.slice(0, 100))} for ${what}`);
}

async function readOne(target: Target, number: number): Promise<PullRequest> {
  const { connection, owner, repo } = target;
  const parameters = { owner, repo, pull_number: number };
  const purpose = `reading pull request #${String(number)}`;
  return readPull(await connection.read({ route: endpoints.pull, parameters, purpose }));
}

/**
 * The list says nothing about who merged, so merged requests are read one by one. GitHub may name requests of other
 * repositories of a fork network: those don't concern this one.
 */
async function pullRequestsOf(target: Target, commit: string): Promise<readonly PullRequest[]> {
  const { connection, owner, repo } = target;
  const parameters = { owner, repo, commit_sha: requireSegment(commit, "a commit") };
  const purpose = `reading the pull requests of ${commit}`;
  const items = await connection.list({ route: endpoints.pullsOfCommit, parameters, purpose });
  if (items.length > maxPullsOfCommit) {
    throw forgeFault("malformed", `GitHub: ${purpose} returned more than ${String(maxPullsOfCommit)}`);
  }
  const own = items.map(readPullSummary).filter((item) => isRepository(target, item.repository));
  const pulls: PullRequest[] = [];
  for (const { pull } of own) pulls.push(pull.mergedAt === null ? pull : await readOne(target, pull.number));
  return pulls;
}

function isRepository(target: Target, name: string): boolean {
  return name.toLowerCase() === `${target.owner}/${target.repo}`.toLowerCase();
}

async function isTeamMember(connection: Connection, team: string, login: string): Promise<boolean> {
  const [org = "", slug = "", ...rest] = team.split("/");
  if (rest.length > 0) throw forgeFault("not-found", `${JSON.stringify(team.slice(0, 100))} is not ORG/TEAM`);
  const parameters = {
    org: requireSegment(org, "an organisation"),
    team_slug: requireSegment(slug, "a team"),
    username: requireSegment(login, "a login"),
  };
  const purpose = `reading the membership of ${login} in ${team}`;
  const answer = await connection.readOrNull({ route: endpoints.membership, parameters, purpose });
  return answer !== null && readMembership(answer);
}

/** The oldest open pull request from this branch of this repository. GitHub ignores a filter that it can't read. */
async function findOpen(target: Target, headBranch: string): Promise<PullRequest | null> {
  const { connection, owner, repo } = target;
  const parameters = { owner, repo, state: "open", head: `${owner}:${headBranch}`, sort: "created", direction: "asc" };
  const purpose = `looking for a pull request from ${headBranch}`;
  const items = (await connection.list({ route: endpoints.pulls, parameters, purpose })).map(readPullSummary);
  const fits = (pull: PullRequest): boolean =>
    pull.headBranch === headBranch && !pull.fromFork && pull.state === "open";
  return items.find((item) => fits(item.pull))?.pull ?? null;
}

async function openPull(target: Target, wanted: NewPullRequest): Promise<PullRequest> {
  const { connection, owner, repo } = target;
  const { title, body, headBranch: head, baseBranch: base } = wanted;
  const parameters = { owner, repo, title, body, head, base, maintainer_can_modify: false };
  const purpose = `opening a pull request from ${head} to ${base}`;
  return readPull(await connection.write({ route: endpoints.createPull, parameters, purpose }));
}
