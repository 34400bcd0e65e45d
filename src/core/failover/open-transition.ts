import type { TransitionPhase, TransitionRecord } from "../model/record.ts";

const RANK: Readonly<Record<TransitionPhase, number>> = { begun: 0, serving: 1, complete: 2, abandoned: 2 };

/**
 * Every id ever begun, once, as far as any readable cluster got with it. Phases only move forward, so the furthest one
 * is the newest truth (design invariant 5).
 */
export function mergeTransitions(records: readonly (readonly TransitionRecord[])[]): readonly TransitionRecord[] {
  const merged = new Map<string, TransitionRecord>();
  for (const transition of records.flat()) {
    const known = merged.get(transition.id);
    if (known === undefined || RANK[transition.phase] > RANK[known.phase]) merged.set(transition.id, transition);
  }
  return [...merged.values()];
}

/** The transitions that still authorise something. More than one at a time is for a person to sort out. */
export function openTransitions(transitions: readonly TransitionRecord[]): readonly TransitionRecord[] {
  return transitions.filter((transition) => transition.phase === "begun" || transition.phase === "serving");
}
