import type { RecordChange } from "./operation.ts";
import { type ApplicationRecord, type TransitionRecord, emptyRecord } from "./record.ts";

/**
 * The record after a change; null when it already says so. Merging is total and re-runnable: a step that died after its
 * write does nothing the second time, and nothing that only the record knows is ever lost.
 */
export function mergeRecord(
  current: ApplicationRecord | null,
  application: string,
  event: { readonly change: RecordChange; readonly now: string },
): ApplicationRecord | null {
  const record = current ?? emptyRecord(application);
  const next = apply(record, event.change, event.now);
  return current !== null && JSON.stringify(next) === JSON.stringify(current) ? null : next;
}

function apply(record: ApplicationRecord, change: RecordChange, now: string): ApplicationRecord {
  switch (change.type) {
    case "observe":
      return observe(record, change.facts);
    case "begin": {
      const known = change.facts === null ? record : observe(record, change.facts);
      const transition = {
        ...change.transition,
        times: { ...change.transition.times, begun: change.transition.times.begun ?? now },
      };
      return addTransition(known, transition);
    }
    case "adopt":
      return addTransition(record, change.transition);
    case "learnt":
      return {
        ...record,
        recoveryPoints: { ...record.recoveryPoints, ...change.recoveryPoints },
        startupSeconds: change.startupSeconds ?? record.startupSeconds,
      };
    case "delivered": {
      const delivered = { ...record, delivered: change.delivered };
      return change.promoted === null ? delivered : promoted(delivered, change.promoted);
    }
    case "stopped": {
      const { proof, recoveryPoint } = change;
      return changeTransition(record, change.id, (transition) =>
        transition.proof !== null
          ? transition
          : { ...transition, proof, recoveryPoint: recoveryPoint ?? now, times: { ...transition.times, stopped: now } },
      );
    }
    case "serving":
      return changeTransition(record, change.id, (transition) =>
        transition.phase === "begun"
          ? { ...transition, phase: "serving", times: { ...transition.times, serving: now } }
          : transition,
      );
    case "complete":
    case "abandoned": {
      const phase = change.type;
      return changeTransition(record, change.id, (transition) =>
        transition.times.ended !== null ? transition : ended(transition, phase, now),
      );
    }
  }
}

function promoted(
  record: ApplicationRecord,
  { id, at }: { readonly id: string; readonly at: string },
): ApplicationRecord {
  return changeTransition(record, id, (transition) => ({
    ...transition,
    times: { ...transition.times, promoted: transition.times.promoted ?? at },
  }));
}

function ended(transition: TransitionRecord, phase: "complete" | "abandoned", now: string): TransitionRecord {
  return { ...transition, phase, times: { ...transition.times, ended: now } };
}

/** What was recorded first about reclaim policies stays: later reads show the Retain that Drover set itself. */
function observe(
  record: ApplicationRecord,
  facts: Pick<ApplicationRecord, "workloads" | "claims" | "reclaimPolicies" | "recoveryPoints">,
): ApplicationRecord {
  return {
    ...record,
    workloads: facts.workloads,
    claims: facts.claims,
    reclaimPolicies: { ...facts.reclaimPolicies, ...record.reclaimPolicies },
    recoveryPoints: { ...record.recoveryPoints, ...facts.recoveryPoints },
  };
}

function addTransition(record: ApplicationRecord, transition: TransitionRecord): ApplicationRecord {
  if (record.transitions.some((known) => known.id === transition.id)) return record;
  return { ...record, transitions: [...record.transitions, transition] };
}

function changeTransition(
  record: ApplicationRecord,
  id: string,
  change: (transition: TransitionRecord) => TransitionRecord,
): ApplicationRecord {
  return {
    ...record,
    transitions: record.transitions.map((transition) => (transition.id === id ? change(transition) : transition)),
  };
}
