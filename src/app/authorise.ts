import type { Approvals } from "../core/desired/settings.ts";
import type { Blocker } from "../core/failover/intent.ts";
import type { RecordedApproval } from "../core/model/record.ts";
import type { Step } from "../core/model/step.ts";
import { type Plan, type PlannedApplication, highestRisk } from "../core/plan/plan.ts";
import { ForgeFault } from "../ports/forge.ts";
import { type Repository, readRepositoryAt } from "./gather-repository.ts";
import type { Ports } from "./ports.ts";
import { verifyApproval } from "./verify-approval.ts";

/** What may be executed of a plan, and why the rest may not. */
export interface Authorised {
  readonly refused: ReadonlyMap<string, readonly Blocker[]>;
  /** By commit, for the record of a transition that begins now. */
  readonly approvals: ReadonlyMap<string, readonly RecordedApproval[]>;
}

/**
 * Asks for every application with steps whether its change was approved. A begun transition was verified when it began
 * and is finished without asking again (design invariant 11).
 */
export async function authorise(
  ports: Ports,
  run: { readonly plan: Plan; readonly repository: Repository; readonly changedIn: ReadonlyMap<string, string> },
): Promise<Authorised> {
  const refused = new Map<string, readonly Blocker[]>();
  const approvals = new Map<string, readonly RecordedApproval[]>();
  let tip: Blocker | null | undefined;
  const verified = new Map<string, ReturnType<typeof verifyOne>>();
  for (const application of run.plan.applications) {
    const steps = run.plan.steps.filter((step) => concerns(step, application.name));
    if (steps.length === 0 || isBegun(application)) continue;
    // Asked once, and only when there is something to approve.
    tip = tip === undefined ? await checkTip(ports, run.repository) : tip;
    if (tip !== null) {
      refused.set(application.name, [tip]);
      continue;
    }
    const commit = run.changedIn.get(application.name) ?? run.repository.commit;
    const risk = highestRisk(steps);
    const key = `${commit} ${risk} ${JSON.stringify(application.intent)}`;
    const asked = verified.get(key) ?? verifyOne(ports, run.repository, { application, commit, risk });
    verified.set(key, asked);
    const verification = await asked;
    if (verification.state === "refused") refused.set(application.name, [verification.blocker]);
    else approvals.set(commit, verification.approvals);
  }
  return { refused, approvals };
}

function concerns(step: Step, application: string): boolean {
  return (
    step.application === application ||
    (step.application === null && step.after.some((id) => id.startsWith(`${application}/`)))
  );
}

function isBegun(application: PlannedApplication): boolean {
  return application.intent.type === "move" && application.intent.move.stage !== "new";
}

async function verifyOne(
  ports: Ports,
  repository: Repository,
  change: { readonly application: PlannedApplication; readonly commit: string; readonly risk: Step["risk"] },
): ReturnType<typeof verifyApproval> {
  const { settings } = repository.desired.state;
  return verifyApproval(ports.forge, {
    commit: change.commit,
    protectedBranch: settings?.protectedBranch ?? "main",
    intent: change.application.intent,
    risk: change.risk,
    settings: await settingsBefore(ports, repository, change.commit),
  });
}

/** Approval settings now, at the commit, and at its first parent: the strictest counts. */
async function settingsBefore(ports: Ports, repository: Repository, commit: string): Promise<readonly Approvals[]> {
  const [entry] = await ports.git.log(commit, { firstParent: true, limit: 1 });
  const parent = entry?.parents[0];
  const others = await Promise.all(
    [commit, ...(parent === undefined ? [] : [parent])]
      .filter((other) => other !== repository.commit)
      .map((other) => readRepositoryAt(ports.git, other)),
  );
  return [repository, ...others].flatMap(({ desired }) => desired.state.settings?.approvals ?? []);
}

/** The commit must be what the forge has as the tip of the protected branch, not what somebody's clone has. */
async function checkTip(ports: Ports, repository: Repository): Promise<Blocker | null> {
  const { settings } = repository.desired.state;
  if (settings === null || ports.forge === null) return null;
  try {
    const tip = await ports.forge.branchTip(settings.protectedBranch);
    if (tip === repository.commit) return null;
    return {
      code: "not-the-tip",
      message: `${repository.commit.slice(0, 12)} is not the tip of ${settings.protectedBranch} on the forge (${tip.slice(0, 12)})`,
      remedy: "run drover apply again; it starts from the newest commit",
    };
  } catch (error) {
    if (!(error instanceof ForgeFault)) throw error;
    return {
      code: "approval-missing",
      message: `the forge could not be asked for the tip of ${settings.protectedBranch}: ${error.message}`,
      remedy: "make the forge reachable; a begun transition goes on without it",
    };
  }
}
