import type { ProtectedApplication } from "../desired/protected-application.ts";
import { type Blocker, type Intent, decideIntent } from "../failover/intent.ts";
import { mergeTransitions, openTransitions } from "../failover/open-transition.ts";
import { markOf } from "../model/record.ts";
import { type ClusterFacts, valueOf } from "../observed/cluster-facts.ts";
import { type ApplicationContext, contextFor, healthOf, pairOf } from "./application-context.ts";
import { expectation } from "./expectation.ts";
import { leftOnSource } from "./left-on-source.ts";
import type { PhasePlan } from "./phases.ts";
import type { PlannedApplication } from "./plan.ts";
import { planCancel } from "./plan-cancel.ts";
import type { PlanInput } from "./plan-input.ts";
import { planMove } from "./plan-move.ts";
import { planProtect } from "./plan-protect.ts";
import { bothActiveBlockers, identityBlockers, moveBlockers, recordBlockers, unreadBlockers } from "./preconditions.ts";
import type { RenderResult } from "../render/render-result.ts";
import { supportBlockers } from "./support.ts";

/** One application before steps of several are put in order and authorised. */
export interface ApplicationPlan {
  readonly document: ProtectedApplication;
  readonly intent: Intent;
  readonly context: ApplicationContext | null;
  readonly phases: PhasePlan;
  readonly blockers: readonly Blocker[];
  readonly notes: readonly Blocker[];
  /** What was captured for the standby; null when nothing was. */
  readonly render: RenderResult | null;
  readonly waitingFor: readonly string[];
  readonly expected: Pick<PlannedApplication, "expectedDataLoss" | "expectedRecoveryTime" | "objectivesMet">;
}

const NOTHING_EXPECTED = { expectedDataLoss: null, expectedRecoveryTime: null, objectivesMet: null } as const;

/** What is to happen with an application, and between which ends. */
export interface Decision {
  readonly document: ProtectedApplication;
  readonly intent: Intent;
  /** Null: the application is blocked, or no policy pairs the clusters. */
  readonly context: ApplicationContext | null;
  readonly notes: readonly Blocker[];
}

/** Decides about one application without planning it: nothing is rendered, which is most of a plan's work. */
export function decideApplication(input: PlanInput, newest: ProtectedApplication): Decision {
  const { name } = newest;
  const { intent, notes } = decideIntent({
    document: newest,
    recorded: input.recorded.get(name) ?? { state: "none" },
    records: recordsOf(input, name),
    documentAt: (commit) => input.documentAt(name, commit),
    now: input.now,
  });
  const begun = intent.type === "move" ? intent.move.record : null;
  // What was begun is finished from its own verified commit, whatever later ones contain (design invariant 6).
  const document = begun === null ? newest : (input.documentAt(name, begun.commit) ?? newest);
  const refused = [...unsupported(input, document), ...(input.withheld.get(name) ?? [])];
  if (refused.length > 0) return { document, intent: { type: "blocked", blockers: refused }, context: null, notes: [] };
  const ends = endsOf(input, document, intent);
  return { document, intent, context: ends === null ? null : contextFor(input, document, ends), notes };
}

function endsOf(input: PlanInput, document: ProtectedApplication, intent: Intent) {
  switch (intent.type) {
    case "blocked":
      return null;
    case "protect": {
      const target = otherOf(input, document, intent.active);
      return target === null ? null : { source: intent.active, target };
    }
    case "move":
      return { source: intent.move.transition.from, target: intent.move.to };
    case "cancel":
      return { source: intent.begun.from, target: intent.begun.to };
  }
}

/** Plans one application; what stops it are values in `blockers`, and then there are no phases. */
export function planApplication(input: PlanInput, newest: ProtectedApplication): ApplicationPlan {
  const { document, intent, context, notes } = decideApplication(input, newest);
  switch (intent.type) {
    case "blocked":
      return { ...stopped(document, intent.blockers), intent, notes };
    case "protect":
      return withNotes(context === null ? unpaired(document, intent.active) : protect(input, context, intent), notes);
    case "move":
      return withNotes(context === null ? unpaired(document, intent.move.to) : move(context, intent), notes);
    case "cancel":
      return withNotes(context === null ? unpaired(document, intent.begun.to) : cancel(input, context, intent), notes);
  }
}

function withNotes(plan: ApplicationPlan, notes: readonly Blocker[]): ApplicationPlan {
  return { ...plan, notes: [...notes, ...plan.notes] };
}

/** An application whose documents are invalid is left alone, but what was begun before is still finished. */
export function planInvalid(input: PlanInput, document: ProtectedApplication): ApplicationPlan | null {
  if (openTransitions(mergeTransitions(recordsOf(input, document.name))).length === 0) return null;
  const plan = planApplication(input, document);
  return plan.intent.type === "move" && plan.intent.move.stage !== "new" ? plan : null;
}

function recordsOf(input: PlanInput, application: string) {
  return [...input.clusters.values()].map((cluster) => transitionsOn(cluster, application));
}

function transitionsOn(cluster: ClusterFacts, application: string) {
  if (!cluster.reachable) return [];
  const record = cluster.applications.get(application)?.record;
  return record === undefined ? [] : (valueOf(record)?.transitions ?? []);
}

