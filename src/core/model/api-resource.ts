/** One kind that a cluster serves, at the version in which it is read. */
export interface ApiResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** Every group version that has the kind, the preferred one first; absent: not known. */
  readonly versions?: readonly string[];
}

/** What a cluster serves, and what it could not say. */
export interface Discovery {
  /** Each kind of a group once, at the group's preferred version where that has it. */
  readonly resources: readonly ApiResource[];
  /**
   * Group versions that are registered while the server behind them does not answer. What they hold is unknown: nothing
   * of such a group may be taken for absent (design invariant 7).
   */
  readonly stale: readonly string[];
}
