import type { Account } from "./accounts.ts";
import { RequestRefused } from "./http-message.ts";
import { takeId } from "./hub.ts";
import type { Hub } from "./hub.ts";
import type { PullRecord } from "./state.ts";

/** What a new pull request is made of. */
export interface NewPull {
  readonly title: string;
  readonly body: string;
  readonly author: Account;
  readonly headBranch: string;
  readonly baseBranch: string;
  readonly draft: boolean;
  /** The commit of a head in another repository; its objects must be in the bare repository. */
  readonly forkCommit?: string;
}

/** The pull request with this number. Throws 404. */
export function requirePull(hub: Hub, number: number): PullRecord {
  const pull = hub.state().pulls.find((candidate) => candidate.number === number);
  if (pull === undefined) throw new RequestRefused(404, "Not Found");
  return pull;
}

/** Full name of the ref that keeps the head of a pull request for ever. */
export function headRef(pull: PullRecord): string {
  return `refs/pull/${String(pull.number)}/head`;
}

/** Opens a pull request with GitHub's checks. Throws 422. */
export async function openPull(hub: Hub, wanted: NewPull): Promise<PullRecord> {
  const refs = await hub.repository.refs("refs/heads/");
  const base = refs.get(`refs/heads/${wanted.baseBranch}`);
  const head = wanted.forkCommit ?? refs.get(`refs/heads/${wanted.headBranch}`);
  if (base === undefined) throw new RequestRefused(422, "Validation Failed: base is invalid");
  if (head === undefined) throw new RequestRefused(422, "Validation Failed: head is invalid");
  const state = hub.state();
  const twin = state.pulls.some(
    (pull) =>
      pull.state === "open" &&
      pull.headBranch === wanted.headBranch &&
      pull.baseBranch === wanted.baseBranch &&
      pull.fork === (wanted.forkCommit !== undefined),
  );
  const between = `${wanted.baseBranch} and ${wanted.headBranch}`;
  if (twin) {
    const message = `A pull request already exists for ${hub.owner}:${wanted.headBranch}.`;
    throw new RequestRefused(422, `Validation Failed: ${message}`);
  }
  if ((await hub.repository.commitsBetween(base, head)).length === 0) {
    throw new RequestRefused(422, `Validation Failed: No commits between ${between}`);
  }
  const pull = newRecord(hub, wanted, { head, base });
  await hub.repository.moveRef(headRef(pull), head, null);
  state.pulls.push(pull);
  return pull;
}

function newRecord(hub: Hub, wanted: NewPull, commits: { readonly head: string; readonly base: string }): PullRecord {
  const state = hub.state();
  const number = state.nextNumber;
  state.nextNumber += 1;
  const now = hub.now();
  return {
    id: takeId(hub),
    number,
    title: wanted.title,
    body: wanted.body,
    author: wanted.author.login,
    headBranch: wanted.headBranch,
    fork: wanted.forkCommit !== undefined,
    baseBranch: wanted.baseBranch,
    headCommit: commits.head,
    baseCommit: commits.base,
    state: "open",
    draft: wanted.draft,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommit: null,
    introduced: [],
    headCommits: [],
    labels: [],
    reviewers: [],
    lastPusher: null,
  };
}

/**
 * Lets open pull requests follow their branches, whoever moved them: a new head (stale approvals go when the rules say
 * so), a head that reached the base branch by a direct push (GitHub then shows the pull request as merged).
 */
export async function followBranches(hub: Hub, pusher: string | null): Promise<void> {
  const open = hub.state().pulls.filter((pull) => pull.state === "open");
  if (open.length === 0) return;
  const refs = await hub.repository.refs("refs/heads/");
  for (const pull of open) {
    const head = pull.fork ? pull.headCommit : refs.get(`refs/heads/${pull.headBranch}`);
    if (head !== undefined && head !== pull.headCommit) await moveHead(hub, pull, { head, pusher });
    const base = refs.get(`refs/heads/${pull.baseBranch}`);
    if (base === undefined || base === pull.baseCommit) continue;
    const introduced = await hub.repository.commitsBetween(pull.baseCommit, pull.headCommit);
    if (introduced.length > 0 && (await hub.repository.isAncestor(pull.headCommit, base))) {
      markMerged(hub, pull, { mergeCommit: pull.headCommit, mergedBy: pusher, introduced, headCommits: introduced });
    } else {
      pull.baseCommit = base;
    }
  }
}

async function moveHead(
  hub: Hub,
  pull: PullRecord,
  moved: { readonly head: string; readonly pusher: string | null },
): Promise<void> {
  await hub.repository.moveRef(headRef(pull), moved.head, pull.headCommit);
  pull.headCommit = moved.head;
  pull.lastPusher = moved.pusher;
  pull.updatedAt = hub.now();
  if (!hub.state().protection.dismissStaleReviews) return;
  for (const review of hub.state().reviews) {
    if (review.pull === pull.number && review.state === "APPROVED") review.state = "DISMISSED";
  }
}

/** Records a merge that happened in the repository. */
export function markMerged(
  hub: Hub,
  pull: PullRecord,
  merge: {
    readonly mergeCommit: string;
    readonly mergedBy: string | null;
    readonly introduced: readonly string[];
    readonly headCommits: readonly string[];
  },
): void {
  const now = hub.now();
  pull.state = "closed";
  pull.mergedAt = now;
  pull.closedAt = now;
  pull.updatedAt = now;
  pull.mergedBy = merge.mergedBy;
  pull.mergeCommit = merge.mergeCommit;
  pull.introduced = [...merge.introduced];
  pull.headCommits = [...merge.headCommits];
}

/**
 * Pull requests that GitHub associates with a commit: for one on the default branch the merged request that brought it
 * there, for one elsewhere all, open and merged, that contain it.
 */
export async function pullsOfCommit(hub: Hub, commit: string): Promise<readonly PullRecord[]> {
  const main = hub.state().protection.branch;
  const tip = (await hub.repository.refs(`refs/heads/${main}`)).get(`refs/heads/${main}`);
  const landed = tip !== undefined && (await hub.repository.isAncestor(commit, tip));
  if (landed) {
    return hub
      .state()
      .pulls.filter((pull) => pull.mergedAt !== null && pull.baseBranch === main && pull.introduced.includes(commit));
  }
  const found: PullRecord[] = [];
  for (const pull of hub.state().pulls) {
    const commits =
      pull.mergedAt === null
        ? await hub.repository.commitsBetween(pull.baseCommit, pull.headCommit)
        : [...pull.introduced, ...pull.headCommits];
    if (commits.includes(commit)) found.push(pull);
  }
  return found;
}
