import { counted } from "../model/counted.ts";
import type { TransitionRecord } from "../model/record.ts";
import type { StepDraft } from "../model/step.ts";
import { type ApplicationContext, healthOf, knownFacts, recordOf, stepContext } from "./application-context.ts";
import { drainedDraft, quiesceDraft, recordDraft, slugOf } from "./drafts.ts";
import type { PhasePlan } from "./phases.ts";

/**
 * Undoes a begun transition before its point of no return: what was stopped on the source starts again with the counts
 * it had, replication goes on, and the transition is recorded as abandoned. A fenced source is brought to rest first:
 * its storage is given back only to a side where nothing runs (design invariant 2).
 */
export function planCancel(context: ApplicationContext, begun: TransitionRecord): PhasePlan {
  const { provider, source, target, document } = context;
  if (source.cluster === null) return {};
  const fenced = healthOf(context).sourceFenced;
  const abandoned = { type: "abandoned", id: begun.id } as const;
  const ends = [source, target].filter((end) => end.cluster !== null && recordOf(end) !== null);
  return {
    hold: fenced ? rest(context, begun.id) : [],
    unfence: fenced ? provider.steps({ type: "unfence", transition: begun.id }, stepContext(context)) : [],
    settle: [
      ...restoreWorkloads(context, begun.id),
      ...provider.steps({ type: "protect", overwritesFormerActive: false }, stepContext(context)),
      ...ends.map((end) =>
        recordDraft(end.name, document.name, { change: abandoned, why: "the transition is abandoned" }),
      ),
    ],
  };
}

function rest(context: ApplicationContext, transition: string): readonly StepDraft[] {
  const { source, document } = context;
  const workloads = source.application?.facts.workloads ?? [];
  return [
    ...workloads
      .filter((workload) => workload.replicas > 0)
      .map((workload) => quiesceDraft(source.name, workload, transition)),
    drainedDraft(
      source.name,
      document.namespaces,
      workloads.map((workload) => workload.ref),
    ),
  ];
}

function restoreWorkloads(context: ApplicationContext, transition: string): readonly StepDraft[] {
  const { source } = context;
  const facts = knownFacts(context);
  const live = source.application?.facts.workloads ?? [];
  return (facts?.workloads ?? []).flatMap((recorded) => {
    const workload = live.find(
      (entry) =>
        entry.ref.kind === recorded.kind &&
        entry.ref.name === recorded.name &&
        entry.ref.namespace === recorded.namespace,
    );
    const stopped = workload?.quiescedFor === transition || workload?.replicas === 0;
    if (workload === undefined || !stopped || recorded.replicas === 0) return [];
    return [
      {
        slug: `restore-${slugOf(workload.ref)}@${source.name}`,
        cluster: source.name,
        action: "resume",
        object: workload.ref,
        risk: "disruptive",
        why: `back to ${counted(recorded.replicas, "replica")}`,
        operation: { type: "restore", workload: workload.ref, replicas: recorded.replicas },
      } satisfies StepDraft,
    ];
  });
}
