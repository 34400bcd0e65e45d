import { groupOf, type KindRef, type ObjectRef } from "../../core/model/kube-object.ts";

interface ResourceName {
  readonly plural: string;
  readonly namespaced: boolean;
}

function resource(plural: string, namespaced = true): ResourceName {
  return { plural, namespaced };
}

/** The kinds that the simulators use, as `group/Kind`. A table instead of discovery: simulators know what they need. */
const RESOURCES: ReadonlyMap<string, ResourceName> = new Map([
  ["/Namespace", resource("namespaces", false)],
  ["/Node", resource("nodes", false)],
  ["/PersistentVolume", resource("persistentvolumes", false)],
  ["/PersistentVolumeClaim", resource("persistentvolumeclaims")],
  ["/Pod", resource("pods")],
  ["/Service", resource("services")],
  ["/ServiceAccount", resource("serviceaccounts")],
  ["/ConfigMap", resource("configmaps")],
  ["/Secret", resource("secrets")],
  ["/Event", resource("events")],
  ["/Endpoints", resource("endpoints")],
  ["/LimitRange", resource("limitranges")],
  ["/ResourceQuota", resource("resourcequotas")],
  ["apps/Deployment", resource("deployments")],
  ["apps/ReplicaSet", resource("replicasets")],
  ["apps/StatefulSet", resource("statefulsets")],
  ["apps/DaemonSet", resource("daemonsets")],
  ["batch/Job", resource("jobs")],
  ["batch/CronJob", resource("cronjobs")],
  ["networking.k8s.io/Ingress", resource("ingresses")],
  ["networking.k8s.io/NetworkPolicy", resource("networkpolicies")],
  ["policy/PodDisruptionBudget", resource("poddisruptionbudgets")],
  ["rbac.authorization.k8s.io/Role", resource("roles")],
  ["rbac.authorization.k8s.io/RoleBinding", resource("rolebindings")],
  ["storage.k8s.io/StorageClass", resource("storageclasses", false)],
  ["apiextensions.k8s.io/CustomResourceDefinition", resource("customresourcedefinitions", false)],
  ["route.openshift.io/Route", resource("routes")],
  ["stork.libopenstorage.org/Action", resource("actions")],
  ["stork.libopenstorage.org/ClusterDomainsStatus", resource("clusterdomainsstatuses", false)],
  ["stork.libopenstorage.org/ClusterDomainUpdate", resource("clusterdomainupdates", false)],
  ["stork.libopenstorage.org/ClusterPair", resource("clusterpairs")],
  ["stork.libopenstorage.org/Migration", resource("migrations")],
  ["stork.libopenstorage.org/MigrationSchedule", resource("migrationschedules")],
  ["stork.libopenstorage.org/SchedulePolicy", resource("schedulepolicies", false)],
]);

function nameOf({ apiVersion, kind }: KindRef): ResourceName {
  const known = RESOURCES.get(`${groupOf(apiVersion)}/${kind}`);
  if (known === undefined) throw new TypeError(`no simulator uses ${apiVersion} ${kind}: add it to resource-names.ts`);
  return known;
}

function root(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

const storageKeys = new WeakMap<KindRef, string>();

/** `plural.group`, or the plural alone for the core group. Asked for at every tick, so each constant is read once. */
export function storageKey(kind: KindRef): string {
  const known = storageKeys.get(kind);
  if (known !== undefined) return known;
  const group = groupOf(kind.apiVersion);
  const key = group === "" ? nameOf(kind).plural : `${nameOf(kind).plural}.${group}`;
  storageKeys.set(kind, key);
  return key;
}

/** Path of all objects of a kind: of one namespace, or of the cluster when it is null. */
export function collectionPath(kind: KindRef, namespace: string | null): string {
  const { plural, namespaced } = nameOf(kind);
  const scope = namespaced && namespace !== null ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root(kind.apiVersion)}${scope}/${plural}`;
}

export function objectPath(ref: ObjectRef): string {
  return `${collectionPath(ref, ref.namespace)}/${encodeURIComponent(ref.name)}`;
}
