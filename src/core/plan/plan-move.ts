import type { Blocker, PlannedMove } from "../failover/intent.ts";
import { type StopProof, type TransitionRecord, markOf } from "../model/record.ts";
import type { StepDraft } from "../model/step.ts";
import { valueOf } from "../observed/cluster-facts.ts";
import {
  type ApplicationContext,
  type End,
  knownFacts,
  recordOf,
  reversed,
  stepContext,
} from "./application-context.ts";
import { activeDraft, drainedDraft, epochDraft, quiesceDraft, recordDraft } from "./drafts.ts";
import type { PhasePlan } from "./phases.ts";
import { planProtect } from "./plan-protect.ts";
import { planPromotion, planServing } from "./plan-promotion.ts";
import { startupOrder } from "./startup-order.ts";
import { drains, isAttested, recordedProof, staysStopped } from "./stop-proof.ts";

/**
 * What is still to do for a move, from what is observed now (design section 3: nothing is remembered). The context's
 * source is the cluster moved away from. Until the target serves, the plan ends there: settling the source is planned
 * from what is observed then. A run that died at any line is continued by the same function.
 */
export function planMove(context: ApplicationContext, move: PlannedMove): MovePlan {
  if (move.stage === "serving" && move.record !== null) return settleSource(context, move.record);
  return { phases: untilServing(context, move), blockers: [] };
}

export interface MovePlan {
  readonly phases: PhasePlan;
  /** What keeps the transition from being completed. */
  readonly blockers: readonly Blocker[];
}

function untilServing(context: ApplicationContext, move: PlannedMove): PhasePlan {
  const draining = drains(context);
  const proof = draining ? "drained" : isAttested(context, move) ? "attested" : "storage-fence";
  return {
    begin: beginRecords(context, move),
    epoch: raiseEpochs(context, transitionRecord(context, move), [context.target, context.source]),
    stop: draining ? stopSource(context, move) : [],
    fence: proof === "storage-fence" ? fenceSite(context, move) : [],
    stopped: recordStopped(context, move, proof),
    promote: planPromotion(context, move),
    serve: planServing(context, move),
  };
}

/** The record comes before the first disruptive step, on every cluster that can be written (design invariant 6). */
function beginRecords(context: ApplicationContext, move: PlannedMove): readonly StepDraft[] {
  const transition = transitionRecord(context, move);
  return [context.target, context.source].flatMap((end) => {
    if (end.cluster === null || knows(end, transition.id)) return [];
    const facts = knownFacts(context);
    return [
      recordDraft(end.name, context.document.name, {
        change: { type: "begin", transition, facts },
        why: "what only a dead run would know",
      }),
    ];
  });
}

function knows(end: End, id: string): boolean {
  return recordOf(end)?.transitions.some((transition) => transition.id === id) ?? false;
}

function transitionRecord(context: ApplicationContext, move: PlannedMove): TransitionRecord {
  if (move.record !== null) return move.record;
  const { document, input } = context;
  const commit = input.changedIn.get(document.name) ?? input.revision;
  return {
    id: move.transition.id,
    type: move.transition.type,
    from: context.source.name,
    to: context.target.name,
    commit,
    approvals: input.approvals.get(commit) ?? [],
    phase: "begun",
    proof: null,
    recoveryPoint: null,
    times: { begun: null, stopped: null, promoted: null, serving: null, ended: null },
  };
}

function raiseEpochs(
  context: ApplicationContext,
  transition: Pick<TransitionRecord, "id" | "commit">,
  ends: readonly End[],
): readonly StepDraft[] {
  const { document } = context;
  return ends.flatMap((end) => {
    if (end.cluster === null || raisedFor(end, document.name) === transition.id) return [];
    return [
      epochDraft(end.name, {
        type: "raise-epoch",
        applications: [document.name],
        transition: transition.id,
        commit: transition.commit,
        stamp: (end.application?.facts.workloads ?? []).map((workload) => workload.ref),
      }),
    ];
  });
}

function raisedFor(end: End, application: string): string | null {
  if (end.cluster === null) return null;
  return markOf(valueOf(end.cluster.epoch), application)?.raisedFor ?? null;
}

/** Source reachable: transfers off, pods off in reverse start order, proven by reading again. */
function quiesceSource(context: ApplicationContext, transition: string): readonly StepDraft[] {
  const { provider, source, document } = context;
  const facts = source.application?.facts;
  if (facts === undefined) return [];
  const steps: StepDraft[] = [...provider.steps({ type: "suspend" }, stepContext(context))];
  const stopping = [...startupOrder(facts.workloads, document.startup)].reverse();
  for (const workload of stopping) {
    if (workload.replicas > 0) steps.push(quiesceDraft(source.name, workload, transition));
  }
  const refs = facts.workloads.map((workload) => workload.ref);
  // Even where nothing was seen running: between the look and this step somebody may have started something.
  steps.push(drainedDraft(source.name, document.namespaces, refs));
  return steps;
}

function stopSource(context: ApplicationContext, move: PlannedMove): readonly StepDraft[] {
  const steps = quiesceSource(context, move.transition.id);
  if (move.transition.type !== "Relocate") return steps;
  const intent = { type: "finalSync", transition: move.transition.id } as const;
  return [...steps, ...context.provider.steps(intent, stepContext(context))];
}

function fenceSite(context: ApplicationContext, move: PlannedMove): readonly StepDraft[] {
  if (staysStopped(context, move.transition.id)) return [];
  return context.provider.steps({ type: "fence", transition: move.transition.id }, stepContext(context));
}

function recordStopped(context: ApplicationContext, move: PlannedMove, proof: StopProof): readonly StepDraft[] {
  if (recordedProof(context, move.transition.id) !== null) return [];
  const change = { type: "stopped", id: move.transition.id, proof, recoveryPoint: null } as const;
  return [
    recordDraft(context.target.name, context.document.name, { change, why: `the source can't write (${proof})` }),
  ];
}

/** Once the target serves: the source is held, its storage brought back, and replication turned round. */
function settleSource(context: ApplicationContext, transition: TransitionRecord): MovePlan {
  const { source, target, document, provider } = context;
  if (source.cluster === null) return { phases: {}, blockers: [] };
  const ended = { type: "complete", id: transition.id } as const;
  const back = planProtect(reversed(context), { overwritesFormerActive: true });
  const complete = [source, target].map((end) =>
    recordDraft(end.name, document.name, { change: ended, why: "the transition is complete" }),
  );
  const phases: PhasePlan = {
    "hold-epoch": raiseEpochs(context, transition, [source]),
    hold: [...informReturned(context, transition), ...quiesceSource(context, transition.id)],
    unfence: provider.steps({ type: "unfence", transition: transition.id }, stepContext(context)),
    prepare: back.shared,
    settle: back.blockers.length > 0 ? [] : [...back.steps, ...complete],
  };
  return { phases, blockers: back.blockers };
}

/** A source that was away learns of the transition and of who is active, before anything is done to it. */
function informReturned(context: ApplicationContext, transition: TransitionRecord): readonly StepDraft[] {
  const { source, target, document } = context;
  const steps: StepDraft[] = [];
  if (!knows(source, transition.id)) {
    const change = { type: "adopt", transition } as const;
    steps.push(recordDraft(source.name, document.name, { change, why: "the returned side learns what happened" }));
  }
  const mark = source.cluster === null ? null : markOf(valueOf(source.cluster.epoch), document.name);
  if (mark?.cluster !== target.name) {
    const active = { application: document.name, active: target.name, commit: transition.commit };
    steps.push(activeDraft(source.name, active, "routine"));
  }
  return steps;
}
