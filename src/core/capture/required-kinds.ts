import type { KindRef } from "../model/kube-object.ts";

/**
 * Kinds of a namespace that decisions about starting, stopping and data rest on. If one of them can't be listed the whole
 * cluster counts as unreadable: a pod or a claim that was not seen must never look like one that is not there.
 */
export const REQUIRED_KINDS: readonly KindRef[] = [
  { apiVersion: "apps/v1", kind: "Deployment" },
  { apiVersion: "apps/v1", kind: "StatefulSet" },
  { apiVersion: "apps/v1", kind: "DaemonSet" },
  { apiVersion: "apps/v1", kind: "ReplicaSet" },
  { apiVersion: "batch/v1", kind: "Job" },
  { apiVersion: "batch/v1", kind: "CronJob" },
  { apiVersion: "apps.openshift.io/v1", kind: "DeploymentConfig" },
  { apiVersion: "v1", kind: "ReplicationController" },
  { apiVersion: "v1", kind: "Pod" },
  { apiVersion: "v1", kind: "PersistentVolumeClaim" },
];

/**
 * Kinds without namespaces that applications refer to: granted to their service accounts, or named in their pods. Read
 * where the cluster serves them; what can't be read is reported.
 */
export const COMPANION_KINDS: readonly KindRef[] = [
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding" },
  { apiVersion: "security.openshift.io/v1", kind: "SecurityContextConstraints" },
  { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" },
  { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" },
  { apiVersion: "networking.k8s.io/v1", kind: "IngressClass" },
  { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass" },
  { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration" },
  { apiVersion: "admissionregistration.k8s.io/v1", kind: "MutatingWebhookConfiguration" },
  { apiVersion: "apiregistration.k8s.io/v1", kind: "APIService" },
];
