/** A person's word that the old site is off; honoured only where no storage can say it (design invariant 1). */
export interface FenceAttestation {
  readonly attestation: string;
  /** Login on the forge. */
  readonly by: string;
}

interface Move {
  readonly id: string;
  /** The cluster that is recorded as active before the transition. */
  readonly from: string;
  /** Milliseconds since the epoch; the first disruptive step starts before it. */
  readonly notAfter: number;
  /** Divergent data on the old side may be overwritten without a snapshot. */
  readonly discardDivergedData: boolean;
  /** Recovery points that differ between volumes may be promoted. */
  readonly acceptMixedPoints: boolean;
  /** Namespaces outside Drover whose volumes are fenced with the site. */
  readonly unprotectedNamespaces: readonly string[];
}

/** Unplanned: may lose up to the lag. */
export interface Failover extends Move {
  readonly type: "Failover";
  readonly reason: string;
  /** Milliseconds since the epoch, the oldest state that may be promoted; null: only a state that loses nothing. */
  readonly acceptRecoveryPoint: number | null;
  readonly fence: FenceAttestation | null;
}

/** Planned: loses nothing. */
export interface Relocate extends Move {
  readonly type: "Relocate";
  readonly reason: string | null;
}

/** Undoes a begun transition, whose id it repeats, before its point of no return. */
export interface Cancel {
  readonly type: "Cancel";
  readonly id: string;
  readonly reason: string;
}

/** One approved move of an application. Stays in the file when it is done, and is inert then. */
export type Transition = Failover | Relocate | Cancel;
