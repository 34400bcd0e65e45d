import type { ClusterDrift } from "../diff/drift.ts";
import type { FolderDifference } from "../diff/folder-diff.ts";
import type { Blocker } from "../failover/intent.ts";
import { recordedClaims } from "../observed/application-facts.ts";
import { type ApplicationContext, healthOf, knownFacts, recordOf, reversed } from "./application-context.ts";
import { uncapturedBy } from "./capture.ts";
import { dataLossNow, recoveryTimeNow } from "./expectation.ts";
import { type ApplicationPlan, planApplication } from "./plan-application.ts";
import type { PlanInput } from "./plan-input.ts";
import { hypotheticalBlockers } from "./preconditions.ts";

export type ApplicationPhase =
  | "Unprotected"
  | "Protecting"
  | "Protected"
  | "Degraded"
  | "FailingOver"
  | "FailedOver"
  | "Relocating"
  | "Blocked"
  | "Unknown";

/** One possible place to go to, as it stands now. */
export interface TargetStatus {
  readonly cluster: string;
  readonly recoveryPoint: string | null;
  /** Milliseconds. */
  readonly dataLossIfFailedNow: number | null;
  readonly recoveryTimeIfFailedNow: number | null;
  readonly canFailover: boolean;
  readonly canRelocate: boolean;
  readonly blockers: readonly Blocker[];
}

