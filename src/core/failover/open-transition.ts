import type { TransitionPhase, TransitionRecord } from "../model/record.ts";

const RANK: Readonly<Record<TransitionPhase, number>> = { begun: 0, serving: 1, complete: 2, abandoned: 2 };

/**
 * Every id ever begun, once, as far as any readable cluster got with it. Phases only move forward, so the furthest one
 * is the newest truth (design invariant 5); of two in one phase the one that knows the proof. Which cluster was read
 * first decides nothing.
 */
export function mergeTransitions(records: readonly (readonly TransitionRecord[])[]): readonly TransitionRecord[] {
  const merged = new Map<string, TransitionRecord>();
  for (const transition of records.flat()) {
    const known = merged.get(transition.id);
    if (known === undefined || isFurther(transition, known)) merged.set(transition.id, transition);
  }
  return [...merged.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function isFurther(a: TransitionRecord, b: TransitionRecord): boolean {
  const progress = ({ phase, proof }: TransitionRecord): number => 2 * RANK[phase] + (proof === null ? 0 : 1);
  return progress(a) - progress(b) > 0 || (progress(a) === progress(b) && JSON.stringify(a) > JSON.stringify(b));
}

/** The transitions that still authorise something. More than one at a time is for a person to sort out. */
export function openTransitions(transitions: readonly TransitionRecord[]): readonly TransitionRecord[] {
  return transitions.filter((transition) => transition.phase === "begun" || transition.phase === "serving");
}
