import type { ProtectedApplication } from "../desired/protected-application.ts";
import type { Failover, Relocate, Transition } from "../desired/transition.ts";
import type { FindingCode } from "../model/finding-codes.ts";
import type { TransitionRecord } from "../model/record.ts";
import { mergeTransitions, openTransitions } from "./open-transition.ts";
import type { RecordedActive } from "./recorded-active.ts";

/** A reason why an application is left alone, with what to do about it. */
export interface Blocker {
  readonly code: FindingCode;
  readonly message: string;
  readonly remedy: string;
}

/** What is to happen with one application now. */
export type Intent =
  | { readonly type: "protect"; readonly active: string; readonly first: boolean }
  | { readonly type: "move"; readonly move: PlannedMove }
  | { readonly type: "cancel"; readonly begun: TransitionRecord; readonly reason: string }
  | { readonly type: "blocked"; readonly blockers: readonly Blocker[] };

export interface PlannedMove {
  readonly transition: Failover | Relocate;
  readonly to: string;
  /** new: nothing was done yet and everything is checked. Otherwise it is finished from its own verified commit. */
  readonly stage: "new" | "begun" | "serving";
  readonly record: TransitionRecord | null;
}

export interface IntentInput {
  readonly document: ProtectedApplication;
  readonly recorded: RecordedActive;
  /** The transitions of every readable cluster's record. */
  readonly records: readonly (readonly TransitionRecord[])[];
  /** The application's document at the commit of a begun transition; null when it can't be found there. */
  readonly documentAt: (commit: string) => ProtectedApplication | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface IntentResult {
  readonly intent: Intent;
  /** Things a person should know that stop nothing. */
  readonly notes: readonly Blocker[];
}

/** Decides what to do with an application from its document, what is recorded as active, and what was begun. */
export function decideIntent(input: IntentInput): IntentResult {
  const transitions = mergeTransitions(input.records);
  const open = openTransitions(transitions);
  const [begun, second] = open;
  if (second !== undefined) return blocked("two-open-transitions", openConflict(open));
  if (begun !== undefined) return finishBegun(input, begun);
  return decideFresh(input, new Set(transitions.map((transition) => transition.id)));
}

function openConflict(open: readonly TransitionRecord[]): Pick<Blocker, "message" | "remedy"> {
  return {
    message: `transitions ${open.map((transition) => transition.id).join(" and ")} are both begun`,
    remedy: "compare the records in drover-system on both clusters; one of them must be ended by hand",
  };
}

function finishBegun(input: IntentInput, begun: TransitionRecord): IntentResult {
  const asked = input.document.placement.transition;
  const cancelling = asked?.type === "Cancel" && asked.id === begun.id ? asked : null;
  const undone = cancelling === null ? null : cancelBegun(input.recorded, begun, cancelling.reason);
  if (undone !== null) return undone;
  const transition = approvedMove(input.documentAt(begun.commit), begun);
  if (transition === null) {
    return blocked("transition-commit-missing", {
      message: `transition ${begun.id} was begun from commit ${begun.commit.slice(0, 12)}, which does not contain it`,
      remedy: "fetch the complete history of the protected branch",
    });
  }
  const move: PlannedMove = {
    transition,
    to: begun.to,
    stage: begun.phase === "serving" ? "serving" : "begun",
    record: begun,
  };
  return { intent: { type: "move", move }, notes: notesOnBegun(input.document, begun, cancelling !== null) };
}

/**
 * Only a certain "not yet" may be undone: what was stopped on one side could be running on the other already. Null: the
 * point of no return is passed.
 */
function cancelBegun(recorded: RecordedActive, begun: TransitionRecord, reason: string): IntentResult | null {
  if (begun.phase !== "begun") return null;
  if (recorded.state !== "known") return blocked("active-cluster-unknown", unknownActive(recorded));
  return recorded.cluster === begun.to ? null : { intent: { type: "cancel", begun, reason }, notes: [] };
}

/** The move as its commit says it; null unless that is what the record says: id, direction and type. */
function approvedMove(document: ProtectedApplication | null, begun: TransitionRecord): Failover | Relocate | null {
  if (document === null) return null;
  const { activeCluster, transition } = document.placement;
  if (transition === null || transition.type === "Cancel" || transition.type !== begun.type) return null;
  const same = transition.id === begun.id && transition.from === begun.from && activeCluster === begun.to;
  return same ? transition : null;
}

function notesOnBegun(
  document: ProtectedApplication,
  begun: TransitionRecord,
  cancelling: boolean,
): readonly Blocker[] {
  if (cancelling) {
    return [
      {
        code: "cancel-refused",
        message: `transition ${begun.id} is past its point of no return; it is finished`,
        remedy: `afterwards: drover relocate ${document.name} --to ${begun.from}`,
      },
    ];
  }
  if (document.placement.activeCluster === begun.to) return [];
  return [
    {
      code: "begun-transition-reverted",
      message: `the repository asks for ${document.placement.activeCluster}, but transition ${begun.id} to ${begun.to} was begun; it is finished first`,
      remedy: `to undo it before its point of no return: drover cancel ${document.name} --reason TEXT`,
    },
  ];
}

function decideFresh(input: IntentInput, used: ReadonlySet<string>): IntentResult {
  const { document, recorded } = input;
  const { activeCluster, transition } = document.placement;
  if (recorded.state === "unknown") {
    return blocked("active-cluster-unknown", unknownActive(recorded));
  }
  if (recorded.state === "none") return decideFirst(document, transition);
  if (activeCluster === recorded.cluster) {
    return { intent: { type: "protect", active: recorded.cluster, first: false }, notes: [] };
  }
  const refusal = refuseMove(input, { from: recorded.cluster, used });
  if (refusal !== null) return { intent: { type: "blocked", blockers: [refusal] }, notes: [] };
  if (transition === null || transition.type === "Cancel") throw new Error("unreachable: refuseMove covers it");
  return { intent: { type: "move", move: { transition, to: activeCluster, stage: "new", record: null } }, notes: [] };
}

function unknownActive(recorded: RecordedActive): Pick<Blocker, "message" | "remedy"> {
  const why = recorded.state === "unknown" ? recorded.why : "nothing is recorded";
  return {
    message: `which cluster is active can't be told: ${why}`,
    remedy: "make both clusters and the branches dr/* readable, then run again",
  };
}

/** Nothing is recorded: this is the first protection, and nothing can be moved before there is something to move. */
function decideFirst(document: ProtectedApplication, transition: Transition | null): IntentResult {
  if (transition !== null && transition.type !== "Cancel") {
    return blocked("not-protected-yet", {
      message: `${document.name} was never protected, so transition ${transition.id} has nothing to move`,
      remedy: "remove spec.placement.transition, protect the application first, then open the transition",
    });
  }
  return { intent: { type: "protect", active: document.placement.activeCluster, first: true }, notes: [] };
}

function refuseMove(
  input: IntentInput,
  known: { readonly from: string; readonly used: ReadonlySet<string> },
): Blocker | null {
  const { document, now } = input;
  const { activeCluster, transition } = document.placement;
  const right = `drover relocate ${document.name} --to ${activeCluster}, or drover failover ${document.name} --to ${activeCluster} --reason TEXT if ${known.from} is lost`;
  if (transition === null || transition.type === "Cancel") {
    return {
      code: "active-cluster-without-transition",
      message: `activeCluster says ${activeCluster}, but ${known.from} is active and no transition was approved`,
      remedy: `open the right change: ${right}`,
    };
  }
  if (known.used.has(transition.id)) {
    return {
      code: "transition-used",
      message: `transition ${transition.id} was already used; it authorises nothing more`,
      remedy: `open a new one: ${right}`,
    };
  }
  if (transition.from !== known.from) {
    return {
      code: "transition-from-mismatch",
      message: `transition ${transition.id} moves away from ${transition.from}, but ${known.from} is active`,
      remedy: `open a new one: ${right}`,
    };
  }
  if (now >= transition.notAfter) {
    return {
      code: "transition-expired",
      message: `transition ${transition.id} had to begin before ${new Date(transition.notAfter).toISOString()}`,
      remedy: `open a new one: ${right}`,
    };
  }
  return null;
}

function blocked(code: FindingCode, text: Pick<Blocker, "message" | "remedy">): IntentResult {
  return { intent: { type: "blocked", blockers: [{ code, ...text }] }, notes: [] };
}
