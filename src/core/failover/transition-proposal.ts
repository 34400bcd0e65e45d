import type { Failover, FenceAttestation, Relocate } from "../desired/transition.ts";

export interface ProposalOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly reason: string | null;
  readonly notAfter: number | null;
  readonly acceptRecoveryPoint: number | null;
  readonly acceptMixedPoints: boolean;
  readonly discardDivergedData: boolean;
  readonly fence: FenceAttestation | null;
  readonly unprotectedNamespaces: readonly string[];
}

const HOUR = 3_600_000;
/** A disaster is acted on within hours; a planned move may wait for tomorrow's window. */
const FAILOVER_DEADLINE = 4 * HOUR;
const RELOCATE_DEADLINE = 24 * HOUR;

/**
 * An id that nobody used: minute, cluster and kind, as people would write it, with a number when it is taken. Names of
 * one-shot objects derive from it, so it must never come twice.
 */
export function transitionId(
  of: { readonly now: number; readonly from: string; readonly word: string },
  used: ReadonlySet<string>,
): string {
  const [day = "", time = ""] = new Date(of.now).toISOString().split("T");
  const stem = `${day.replaceAll("-", "")}-${time.slice(0, 5).replace(":", "")}-${of.from}-${of.word}`.slice(0, 37);
  const candidates = [stem, ...Array.from({ length: used.size + 1 }, (_, index) => `${stem}-${index + 2}`)];
  return candidates.find((candidate) => !used.has(candidate)) ?? stem;
}

export function proposeFailover(id: string, from: string, options: ProposalOptions): Failover {
  return {
    type: "Failover",
    ...shared(id, from, options),
    notAfter: options.notAfter ?? wholeMinute(options.now + FAILOVER_DEADLINE),
    reason: options.reason ?? "",
    acceptRecoveryPoint: options.acceptRecoveryPoint,
    fence: options.fence,
  };
}

export function proposeRelocate(id: string, from: string, options: ProposalOptions): Relocate {
  return {
    type: "Relocate",
    ...shared(id, from, options),
    notAfter: options.notAfter ?? wholeMinute(options.now + RELOCATE_DEADLINE),
    reason: options.reason,
  };
}

function shared(id: string, from: string, options: ProposalOptions) {
  const { discardDivergedData, acceptMixedPoints, unprotectedNamespaces } = options;
  return { id, from, discardDivergedData, acceptMixedPoints, unprotectedNamespaces };
}

function wholeMinute(milliseconds: number): number {
  return Math.ceil(milliseconds / 60_000) * 60_000;
}
