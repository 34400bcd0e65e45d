import type { Approvals } from "../core/desired/settings.ts";
import type { Blocker, Intent } from "../core/failover/intent.ts";
import { counted } from "../core/model/counted.ts";
import type { RecordedApproval } from "../core/model/record.ts";
import type { Risk } from "../core/model/step.ts";
import { countApprovals } from "../core/policy/count-approvals.ts";
import { strictest } from "../core/policy/required-approvals.ts";
import { ForgeFault, type ForgePort, type PullRequest } from "../ports/forge.ts";

export interface ChangeToVerify {
  /** Commit that last changed the application's document. */
  readonly commit: string;
  readonly protectedBranch: string;
  readonly intent: Intent;
  readonly risk: Risk;
  /** Approval settings of the commit and of its first parent: a person must be allowed by each. */
  readonly settings: readonly Approvals[];
}

export type Verification =
  | { readonly state: "approved"; readonly approvals: readonly RecordedApproval[] }
  | { readonly state: "refused"; readonly blocker: Blocker };

/**
 * Proves on the forge that the commit came from one merged pull request whose head has the approvals it needs, by
 * people who may approve now. Whatever can't be asked or read is a refusal (design invariant 3).
 */
export async function verifyApproval(forge: ForgePort | null, change: ChangeToVerify): Promise<Verification> {
  if (change.settings.length === 0) return refused(change, "its settings could not be read");
  const need = strictest(change.settings, change);
  if (change.settings.every((approvals) => approvals.verify === "merge")) return { state: "approved", approvals: [] };
  if (forge === null)
    return refused(change, "no forge can be asked: the settings name none, or GITHUB_TOKEN is not set");
  try {
    return await ask(forge, change, need);
  } catch (error) {
    if (!(error instanceof ForgeFault)) throw error;
    return refused(change, `the forge could not be asked: ${error.message}`);
  }
}

async function ask(forge: ForgePort, change: ChangeToVerify, need: number): Promise<Verification> {
  const candidates = (await forge.pullRequestsOf(change.commit)).filter(
    (pull) =>
      pull.mergedAt !== null && pull.baseBranch === change.protectedBranch && pull.mergeCommit === change.commit,
  );
  const [pull, second] = candidates;
  if (pull === undefined || second !== undefined) {
    const count = pull === undefined ? "no" : "more than one";
    return refused(change, `${count} merged pull request into ${change.protectedBranch} produced it`);
  }
  if (pull.fromFork) return refused(change, `pull request #${pull.number} came from a fork`);
  return count(forge, { change, need, pull: await forge.pullRequest(pull.number) });
}

async function count(
  forge: ForgePort,
  asked: { readonly change: ChangeToVerify; readonly need: number; readonly pull: PullRequest },
): Promise<Verification> {
  const { change, need, pull } = asked;
  if (pull.mergedAt === null || pull.author === null) {
    return refused(change, `pull request #${pull.number} has no merge time or no author`);
  }
  const judged = countApprovals({
    authorId: pull.author.id,
    headCommit: pull.headCommit,
    mergedAt: pull.mergedAt,
    reviews: await forge.reviews(pull.number),
  });
  for (const login of judged.objectors) {
    if (!(await mayWrite(forge, login))) continue;
    return refused(change, `${login} asked for changes on pull request #${pull.number}`);
  }
  const allowed: RecordedApproval[] = [];
  for (const approver of judged.approvers) {
    if (await isAllowed(forge, change.settings, approver.login)) allowed.push(approver);
  }
  if (allowed.length >= need) return { state: "approved", approvals: allowed };
  const by = allowed.map((approver) => approver.login).join(", ") || "nobody";
  return refused(
    change,
    `pull request #${pull.number} needs ${counted(need, "approval")} on its last commit by people who may approve and are not its author; it has ${allowed.length} (${by})`,
  );
}

async function isAllowed(forge: ForgePort, settings: readonly Approvals[], login: string): Promise<boolean> {
  if (!(await mayWrite(forge, login))) return false;
  for (const { users, teams } of settings) {
    if (users.length + teams.length === 0 || users.some((user) => sameLogin(user, login))) continue;
    let member = false;
    for (const team of teams) member ||= await forge.isTeamMember(team, login);
    if (!member) return false;
  }
  return true;
}

async function mayWrite(forge: ForgePort, login: string): Promise<boolean> {
  const permission = await forge.permission(login);
  return permission === "admin" || permission === "write";
}

/** GitHub's logins differ by more than case, or they are the same. */
function sameLogin(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function refused(change: ChangeToVerify, why: string): Verification {
  return {
    state: "refused",
    blocker: {
      code: "approval-missing",
      message: `commit ${change.commit.slice(0, 12)} is not approved: ${why}`,
      remedy: "open a pull request with this content, have it approved and merged, then run drover apply again",
    },
  };
}