function unsupported(input: PlanInput, document: ProtectedApplication): readonly Blocker[] {
  const { policies, clusters } = input.desired.state;
  const own = document.policies.flatMap((name) => policies.get(name) ?? []);
  const names = new Set(own.flatMap((policy) => pairOf(policy) ?? []));
  const blockers = supportBlockers(
    document,
    own,
    [...names].flatMap((name) => clusters.get(name) ?? []),
  );
  // A branch can be written whatever brings it to the cluster: Argo CD and Flux need nothing else of Drover.
  return input.renderOnly ? blockers.filter(({ code }) => code !== "delivery-not-supported") : blockers;
}

function otherOf(input: PlanInput, document: ProtectedApplication, cluster: string): string | null {
  const policy = input.desired.state.policies.get(document.policies[0] ?? "");
  const pair = policy === undefined ? null : pairOf(policy);
  if (pair === null || !pair.includes(cluster)) return null;
  return pair[0] === cluster ? pair[1] : pair[0];
}

function protect(
  input: PlanInput,
  context: ApplicationContext,
  intent: Extract<Intent, { type: "protect" }>,
): ApplicationPlan {
  const base = { ...stopped(context.document, []), intent, context };
  const unreachable = [context.source, context.target].filter((end) => end.cluster === null);
  if (unreachable.length > 0)
    return { ...base, blockers: unreachable.map((end) => unreachableBlocker(input, end.name)) };
  const ends = [context.source, context.target];
  const unsafe = [...recordBlockers(ends), ...unreadBlockers(ends), ...bothActiveBlockers(context)];
  if (unsafe.length > 0) return { ...base, blockers: unsafe };
  const plan = planProtect(context, { overwritesFormerActive: false });
  // Configuration is worth keeping while replication is not ready: a capture alone only says so.
  const replication = replicationBlockers(context);
  const blockers = [...plan.blockers, ...(input.renderOnly ? [] : replication)];
  const hard = blockers.filter((blocker) => blocker.code !== "suspicious-capture");
  const phases = hard.length > 0 ? {} : { prepare: plan.shared, settle: plan.steps };
  const notes = [...plan.notes, ...(input.renderOnly ? replication : [])];
  return { ...base, phases, blockers, notes, render: plan.render };
}

function replicationBlockers(context: ApplicationContext): readonly Blocker[] {
  const problems = healthOf(context).problems.filter((problem) => problem.blocks === "protection");
  return problems.map(({ message, remedy }) => ({ code: "replication-not-ready", message, remedy }));
}

function move(context: ApplicationContext, intent: Extract<Intent, { type: "move" }>): ApplicationPlan {
  const { transition, stage } = intent.move;
  const expected = stage === "serving" ? NOTHING_EXPECTED : expectation(context, intent.move);
  const base = { ...stopped(context.document, []), intent, context, expected };
  const both = stage === "serving" || isTurned(context) ? [] : bothActiveBlockers(context);
  const blockers = [...both, ...moveBlockers(context, intent.move)];
  if (blockers.length > 0) return { ...base, blockers };
  const waitingFor =
    context.source.cluster === null && stage === "serving"
      ? [`${transition.from} to return: then it is held, brought in sync, and becomes the standby`]
      : [];
  return { ...base, ...planMove(context, intent.move), notes: leftOnSource(context), waitingFor };
}

/** The point of no return is passed: from here on the target is meant to run, and the source's pods are leftovers. */
function isTurned({ target, document }: ApplicationContext): boolean {
  return target.cluster !== null && markOf(valueOf(target.cluster.epoch), document.name)?.cluster === target.name;
}

function cancel(
  input: PlanInput,
  context: ApplicationContext,
  intent: Extract<Intent, { type: "cancel" }>,
): ApplicationPlan {
  const { begun } = intent;
  const base = { ...stopped(context.document, []), intent, context };
  const away = [context.source, context.target].filter((end) => end.cluster === null);
  if (away.length > 0) return { ...base, blockers: away.map((end) => unreachableBlocker(input, end.name)) };
  const ends = [context.source, context.target];
  const unsafe = [...identityBlockers(context), ...recordBlockers(ends), ...unreadBlockers(ends)];
  const blockers = [...unsafe, ...bothActiveBlockers(context)];
  if (blockers.length > 0) return { ...base, blockers };
  return { ...base, phases: planCancel(context, begun) };
}

function stopped(document: ProtectedApplication, blockers: readonly Blocker[]): ApplicationPlan {
  return {
    document,
    intent: { type: "blocked", blockers },
    context: null,
    phases: {},
    blockers,
    notes: [],
    render: null,
    waitingFor: [],
    expected: NOTHING_EXPECTED,
  };
}

function unpaired(document: ProtectedApplication, cluster: string): ApplicationPlan {
  const blocker: Blocker = {
    code: "unknown-reference",
    message: `no policy of ${document.name} pairs cluster ${cluster} with another one`,
    remedy: "list a policy whose clusters contain it",
  };
  return stopped(document, [blocker]);
}

function unreachableBlocker(input: PlanInput, name: string): Blocker {
  const facts = input.clusters.get(name);
  const why = facts?.reachable === false ? facts.why : `${name} was not read`;
  const cause = facts?.reachable === false ? facts.cause : "away";
  switch (cause) {
    case "wrong-cluster":
      return {
        code: "cluster-identity",
        message: why,
        remedy: "correct the context in spec.connection, or spec.identity (drover probe shows both)",
      };
    case "unreadable":
      return {
        code: "cluster-unreadable",
        message: why,
        remedy: `repair what it names: the kubeconfig, Drover's rights on ${name}, or its API server`,
      };
    case "away":
      return {
        code: "cluster-unreachable",
        message: why,
        remedy: `bring ${name} back, or correct its connection (drover probe); until then nothing is changed`,
      };
  }
}