export interface StatusCondition {
  readonly type: "Reachable" | "Replicating" | "Delivered";
  readonly cluster: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

export interface ApplicationStatus {
  readonly name: string;
  readonly activeCluster: string | null;
  readonly phase: ApplicationPhase;
  readonly targets: readonly TargetStatus[];
  readonly blockers: readonly Blocker[];
  readonly conditions: readonly StatusCondition[];
  readonly drift: readonly ClusterDrift[];
  readonly uncaptured: FolderDifference | null;
}

/** If the site died now, what would be lost, and how long would it take? For every application, from one observation. */
export function buildStatus(input: PlanInput): readonly ApplicationStatus[] {
  return [...input.desired.state.applications.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((document) => applicationStatus(input, planApplication(input, document)));
}

function applicationStatus(input: PlanInput, plan: ApplicationPlan): ApplicationStatus {
  const { document, context } = plan;
  const recorded = input.recorded.get(document.name);
  const activeCluster = recorded?.state === "known" ? recorded.cluster : null;
  const invalid = input.desired.blocked.has(document.name);
  if (context === null || invalid) {
    const phase = recorded?.state === "unknown" ? "Unknown" : "Blocked";
    return {
      name: document.name,
      activeCluster,
      phase,
      targets: [],
      blockers: plan.blockers,
      conditions: [],
      drift: [],
      uncaptured: null,
    };
  }
  const phase = phaseOf(plan, context);
  const target = targetStatus(onwards(plan, context), phase);
  const lost = target.canFailover && plan.intent.type === "protect" ? lostSite(context) : null;
  return {
    name: document.name,
    activeCluster,
    phase,
    targets: [{ ...target, blockers: adviseFailover(target.blockers, lost) }],
    blockers: adviseFailover(unique([...plan.blockers, ...target.blockers]), lost),
    conditions: conditionsOf(context),
    drift: input.drift.get(document.name) ?? [],
    uncaptured: uncapturedBy(context, plan.render),
  };
}

/** Once the target serves, the question is about the way on from there, not about the way that was gone. */
function onwards(plan: ApplicationPlan, context: ApplicationContext): ApplicationContext {
  return plan.intent.type === "move" && plan.intent.move.stage === "serving" ? reversed(context) : context;
}

/** The active cluster, when it does not answer at all. */
function lostSite({ input, source }: ApplicationContext): string | null {
  const facts = input.clusters.get(source.name);
  return facts?.reachable === false && facts.cause === "away" ? source.name : null;
}

/** Who asks while the active site is dead gets the way out first, and how to repair the site after it. */
function adviseFailover(blockers: readonly Blocker[], lost: string | null): readonly Blocker[] {
  const first = blockers.find((blocker) => blocker.code === "cluster-unreachable");
  if (lost === null || first === undefined) return blockers;
  const remedy = `drover failover --from ${lost} --reason "…"; or ${first.remedy}`;
  return [{ ...first, remedy }, ...blockers.filter((blocker) => blocker !== first)];
}

function unique(blockers: readonly Blocker[]): readonly Blocker[] {
  const seen = new Map(blockers.map((blocker) => [`${blocker.code} ${blocker.message}`, blocker]));
  return [...seen.values()];
}

/** Until the first copy stands complete, nobody knows what would be lost: a domain in sync says nothing about claims. */
const UNCOPIED: ReadonlySet<ApplicationPhase> = new Set(["Unprotected", "Protecting"]);

function targetStatus(context: ApplicationContext, phase: ApplicationPhase): TargetStatus {
  const copied = !UNCOPIED.has(phase);
  const failover = hypotheticalBlockers(context, "Failover");
  const relocate = hypotheticalBlockers(context, "Relocate");
  return {
    cluster: context.target.name,
    recoveryPoint: copied ? healthOf(context).recoveryPoint : null,
    dataLossIfFailedNow: copied ? dataLossNow(context) : null,
    recoveryTimeIfFailedNow: copied ? recoveryTimeNow(context) : null,
    canFailover: failover.length === 0,
    canRelocate: relocate.length === 0,
    blockers: unique([...failover, ...relocate]),
  };
}

function phaseOf(plan: ApplicationPlan, context: ApplicationContext): ApplicationPhase {
  const { intent } = plan;
  switch (intent.type) {
    case "blocked":
      return "Blocked";
    case "cancel":
      return intent.begun.type === "Failover" ? "FailingOver" : "Relocating";
    case "move":
      if (intent.move.stage === "new") return plan.blockers.length > 0 ? "Blocked" : standing(plan, context);
      if (intent.move.stage === "serving")
        return intent.move.transition.type === "Failover" ? "FailedOver" : "Relocating";
      return intent.move.transition.type === "Failover" ? "FailingOver" : "Relocating";
    case "protect":
      return standing(plan, context);
  }
}

/** The phase of standing protection. One side that can't be read is unknown, never healthy. */
function standing(plan: ApplicationPlan, context: ApplicationContext): ApplicationPhase {
  if (context.source.cluster === null || context.target.cluster === null) return "Unknown";
  if (recordOf(context.target) === null) return "Unprotected";
  const health = healthOf(context);
  const ready = health.established && claimsBound(context) && recordOf(context.target)?.delivered?.form === "standby";
  if (!ready) return "Protecting";
  const goes = plan.blockers.length === 0 && hypotheticalBlockers(context, "Failover").length === 0;
  return health.state === "healthy" && goes ? "Protected" : "Degraded";
}

function claimsBound(context: ApplicationContext): boolean {
  const there = context.target.application === null ? [] : recordedClaims(context.target.application.facts);
  const bound = new Set(there.map((claim) => `${claim.namespace}/${claim.name}=${claim.volume}`));
  return (knownFacts(context)?.claims ?? []).every((claim) =>
    bound.has(`${claim.namespace}/${claim.name}=${claim.volume}`),
  );
}

function conditionsOf(context: ApplicationContext): readonly StatusCondition[] {
  const health = healthOf(context);
  const conditions: StatusCondition[] = [context.source, context.target].map((end) => {
    const facts = context.input.clusters.get(end.name);
    const away = facts?.reachable === false ? facts : null;
    return {
      type: "Reachable",
      cluster: end.name,
      status: away === null ? "True" : "False",
      reason: away === null ? "Answers" : away.cause === "away" ? "NoAnswer" : "Unreadable",
      message: away?.why ?? "",
    };
  });
  const unknown = health.state === "unknown";
  conditions.push({
    type: "Replicating",
    cluster: context.target.name,
    status: unknown ? "Unknown" : health.state === "healthy" ? "True" : "False",
    reason: { healthy: "InSync", degraded: "Degraded", resyncing: "Resyncing", absent: "Absent", unknown: "Unknown" }[
      health.state
    ],
    message: health.problems.map((problem) => problem.message).join("; "),
  });
  const delivered = recordOf(context.target)?.delivered ?? null;
  conditions.push({
    type: "Delivered",
    cluster: context.target.name,
    status: context.target.cluster === null ? "Unknown" : delivered === null ? "False" : "True",
    reason: delivered === null ? "NothingApplied" : delivered.form === "active" ? "Active" : "StandingBy",
    message: "",
  });
  return conditions;
}
