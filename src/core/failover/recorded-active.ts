/** One place that says which cluster is active: a cluster's epoch, or a trailer on a DR branch. */
export interface ActiveClaim {
  readonly origin: string;
  readonly cluster: string;
  /** Desired-state commit of the change that made it so. */
  readonly since: string;
}

/** How two commits of the protected branch relate; the shell asks git. */
export type CommitOrder = "same" | "older" | "newer" | "unrelated";

export type RecordedActive =
  | { readonly state: "none" }
  | { readonly state: "known"; readonly cluster: string; readonly since: string }
  | { readonly state: "unknown"; readonly why: string };

/**
 * The recorded active cluster is the newest claim by commit descent of both clusters' epochs and the trailers on `dr/*`
 * (contracts.md section 3). Where no claim descends from all others, or the newest ones disagree, it is unknown:
 * nothing is decided on it. The order of the claims decides nothing.
 */
export function recordedActive(
  claims: readonly ActiveClaim[],
  order: (a: string, b: string) => CommitOrder,
): RecordedActive {
  const [first] = claims;
  if (first === undefined) return { state: "none" };
  const [newest, ...equals] = claims.filter((claim) => claims.every((other) => notNewer(other, claim, order)));
  if (newest === undefined) {
    const places = claims.map((claim) => `${claim.origin} (${claim.cluster})`).join(", ");
    return { state: "unknown", why: `no commit descends from all that are recorded: ${places}` };
  }
  const other = equals.find((claim) => claim.cluster !== newest.cluster);
  if (other !== undefined) {
    return {
      state: "unknown",
      why: `${newest.origin} says ${newest.cluster}, ${other.origin} says ${other.cluster} at the same commit`,
    };
  }
  return { state: "known", cluster: newest.cluster, since: newest.since };
}

function notNewer(a: ActiveClaim, b: ActiveClaim, order: (a: string, b: string) => CommitOrder): boolean {
  const relation = order(a.since, b.since);
  return relation === "same" || relation === "older";
}
