import type { Fields } from "../../../core/model/fields.ts";

/**
 * Values that Kubernetes writes where a client says nothing, by definition and field, beyond those of the published
 * schema (Kubernetes 1.36, the `defaults.go` files below `pkg/apis`).
 */
export const staticDefaults: Readonly<Record<string, Fields>> = {
  "io.k8s.api.core.v1.PodSpec": {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
  },
  "io.k8s.api.core.v1.Container": {
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
  },
  "io.k8s.api.core.v1.Probe": { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  "io.k8s.api.core.v1.HTTPGetAction": { path: "/", scheme: "HTTP" },
  "io.k8s.api.core.v1.SecretVolumeSource": { defaultMode: 420 },
  "io.k8s.api.core.v1.ConfigMapVolumeSource": { defaultMode: 420 },
  "io.k8s.api.core.v1.DownwardAPIVolumeSource": { defaultMode: 420 },
  "io.k8s.api.core.v1.ProjectedVolumeSource": { defaultMode: 420 },
  "io.k8s.api.core.v1.ServiceAccountTokenProjection": { expirationSeconds: 3600 },
  "io.k8s.api.core.v1.HostPathVolumeSource": { type: "" },
  "io.k8s.api.core.v1.ObjectFieldSelector": { apiVersion: "v1" },
  "io.k8s.api.core.v1.PersistentVolumeClaimSpec": { volumeMode: "Filesystem" },
  "io.k8s.api.core.v1.PersistentVolumeSpec": { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" },
  "io.k8s.api.core.v1.Secret": { type: "Opaque" },
  "io.k8s.api.core.v1.ServiceSpec": { sessionAffinity: "None", type: "ClusterIP" },
  "io.k8s.api.core.v1.EndpointPort": { protocol: "TCP" },
  "io.k8s.api.apps.v1.DeploymentSpec": { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
  "io.k8s.api.apps.v1.DeploymentStrategy": { type: "RollingUpdate" },
  "io.k8s.api.apps.v1.StatefulSetSpec": {
    replicas: 1,
    podManagementPolicy: "OrderedReady",
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
  },
  "io.k8s.api.apps.v1.StatefulSetUpdateStrategy": { type: "RollingUpdate" },
  "io.k8s.api.apps.v1.ReplicaSetSpec": { replicas: 1 },
  "io.k8s.api.apps.v1.DaemonSetSpec": { revisionHistoryLimit: 10 },
  "io.k8s.api.apps.v1.DaemonSetUpdateStrategy": { type: "RollingUpdate" },
  "io.k8s.api.batch.v1.CronJobSpec": {
    concurrencyPolicy: "Allow",
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  },
  "io.k8s.api.storage.v1.StorageClass": { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" },
  "io.k8s.api.networking.v1.NetworkPolicyPort": { protocol: "TCP" },
  "io.k8s.api.rbac.v1.RoleRef": { apiGroup: "rbac.authorization.k8s.io" },
  "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec": { minReplicas: 1 },
  "io.k8s.api.scheduling.v1.PriorityClass": { preemptionPolicy: "PreemptLowerPriority" },
};
