import type { ResourceType } from "./resource-type.ts";

/**
 * What differs between built-in kinds in the way the API server treats them (Kubernetes 1.36, the storage strategies
 * below `pkg/registry`). Custom resources are treated alike: generation, and no update without a resourceVersion.
 */
const withGeneration: ReadonlySet<string> = new Set([
  "pods",
  "deployments.apps",
  "statefulsets.apps",
  "replicasets.apps",
  "daemonsets.apps",
  "jobs.batch",
  "cronjobs.batch",
  "ingresses.networking.k8s.io",
  "networkpolicies.networking.k8s.io",
  "poddisruptionbudgets.policy",
  "priorityclasses.scheduling.k8s.io",
  "customresourcedefinitions.apiextensions.k8s.io",
]);

const conditionalUpdateOnly: ReadonlySet<string> = new Set([
  "leases.coordination.k8s.io",
  "customresourcedefinitions.apiextensions.k8s.io",
  "poddisruptionbudgets.policy",
]);

/** Whether `metadata.generation` counts changes of the desired state. */
export function countsGeneration(type: ResourceType): boolean {
  return type.origin.type === "custom" || withGeneration.has(type.storageKey);
}

/** Whether a PUT without `metadata.resourceVersion` overwrites whatever is there. */
export function allowsUnconditionalUpdate(type: ResourceType): boolean {
  return type.origin.type === "builtin" && !conditionalUpdateOnly.has(type.storageKey);
}

const returned: ReadonlySet<string> = new Set([
  "pods",
  "services",
  "serviceaccounts",
  "namespaces",
  "persistentvolumes",
  "persistentvolumeclaims",
  "resourcequotas",
  "storageclasses.storage.k8s.io",
]);

/** Whether the answer to a deletion is the object itself; for all other kinds it says only that it worked. */
export function returnsDeleted(type: ResourceType): boolean {
  return returned.has(type.storageKey);
}

/** Jobs keep their pods when nobody says otherwise (batch/v1, for compatibility with its first versions). */
export function defaultPropagation(type: ResourceType): "Background" | "Orphan" {
  return type.storageKey === "jobs.batch" ? "Orphan" : "Background";
}
