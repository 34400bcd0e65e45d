import type { Blocker } from "../core/failover/intent.ts";
import { buildPlan } from "../core/plan/build-plan.ts";
import { capture } from "../core/plan/capture.ts";
import { planApplication } from "../core/plan/plan-application.ts";
import type { RenderReport } from "../core/render/render-result.ts";
import { authorise } from "./authorise.ts";
import { readTip } from "./apply.ts";
import { gather } from "./gather.ts";
import { commitFolder } from "./operations/commit-folder.ts";
import type { Ports } from "./ports.ts";

export interface RenderOutcome {
  readonly reports: readonly RenderReport[];
  readonly refused: ReadonlyMap<string, readonly Blocker[]>;
  /** What people must know and nothing stopped for. */
  readonly notes: readonly Blocker[];
}

/**
 * Only the capture: every protected application's folder on its standby's branch, and nothing on a cluster but the key of
 * the fingerprints where Secrets are sealed for the first time. An application in a transition is left alone (design
 * invariant 7).
 */
export async function renderBranches(
  ports: Ports,
  start: { readonly protectedBranch: string },
): Promise<RenderOutcome> {
  await ports.git.fetch();
  const repository = await readTip(ports, start.protectedBranch);
  const { input } = await gather(ports, { repository, now: ports.clock.now(), purpose: "render" });
  const plan = buildPlan(input);
  const authorised = await authorise(ports, { plan, repository, changedIn: input.changedIn });
  const refused = new Map<string, readonly Blocker[]>(authorised.refused);
  const reports: RenderReport[] = [];
  const notes: Blocker[] = [];
  for (const { name, intent, blockers } of plan.applications) {
    if (blockers.length > 0) refused.set(name, blockers);
    const document = input.desired.state.applications.get(name);
    if (document === undefined || intent.type !== "protect" || refused.has(name)) continue;
    const planned = planApplication(input, document);
    const { context } = planned;
    if (context === null) continue;
    notes.push(...planned.notes);
    const step = plan.steps.find((candidate) => candidate.application === name && candidate.action === "render");
    const commit = step === undefined ? null : await commitOf(ports, { ...start, tip: repository.commit }, step);
    reports.push({ ...capture(context).report, commit });
  }
  return { reports, refused, notes };
}

async function commitOf(
  ports: Ports,
  branch: { readonly protectedBranch: string; readonly tip: string },
  step: ReturnType<typeof buildPlan>["steps"][number],
): Promise<string | null> {
  if (step.operation.type !== "commit-folder") return null;
  const outcome = await commitFolder({ git: ports.git, cluster: step.cluster, ...branch }, step.operation);
  if (outcome.state !== "done" || outcome.detail === "nothing to commit") return null;
  return ports.git.tip(step.operation.branch);
}
