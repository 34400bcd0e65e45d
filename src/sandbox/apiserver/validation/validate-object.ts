import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { StatusCause } from "../api-error.ts";
import { invalid } from "../api-error.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { customCauses } from "./custom-schema.ts";
import { metadataCauses } from "./metadata-rules.ts";
import { nameCauses } from "./name-rules.ts";
import * as other from "./other-rules.ts";
import type { Rule } from "./rule.ts";
import { claimRule, storageClassRule, volumeRule } from "./storage-rules.ts";
import { cronJobRule, jobRule, podRule, statefulSetRule, workloadRule } from "./workload-rules.ts";

/** An object that is about to be stored, and the one it replaces. */
export interface Candidate {
  readonly type: ResourceType;
  readonly object: KubeObject;
  readonly live: KubeObject | null;
}

const rules: Readonly<Record<string, Rule>> = {
  pods: podRule,
  services: other.serviceRule,
  configmaps: other.dataRule,
  secrets: other.secretRule,
  persistentvolumes: volumeRule,
  persistentvolumeclaims: claimRule,
  "deployments.apps": workloadRule,
  "replicasets.apps": workloadRule,
  "daemonsets.apps": workloadRule,
  "statefulsets.apps": statefulSetRule,
  "jobs.batch": jobRule,
  "cronjobs.batch": cronJobRule,
  "ingresses.networking.k8s.io": other.ingressRule,
  "rolebindings.rbac.authorization.k8s.io": other.roleBindingRule,
  "clusterrolebindings.rbac.authorization.k8s.io": other.roleBindingRule,
  "horizontalpodautoscalers.autoscaling": other.autoscalerRule,
  "storageclasses.storage.k8s.io": storageClassRule,
  "leases.coordination.k8s.io": other.leaseRule,
  "customresourcedefinitions.apiextensions.k8s.io": other.definitionRule,
};

function contentCauses({ type, object, live }: Candidate): readonly StatusCause[] {
  if (type.origin.type === "custom") return customCauses(object, type.schema());
  return rules[type.storageKey]?.(object, live) ?? [];
}

/**
 * Refuses, with all causes at once, what Kubernetes would not store. Not every rule of every kind is here: names,
 * metadata, required fields and what can't change.
 */
export function refuseInvalid(candidate: Candidate): void {
  const { type, object, live } = candidate;
  const causes = [
    ...(live === null ? nameCauses(type, object.metadata) : []),
    ...metadataCauses(object, live),
    ...contentCauses(candidate),
  ];
  if (causes.length > 0) throw invalid(type, object.metadata.name, causes);
}
