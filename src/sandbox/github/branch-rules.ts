import { includesPermission } from "./accounts.ts";
import type { Permission } from "./accounts.ts";
import type { PushCommand } from "./pkt-line.ts";
import type { ProtectionRecord, PullRecord, ReviewRecord } from "./state.ts";

/** Branches that one account alone may write: a rule set with that account as its only bypass. */
export interface RestrictedBranches {
  readonly prefix: string;
  readonly login: string;
}

/** Who pushes, and the rules that hold. */
export interface PushRules {
  readonly login: string;
  readonly permission: Permission;
  readonly protection: ProtectionRecord;
  readonly restricted: RestrictedBranches | null;
}

const zeros = "0".repeat(40);

/**
 * Why a ref of a push is refused, before anything is unpacked; null: it is not. Words as GitHub prints them after
 * `[remote rejected]`.
 */
export function refusalOf(command: PushCommand, rules: PushRules): string | null {
  if (!command.ref.startsWith("refs/heads/") && !command.ref.startsWith("refs/tags/"))
    return "deny updating a hidden ref";
  const branch = command.ref.replace(/^refs\/heads\//, "");
  const bypass = rules.permission === "admin" && rules.protection.adminsMayBypass;
  if (branch === rules.protection.branch) {
    if (command.after === zeros) return "refusing to delete the current branch";
    return bypass ? null : "protected branch hook declined";
  }
  if (rules.restricted !== null && branch.startsWith(rules.restricted.prefix)) {
    if (rules.login !== rules.restricted.login) return "protected branch hook declined";
    if (command.after === zeros) return "protected branch hook declined";
  }
  return null;
}

/** Whether a push that reached this far may rewind a branch. */
export function mayForce(command: PushCommand, rules: PushRules): boolean {
  const branch = command.ref.replace(/^refs\/heads\//, "");
  if (branch === rules.protection.branch) return rules.protection.allowForcePushes;
  return rules.restricted === null || !branch.startsWith(rules.restricted.prefix);
}

/**
 * What stands in the way of merging, in GitHub's words; null: nothing. GitHub counts each reviewer's latest review that
 * is more than a comment, from people who may write, and none on an older head when stale reviews are dismissed (they
 * are then in state DISMISSED).
 */
export function mergeObstacle(
  pull: PullRecord,
  reviews: readonly ReviewRecord[],
  rules: { readonly protection: ProtectionRecord; readonly permissionOf: (login: string) => Permission },
): string | null {
  if (pull.baseBranch !== rules.protection.branch || rules.protection.requiredApprovals === 0) return null;
  const latest = new Map<string, ReviewRecord>();
  for (const review of reviews) {
    if (review.pull !== pull.number || !["APPROVED", "CHANGES_REQUESTED", "DISMISSED"].includes(review.state)) continue;
    latest.set(review.user, review);
  }
  const counted = [...latest.values()].filter(
    (review) => review.user !== pull.author && includesPermission(rules.permissionOf(review.user), "write"),
  );
  if (counted.some((review) => review.state === "CHANGES_REQUESTED")) {
    return "Changes were requested by a reviewer with write access.";
  }
  const approvals = counted.filter((review) => review.state === "APPROVED");
  const missing = rules.protection.requiredApprovals - approvals.length;
  if (missing > 0) {
    return `At least ${String(rules.protection.requiredApprovals)} approving review is required by reviewers with write access.`;
  }
  const onHead = approvals.some((review) => review.commit === pull.headCommit && review.user !== pull.lastPusher);
  return rules.protection.requireLastPushApproval && !onHead
    ? "The most recent push must be approved by someone other than the person who pushed it."
    : null;
}
