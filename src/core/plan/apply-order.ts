import { compareText } from "../model/compare-text.ts";
import { type KubeObject, groupOf, refKey, refOf } from "../model/kube-object.ts";
import { isScalable } from "../observed/workload.ts";

/**
 * Kinds in the order in which a cluster can take them, by group and kind. What is not named here (custom resources,
 * virtual machines) comes right before the workloads; what watches or admits others comes after them. Follows the waves
 * that Argo CD, Flux and Velero agree on: what others refer to first, what calls back into pods last.
 */
const BEFORE: readonly (readonly string[])[] = [
  ["|Namespace", "apiextensions.k8s.io|CustomResourceDefinition"],
  [
    "rbac.authorization.k8s.io|ClusterRole",
    "rbac.authorization.k8s.io|ClusterRoleBinding",
    "scheduling.k8s.io|PriorityClass",
    "security.openshift.io|SecurityContextConstraints",
  ],
  [
    "|ResourceQuota",
    "|LimitRange",
    "|ServiceAccount",
    "rbac.authorization.k8s.io|Role",
    "rbac.authorization.k8s.io|RoleBinding",
  ],
  [
    "|Secret",
    "|ConfigMap",
    "networking.k8s.io|NetworkPolicy",
    "external-secrets.io|SecretStore",
    "cert-manager.io|Issuer",
  ],
  ["external-secrets.io|ExternalSecret", "bitnami.com|SealedSecret", "cert-manager.io|Certificate"],
  ["|Service", "|Endpoints", "discovery.k8s.io|EndpointSlice", "image.openshift.io|ImageStream"],
];

const AFTER: readonly (readonly string[])[] = [
  [
    "apps|DaemonSet",
    "apps|ReplicaSet",
    "|ReplicationController",
    "apps.openshift.io|DeploymentConfig",
    "|Pod",
    "batch|Job",
    "batch|CronJob",
    "policy|PodDisruptionBudget",
    "autoscaling|HorizontalPodAutoscaler",
    "keda.sh|ScaledObject",
    "keda.sh|ScaledJob",
  ],
  ["networking.k8s.io|Ingress", "route.openshift.io|Route"],
  [
    "admissionregistration.k8s.io|ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io|MutatingWebhookConfiguration",
    "apiregistration.k8s.io|APIService",
  ],
];

/** A folder's objects as a direct delivery applies them: waves one after the other, and in the middle the workloads. */
export interface ApplyOrder {
  readonly before: readonly (readonly KubeObject[])[];
  readonly workloads: readonly KubeObject[];
  readonly after: readonly (readonly KubeObject[])[];
}

/** Sorts the objects into waves; within a wave by identity, so that the order never depends on the input's. */
export function applyOrder(objects: readonly KubeObject[]): ApplyOrder {
  const sorted = objects.toSorted((a, b) => compareText(refKey(refOf(a)), refKey(refOf(b))));
  const others = sorted.filter((object) => !isScalable(object));
  const named = new Set([...BEFORE, ...AFTER].flat());
  const wave = (kinds: readonly string[]): readonly KubeObject[] =>
    others.filter((object) => kinds.includes(kindKey(object)));
  const unnamed = others.filter((object) => !named.has(kindKey(object)));
  return {
    before: [...BEFORE.map(wave), unnamed].filter((each) => each.length > 0),
    workloads: sorted.filter(isScalable),
    after: AFTER.map(wave).filter((each) => each.length > 0),
  };
}

function kindKey(object: KubeObject): string {
  return `${groupOf(object.apiVersion)}|${object.kind}`;
}
