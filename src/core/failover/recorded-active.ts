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
 * (contracts.md section 3). Claims that can't be put in order, or that disagree at one commit, are unknown: nothing is
 * decided on them.
 */
export function recordedActive(
  claims: readonly ActiveClaim[],
  order: (a: string, b: string) => CommitOrder,
): RecordedActive {
  const [first, ...others] = claims;
  if (first === undefined) return { state: "none" };
  let newest = first;
  for (const claim of others) {
    const relation = order(claim.since, newest.since);
    if (relation === "unrelated") {
      return { state: "unknown", why: `${claim.origin} and ${newest.origin} record unrelated commits` };
    }
    if (relation === "same" && claim.cluster !== newest.cluster) {
      return {
        state: "unknown",
        why: `${newest.origin} says ${newest.cluster}, ${claim.origin} says ${claim.cluster} at the same commit`,
      };
    }
    if (relation === "newer") newest = claim;
  }
  return { state: "known", cluster: newest.cluster, since: newest.since };
}
