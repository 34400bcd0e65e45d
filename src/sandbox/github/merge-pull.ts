import type { Account } from "./accounts.ts";
import type { CommitDetail, Signature } from "./bare-repository.ts";
import { mergeObstacle } from "./branch-rules.ts";
import { RequestRefused } from "./http-message.ts";
import { isoTime, permissionOf, takeId } from "./hub.ts";
import type { Hub } from "./hub.ts";
import { markMerged } from "./pull-requests.ts";
import type { PullRecord } from "./state.ts";

export type MergeMethod = "merge" | "squash" | "rebase";

/** What `PUT /repos/{owner}/{repo}/pulls/{n}/merge` carries. */
export interface MergeRequest {
  readonly method: MergeMethod;
  /** The head that the caller saw; 409 when it moved. */
  readonly sha: string | null;
  readonly title: string | null;
  readonly message: string | null;
  readonly actor: Account;
}

/** Committer of merge and squash commits that GitHub makes (`web-flow`). */
const webFlow: Signature = { name: "GitHub", email: "noreply@github.com" };

/**
 * Merges a pull request for real: a commit with two parents, one squashed commit, or the head's commits again on top of
 * the base. Returns the new tip. Throws 405 (rules, conflict, not open) or 409 (moved) as GitHub does.
 */
export async function mergePull(hub: Hub, pull: PullRecord, request: MergeRequest): Promise<string> {
  requireMergeable(hub, pull, request);
  const ref = `refs/heads/${pull.baseBranch}`;
  const base = (await hub.repository.refs(ref)).get(ref);
  if (base === undefined) throw new RequestRefused(404, "Base branch not found");
  const headCommits = await hub.repository.commitsBetween(base, pull.headCommit);
  if (headCommits.length === 0) throw new RequestRefused(405, "Pull Request is not mergeable");
  const made = await makeCommits(hub, pull, { request, base, headCommits });
  const after = made.at(-1) ?? base;
  if (!(await hub.repository.moveRef(ref, after, base))) {
    throw new RequestRefused(409, "Base branch was modified. Review and try the merge again.");
  }
  const introduced = request.method === "merge" ? [...headCommits, ...made] : made;
  pull.baseCommit = base;
  markMerged(hub, pull, { mergeCommit: after, mergedBy: request.actor.login, introduced, headCommits });
  hub.state().activity.push({
    id: takeId(hub),
    before: base,
    after,
    ref,
    at: hub.now(),
    type: "pr_merge",
    actor: request.actor.login,
  });
  return after;
}

function requireMergeable(hub: Hub, pull: PullRecord, request: MergeRequest): void {
  if (pull.state !== "open" || pull.draft) throw new RequestRefused(405, "Pull Request is not mergeable");
  if (request.sha !== null && request.sha !== pull.headCommit) {
    throw new RequestRefused(409, "Head branch was modified. Review and try the merge again.");
  }
  const { protection, reviews } = hub.state();
  if (permissionOf(hub, request.actor.login) === "admin" && protection.adminsMayBypass) return;
  const obstacle = mergeObstacle(pull, reviews, { protection, permissionOf: (login) => permissionOf(hub, login) });
  if (obstacle !== null) throw new RequestRefused(405, obstacle);
}

interface MergePlan {
  readonly request: MergeRequest;
  readonly base: string;
  readonly headCommits: readonly string[];
}

/** The new commits on the base branch, oldest first. */
async function makeCommits(hub: Hub, pull: PullRecord, plan: MergePlan): Promise<readonly string[]> {
  switch (plan.request.method) {
    case "merge":
      return [await mergeCommit(hub, pull, plan)];
    case "squash":
      return [await squashCommit(hub, pull, plan)];
    case "rebase":
      return rebase(hub, plan);
  }
}

async function mergeCommit(hub: Hub, pull: PullRecord, plan: MergePlan): Promise<string> {
  const date = isoTime(hub.now());
  const title = plan.request.title ?? `Merge pull request #${String(pull.number)} from ${hub.owner}/${pull.headBranch}`;
  return hub.repository.createCommit({
    tree: await requireTree(hub, plan.base, pull.headCommit),
    parents: [plan.base, pull.headCommit],
    author: { ...signatureOf(plan.request.actor), date },
    committer: { ...webFlow, date },
    message: joined(title, plan.request.message ?? pull.title),
  });
}

/** GitHub names the pull request's author as the author of a squashed commit. */
async function squashCommit(hub: Hub, pull: PullRecord, plan: MergePlan): Promise<string> {
  const date = isoTime(hub.now());
  const author = hub.accounts.find((account) => account.login === pull.author) ?? plan.request.actor;
  const details = await hub.repository.details(plan.headCommits);
  const only = details.length === 1 ? details[0] : undefined;
  const text = only === undefined ? details.map((commit) => `* ${commit.message}`).join("\n\n") : bodyOf(only);
  return hub.repository.createCommit({
    tree: await requireTree(hub, plan.base, pull.headCommit),
    parents: [plan.base],
    author: { ...signatureOf(author), date },
    committer: { ...webFlow, date },
    message: joined(plan.request.title ?? `${pull.title} (#${String(pull.number)})`, plan.request.message ?? text),
  });
}

/** Each commit again on top of the base: same author and message, the merging person as committer. */
async function rebase(hub: Hub, plan: MergePlan): Promise<readonly string[]> {
  const committer = { ...signatureOf(plan.request.actor), date: isoTime(hub.now()) };
  const made: string[] = [];
  let onto = plan.base;
  for (const commit of await hub.repository.details(plan.headCommits)) {
    const parent = commit.parents[0];
    if (parent === undefined || commit.parents.length > 1) {
      throw new RequestRefused(405, "This branch can't be rebased");
    }
    const tree = await pickedTree(hub, commit, { parent, onto });
    onto = await hub.repository.createCommit({ ...commit, tree, parents: [onto], committer });
    made.push(onto);
  }
  return made;
}

/**
 * Tree of a cherry-pick. A stand-in with the target's tree and the commit's own parent makes that parent the merge base
 * (git before 2.40 can't be told one).
 */
async function pickedTree(
  hub: Hub,
  commit: CommitDetail,
  at: { readonly parent: string; readonly onto: string },
): Promise<string> {
  if (at.parent === at.onto) return commit.tree;
  const target = await hub.repository.commit(at.onto);
  if (target === null) throw new Error(`commit ${at.onto} vanished`);
  const standIn = await hub.repository.createCommit({ ...target, parents: [at.parent] });
  return requireTree(hub, standIn, commit.sha);
}

async function requireTree(hub: Hub, ours: string, theirs: string): Promise<string> {
  const tree = await hub.repository.mergedTree(ours, theirs);
  if (tree === null) throw new RequestRefused(405, "Pull Request is not mergeable");
  return tree;
}

function signatureOf(account: Account): Signature {
  return { name: account.login, email: `${String(account.id)}+${account.login}@users.noreply.github.com` };
}

function bodyOf(commit: CommitDetail): string {
  return commit.message.split("\n").slice(1).join("\n").trim();
}

function joined(title: string, message: string): string {
  return message === "" ? title : `${title}\n\n${message}`;
}
