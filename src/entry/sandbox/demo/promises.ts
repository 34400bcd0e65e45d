import { nounFor } from "../../../core/model/counted.ts";
import type { TransitionRecord } from "../../../core/model/record.ts";
import type { PlaneReport } from "../../../sandbox/portworx/loss-report.ts";

/** One promise of the story, judged by what was counted. */
export interface JudgedPromise {
  readonly promise: string;
  readonly kept: boolean;
  /** The numbers it was judged by. */
  readonly counted: string;
}

/** Milliseconds: the bank must be back within a minute. */
export const RECOVERY_LIMIT = 60_000;

/**
 * Every write that was acknowledged before a move can be read on the side that serves afterwards. Counted by the volumes;
 * a volume that is gone has lost everything, and where nothing was written nothing is proven.
 */
export function lostNothing(
  promise: string,
  counts: { readonly before: PlaneReport; readonly after: PlaneReport; readonly domain: string },
): JudgedPromise {
  const { before, after, domain } = counts;
  const acknowledged = total(before.volumes.map((volume) => volume.acknowledged));
  const missing = total(
    before.volumes.map((volume) => {
      const now = after.volumes.find((candidate) => candidate.volume === volume.volume);
      return now?.sides[domain]?.lost ?? volume.acknowledged;
    }),
  );
  const idle = before.volumes.filter((volume) => volume.acknowledged === 0).length;
  const written = idle === 0 && acknowledged > 0;
  const doubt = written
    ? ""
    : `; ${many(idle, "volume")} had no writes, so that nothing is proven for ${nounFor(idle, "it", "them")}`;
  return {
    promise,
    kept: written && missing === 0,
    counted: `${many(acknowledged, "acknowledged write")} before it, ${count(missing)} missing after it${doubt}`,
  };
}

/** Two sides never wrote to one volume so that both writes counted. */
export function neverTwoWriters(report: PlaneReport): JudgedPromise {
  const writes = total(report.splitBrain.map((entry) => entry.writes));
  return {
    promise: "never two writers that count",
    kept: report.splitBrain.length === 0 && report.volumes.length > 0,
    counted: `${many(report.volumes.length, "volume")} watched, ${many(writes, "write")} while another side could write`,
  };
}

/** `milliseconds` from the power cut until all pods were ready and every volume had acknowledged a write; null: never. */
export function recoveredInTime(milliseconds: number | null): JudgedPromise {
  return {
    promise: "back within a minute",
    kept: milliseconds !== null && milliseconds <= RECOVERY_LIMIT,
    counted:
      milliseconds === null
        ? "it did not come back"
        : `${seconds(milliseconds)} from the power cut to ready pods and new writes in every volume`,
  };
}

/** Pods that came back to life on a fenced site tried to write, and not one write was acknowledged to them. */
export function stayedFenced(counts: {
  readonly atDeath: PlaneReport;
  readonly atReturn: PlaneReport;
  readonly held: PlaneReport;
  readonly domain: string;
}): JudgedPromise {
  const { atDeath, atReturn, held, domain } = counts;
  const refused = total(held.volumes.map((volume) => volume.refused)) - total(atReturn.volumes.map((v) => v.refused));
  const served = servedIn(held, domain) - servedIn(atDeath, domain);
  return {
    promise: "the old site stayed fenced",
    kept: refused > 0 && served === 0,
    counted: `${many(refused, "write")} of revived pods refused by the storage, ${count(served)} acknowledged`,
  };
}

/** Every move carries enough approvals by people who did not write it, as the clusters recorded them. */
export function approvedByOthers(
  records: readonly { readonly application: string; readonly transitions: readonly TransitionRecord[] }[],
  rule: { readonly author: string; readonly required: number; readonly moves: number },
): JudgedPromise {
  const transitions = records.flatMap((record) => record.transitions);
  const others = transitions.map(
    ({ approvals }) => new Set(approvals.map(({ login }) => login).filter((login) => login !== rule.author)).size,
  );
  const complete = records.length > 0 && records.every((record) => record.transitions.length === rule.moves);
  const fewest = Math.min(...others);
  return {
    promise: "nothing moved without approval",
    kept: complete && fewest >= rule.required,
    counted: `${many(transitions.length, "recorded move")}, each with at least ${many(others.length === 0 ? 0 : fewest, "approval")} by others`,
  };
}

/** The applications are where they belong, protected, and nothing of them runs elsewhere. */
export function cameHome(
  applications: readonly { readonly name: string; readonly activeCluster: string | null; readonly phase: string }[],
  place: { readonly home: string; readonly podsAtHome: number; readonly podsElsewhere: number },
): JudgedPromise {
  const { home, podsAtHome, podsElsewhere } = place;
  const there = applications.filter(({ activeCluster, phase }) => activeCluster === home && phase === "Protected");
  return {
    promise: "home again and protected",
    kept: there.length > 0 && there.length === applications.length && podsAtHome > 0 && podsElsewhere === 0,
    counted: `${count(there.length)} of ${many(applications.length, "application")}; ${many(podsAtHome, "pod")} on ${home}, ${count(podsElsewhere)} elsewhere`,
  };
}

function servedIn(report: PlaneReport, domain: string): number {
  return total(report.volumes.map((volume) => volume.sides[domain]?.acknowledged ?? 0));
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** A count with its noun, as people read it: many writes have a comma in their number. */
export function many(number: number, noun: string): string {
  return `${count(number)} ${nounFor(number, noun)}`;
}

function count(number: number): string {
  return number.toLocaleString("en-GB");
}

/** A duration with one decimal. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)}s`;
}
