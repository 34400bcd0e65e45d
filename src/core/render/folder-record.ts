import type { ObjectRef } from "../model/kube-object.ts";
import type { Requirement } from "./render-result.ts";
import type { OmitRule } from "./render-rules.ts";

/** A Namespace as it must be created on the standby, before anything is delivered into it. */
export interface RecordedNamespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Only OpenShift's `openshift.io/sa.scc.*`: without the same ranges replicated files are unreadable. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A claim whose volume replication delivers; it must be Bound on the standby before any pod starts. */
export interface RecordedClaim {
  readonly namespace: string;
  readonly name: string;
  /** PersistentVolume that it is bound to; null while unbound. */
  readonly volume: string | null;
  /** Class on the source cluster. */
  readonly storageClass: string | null;
  /** Larger of request and real capacity, in bytes; null when neither is readable. */
  readonly bytes: number | null;
  readonly accessModes: readonly string[];
}

/** The volume of a recorded claim. Its reclaim policy is not here: Drover itself changes it, which would make a commit. */
export interface RecordedVolume {
  readonly name: string;
  readonly claim: { readonly namespace: string; readonly name: string };
  /** CSI driver or in-tree plugin, for people and for checks; never a handle or an attribute. */
  readonly driver: string | null;
}

/** A workload with its count while active, and the claims that it mounts. */
export interface RecordedWorkload extends ObjectRef {
  readonly replicas: number;
  readonly claims: readonly string[];
}

export interface RecordedOmission {
  readonly object: ObjectRef;
  readonly rule: OmitRule;
}

/** `record.json` of an application's folder: what is not synced but must be known where the application starts. */
export interface ApplicationFolderRecord {
  readonly apiVersion: "drover.dev/v1alpha1";
  readonly kind: "ApplicationRecord";
  readonly application: string;
  readonly sourceCluster: string;
  readonly standbyCluster: string;
  readonly selector: Readonly<Record<string, string>> | null;
  readonly namespaces: readonly RecordedNamespace[];
  readonly claims: readonly RecordedClaim[];
  readonly volumes: readonly RecordedVolume[];
  readonly workloads: readonly RecordedWorkload[];
  readonly requirements: readonly Requirement[];
  /** Lasting omissions only: pods, events and the like come and go and would make commits. */
  readonly omitted: readonly RecordedOmission[];
  /** Digests of suspicious captures that were accepted, oldest first: each counts once. */
  readonly accepted: readonly string[];
}
