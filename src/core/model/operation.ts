import type { Fields } from "./fields.ts";
import type { KindRef, KubeObject, ObjectRef } from "./kube-object.ts";
import type { DeliveryRecord, RecordedClaim, RecordedWorkload, StopProof, TransitionRecord } from "./record.ts";

/**
 * The closed set of things the executor can do. A provider that cannot express its step with these asks for a new kind
 * here; it never gets a port.
 */
export type Operation =
  /** Server-side apply of exactly the fields given. */
  | { readonly type: "apply"; readonly object: KubeObject }
  /** Creates a one-shot object once for ever: an existing one of that name is the same act and is left as it is. */
  | { readonly type: "create-once"; readonly object: KubeObject }
  /** Conditional merge patch: read, check that the object is there, patch with the resourceVersion that was read. */
  | { readonly type: "patch"; readonly ref: ObjectRef; readonly patch: Fields }
  /** Scales to zero and leaves the transition's mark, so that a later capture knows the zero is ours. */
  | { readonly type: "quiesce"; readonly workload: ObjectRef; readonly transition: string }
  /** Takes a quiesce back: the count it had, and the mark removed. */
  | { readonly type: "restore"; readonly workload: ObjectRef; readonly replicas: number }
  /** Raises the cluster's epoch and stamps the protected workloads; `transition` is null at a takeover. */
  | {
      readonly type: "raise-epoch";
      readonly applications: readonly string[];
      readonly transition: string | null;
      readonly commit: string;
      readonly stamp: readonly ObjectRef[];
    }
  /** Writes which cluster is active; for a transition this is the point of no return. */
  | {
      readonly type: "set-active";
      readonly application: string;
      readonly active: string;
      readonly commit: string;
    }
  | { readonly type: "record"; readonly application: string; readonly change: RecordChange }
  /** Keeps on this cluster what it must know about another site when that one is gone. */
  | { readonly type: "record-site"; readonly site: string; readonly volumeNamespaces: readonly string[] }
  /** Writes one application's folder on a DR branch; a commit only when something changed. */
  | {
      readonly type: "commit-folder";
      readonly branch: string;
      readonly application: string;
      readonly files: ReadonlyMap<string, string>;
      readonly message: string;
    }
  /** Applies the application's folder, as it is on the branch, to the cluster. */
  | {
      readonly type: "deliver";
      readonly application: string;
      readonly branch: string;
      readonly form: DeliveryRecord["form"];
      readonly startup: readonly StartupWorkload[];
      readonly timeoutMs: number;
      /** Id of the transition that the activation belongs to; null for a standby. */
      readonly transition: string | null;
    }
  | { readonly type: "wait"; readonly condition: Condition; readonly timeoutMs: number };

/** A workload of the document's start order; null matches any. */
export interface StartupWorkload {
  readonly kind: string;
  readonly name: string;
  readonly apiVersion: string | null;
  readonly namespace: string | null;
}

/** Changes to an application's record, merged into what is there by compare-and-swap. */
export type RecordChange =
  | { readonly type: "observe"; readonly facts: RecordedFacts }
  | { readonly type: "begin"; readonly transition: TransitionRecord; readonly facts: RecordedFacts | null }
  | {
      readonly type: "stopped";
      readonly id: string;
      readonly proof: StopProof;
      readonly recoveryPoint: string | null;
    }
  | { readonly type: "serving" | "complete" | "abandoned"; readonly id: string }
  /** Learnt by looking: the newest recoverable moments, and how long its pods took to start. */
  | {
      readonly type: "learnt";
      readonly recoveryPoints: RecordedFacts["recoveryPoints"];
      readonly startupSeconds: number | null;
    }
  /** `promoted`: since when the side of that transition may write; it is known when what started there is. */
  | {
      readonly type: "delivered";
      readonly delivered: DeliveryRecord;
      readonly promoted: { readonly id: string; readonly at: string } | null;
    }
  /** Copies a transition as the other cluster knows it (to the returning one). */
  | { readonly type: "adopt"; readonly transition: TransitionRecord };

export type { RecordedClaim };

export interface RecordedFacts {
  readonly workloads: readonly RecordedWorkload[];
  readonly claims: readonly RecordedClaim[];
  readonly reclaimPolicies: Readonly<Record<string, string>>;
  readonly recoveryPoints: Readonly<Record<string, string>>;
}

/** What a wait reads, and the named test that decides. The test is a pure function over the objects read. */
export interface Condition {
  readonly test: ConditionTest;
  /** Cluster that is read; usually the step's own. */
  readonly cluster: string;
  readonly reads: readonly ConditionRead[];
}

export type ConditionRead =
  | { readonly type: "object"; readonly ref: ObjectRef }
  | { readonly type: "list"; readonly query: KindRef & { readonly namespace: string | null } };

export type ConditionTest =
  /** No pod uses a claim of these namespaces, and none of the protected workloads has one. */
  | { readonly name: "drained"; readonly workloads: readonly ObjectRef[] }
  | { readonly name: "claims-ready"; readonly claims: readonly RecordedClaim[] }
  | { readonly name: "workloads-ready"; readonly workloads: readonly RecordedWorkload[] }
  /** Decided by the provider that made the step. */
  | { readonly name: "provider"; readonly provider: string; readonly arguments: Fields };

/** Waiting is a value: met, not yet (with what is missing), or never (a human is needed). */
export type Verdict =
  | { readonly state: "met" }
  | { readonly state: "pending"; readonly why: string }
  | { readonly state: "failed"; readonly why: string };

export const MET: Verdict = { state: "met" };
