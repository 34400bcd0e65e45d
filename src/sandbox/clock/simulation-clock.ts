/**
 * The time of the simulators. `now` is never faked on a running sandbox: `--speed` divides only how long the
 * simulators themselves wait (`pace`), so a time stamp read from the cluster is always the machine's own.
 */
export interface SimulationClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** How many milliseconds of this clock one of the simulators' own durations takes (a resync, a pod's start). */
  pace(milliseconds: number): number;
}

/** A moment as Kubernetes writes it: RFC 3339 in UTC, whole seconds. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** The moment of a Kubernetes time stamp in milliseconds; null for anything that is not one. */
export function momentOf(value: unknown): number | null {
  if (typeof value !== "string") return null;
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? null : moment;
}
