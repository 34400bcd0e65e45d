import { asBoolean, asList, asString, asStringMap, at } from "../../core/model/fields.ts";
import type { KindRef, KubeObject } from "../../core/model/kube-object.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import { hasCode } from "../client/simulator-fault.ts";
import { CLAIM, DEPLOYMENT, isTerminating, CRON_JOB, STATEFUL_SET, VOLUME } from "../workloads/kinds.ts";
import { handleOf } from "../workloads/pod-volumes.ts";
import { MARKS } from "./kinds.ts";

/** What a Migration moves: volumes with their claims, and the other objects. */
export interface Collected {
  readonly volumes: readonly KubeObject[];
  readonly claims: readonly KubeObject[];
  readonly resources: readonly KubeObject[];
}

/** Kinds of the full collection, in the order in which results are listed. */
export const COLLECTED_KINDS: readonly KindRef[] = [
  { apiVersion: "v1", kind: "Service" },
  { apiVersion: "v1", kind: "ConfigMap" },
  { apiVersion: "v1", kind: "Secret" },
  { apiVersion: "v1", kind: "ServiceAccount" },
  { apiVersion: "v1", kind: "LimitRange" },
  { apiVersion: "v1", kind: "ResourceQuota" },
  DEPLOYMENT,
  STATEFUL_SET,
  { apiVersion: "apps/v1", kind: "DaemonSet" },
  CRON_JOB,
  { apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
  { apiVersion: "policy/v1", kind: "PodDisruptionBudget" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
  { apiVersion: "route.openshift.io/v1", kind: "Route" },
];

/** Objects that every namespace has by itself. */
const OWN_OF_NAMESPACE: Readonly<Record<string, readonly string[]>> = {
  Service: ["kubernetes"],
  ConfigMap: ["kube-root-ca.crt", "openshift-service-ca.crt"],
  ServiceAccount: ["default", "builder", "deployer"],
  ResourceQuota: ["gke-resource-quotas"],
};

/** Volumes and claims alone when `includeResources` is false; otherwise everything that Stork collects. */
export async function collect(
  client: SimulatorClient,
  migration: KubeObject,
  namespaces: readonly string[],
): Promise<Collected> {
  const { volumes, claims } = await collectVolumes(client, migration, namespaces);
  const excluded = new Set(
    asList(at(migration, "spec", "excludeResourceTypes")).map((kind) => (asString(kind) ?? "").toLowerCase()),
  );
  const isExcluded = (kind: string): boolean => excluded.has(kind.toLowerCase());
  const kept = {
    volumes: isExcluded("PersistentVolume") ? [] : volumes,
    claims: isExcluded("PersistentVolumeClaim") ? [] : claims,
  };
  if (asBoolean(at(migration, "spec", "includeResources")) === false) return { ...kept, resources: [] };
  const resources: KubeObject[] = [];
  for (const kind of COLLECTED_KINDS) {
    if (isExcluded(kind.kind)) continue;
    const objects = await listServed(client, kind);
    resources.push(...objects.filter((object) => isCollected(object, namespaces) && isSelected(object, migration)));
  }
  return { ...kept, resources };
}

/** Bound Portworx claims of the namespaces and the volumes behind them. */
export async function collectVolumes(
  client: SimulatorClient,
  migration: KubeObject,
  namespaces: readonly string[],
): Promise<Pick<Collected, "volumes" | "claims">> {
  const all = await client.list(VOLUME);
  const volumeOf = (claim: KubeObject): KubeObject | undefined =>
    all.find(
      ({ metadata, ...volume }) =>
        metadata.name === at(claim, "spec", "volumeName") && handleOf({ metadata, ...volume } as KubeObject) !== null,
    );
  const claims = (await client.list(CLAIM)).filter(
    (claim) =>
      namespaces.includes(claim.metadata.namespace ?? "") &&
      at(claim, "status", "phase") === "Bound" &&
      !isTerminating(claim) &&
      isSelected(claim, migration) &&
      volumeOf(claim) !== undefined,
  );
  return { claims, volumes: claims.flatMap((claim) => volumeOf(claim) ?? []) };
}

/** A kind that the cluster does not serve, such as Route outside OpenShift, has no objects. */
export async function listServed(client: SimulatorClient, kind: KindRef): Promise<readonly KubeObject[]> {
  try {
    return await client.list(kind);
  } catch (error) {
    if (hasCode(error, "not-found")) return [];
    throw error;
  }
}

function isCollected(object: KubeObject, namespaces: readonly string[]): boolean {
  const { name, namespace = "", ownerReferences = [] } = object.metadata;
  return (
    namespaces.includes(namespace) &&
    !isTerminating(object) &&
    ownerReferences.length === 0 &&
    OWN_OF_NAMESPACE[object.kind]?.includes(name) !== true
  );
}

/** `selectors` are joined by AND, `excludeSelectors` by OR. */
function isSelected(object: KubeObject, migration: KubeObject): boolean {
  const { labels = {}, annotations = {} } = object.metadata;
  const holds = ([key, value]: readonly [string, string]): boolean => labels[key] === value;
  const include = Object.entries(asStringMap(at(migration, "spec", "selectors")));
  const exclude = Object.entries(asStringMap(at(migration, "spec", "excludeSelectors")));
  return annotations[MARKS.skipResource] !== "true" && include.every(holds) && !exclude.some(holds);
}
