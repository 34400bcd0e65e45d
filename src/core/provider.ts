import type { Fields } from "./model/fields.ts";
import type { KindRef, KubeObject } from "./model/kube-object.ts";
import type { RecordedClaim } from "./model/record.ts";
import type { StepDraft } from "./model/step.ts";
import type { Verdict } from "./model/operation.ts";

/** One end of a replication: a cluster with what the provider must know about it. */
export interface Site {
  readonly cluster: string;
  /** Portworx cluster domain of the cluster's nodes. */
  readonly domain: string | null;
  /** Namespace of multi-namespace Stork schedules. */
  readonly adminNamespace: string | null;
}

/** Replication of one application in one direction. */
export interface Direction {
  readonly application: string;
  readonly namespaces: readonly string[];
  readonly source: Site;
  readonly target: Site;
  /** The source is the policy's first cluster. Names of standing objects depend on it, never on who is active. */
  readonly forward: boolean;
  readonly schedule: Schedule;
  readonly clusterPair: string;
}

/** When replication runs; minutes, or UTC clock times `HH:MM`. */
export type Schedule =
  | { readonly type: "interval"; readonly minutes: number }
  | { readonly type: "daily"; readonly time: string }
  | { readonly type: "weekly"; readonly day: string; readonly time: string }
  | { readonly type: "monthly"; readonly date: number; readonly time: string };

/** A kind that must be read on a cluster before the provider can say anything; namespace null: cluster-wide. */
export interface ProviderRead extends KindRef {
  readonly namespace: string | null;
}

export interface AssessInput {
  readonly direction: Direction;
  /** Null: that cluster could not be read. */
  readonly sourceObjects: readonly KubeObject[] | null;
  readonly targetObjects: readonly KubeObject[] | null;
  readonly claims: readonly RecordedClaim[];
  /** The newest moments known before, from the record: claim `namespace/name` to RFC 3339. */
  readonly recorded: Readonly<Record<string, string>>;
  readonly observedAt: string;
}

/** What the storage says about the target as a place to go on from. */
export interface ReplicationHealth {
  readonly state: "healthy" | "degraded" | "resyncing" | "absent" | "unknown";
  /** Oldest of the volumes' points: nothing written before it can be missing on the target. Null: unknown or none. */
  readonly recoveryPoint: string | null;
  /** Per claim `namespace/name`. */
  readonly recoveryPoints: Readonly<Record<string, string>>;
  /** Storage acknowledges that the source can't write. */
  readonly sourceFenced: boolean;
  /** The standing objects of this direction are as they should be, and a first run was good. */
  readonly established: boolean;
  readonly problems: readonly HealthProblem[];
}

export interface HealthProblem {
  readonly blocks: "failover" | "relocate" | "protection";
  readonly message: string;
  readonly remedy: string;
}

/** What the planner wants of the storage; the provider answers with steps. */
export type StorageIntent =
  /** Standing replication from source to target; `overwritesFormerActive`: the target was active before. */
  | { readonly type: "protect"; readonly overwritesFormerActive: boolean }
  /** No new transfer starts and none is running. */
  | { readonly type: "suspend" }
  | { readonly type: "finalSync"; readonly transition: string }
  /** Storage refuses the source's writes. Concerns the whole site (design invariant 2). */
  | { readonly type: "fence"; readonly transition: string }
  /**
   * The target's copies are complete, read again after the source was stopped; and current, unless an accepted recovery
   * point says that they `mayBeBehind`.
   */
  | { readonly type: "verifyTarget"; readonly mayBeBehind: boolean }
  | { readonly type: "promote"; readonly transition: string }
  | { readonly type: "unfence"; readonly transition: string };

export interface StepContext {
  readonly direction: Direction;
  readonly sourceObjects: readonly KubeObject[] | null;
  readonly targetObjects: readonly KubeObject[] | null;
  /** Hex digest of a text; names of one-shot objects derive from it. */
  readonly digest: (text: string) => string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * A data mover, as pure functions over data (design section 7). It never does I/O: `reads` says what the shell must
 * fetch, `evaluate` decides a wait over objects that were read afresh.
 */
export interface Provider {
  readonly name: string;
  readonly reads: (direction: Direction) => readonly ProviderRead[];
  readonly assess: (input: AssessInput) => ReplicationHealth;
  readonly steps: (intent: StorageIntent, context: StepContext) => readonly StepDraft[];
  /** Why the fence that this transition asked for is not coming; null: it was not asked for, or may still come. */
  readonly fenceRefusal: (context: StepContext, transition: string) => string | null;
  readonly evaluate: (condition: Fields, objects: readonly KubeObject[]) => Verdict;
}
