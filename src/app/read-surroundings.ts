import { aggregatedGroups } from "../core/capture/aggregated-apis.ts";
import { type OwnerLookups, unlistedOwners } from "../core/capture/owners.ts";
import { COMPANION_KINDS } from "../core/capture/required-kinds.ts";
import { slimObject } from "../core/capture/slim-object.ts";
import type { ApiResource, Discovery } from "../core/model/api-resource.ts";
import { type KubeObject, groupOf } from "../core/model/kube-object.ts";
import type { ClusterSurroundings } from "../core/observed/cluster-surroundings.ts";
import type { UnreadKind } from "../core/observed/unread-kind.ts";
import { ClusterFault, type ClusterPort } from "../ports/cluster.ts";
import { inParallel } from "./in-parallel.ts";
import { LISTS_AT_A_TIME, concernsCluster, unreadKind } from "./read-namespaces.ts";

/** Owners that are looked up one by one; more of them are left unknown rather than asked for without end. */
const MOST_LOOKUPS = 500;

/** Groups of extension API servers; null when they may not be read. */
export async function readAggregatedGroups(
  port: ClusterPort,
  discovery: Discovery,
): Promise<ReadonlySet<string> | null> {
  const resource = discovery.resources.find(
    ({ kind, apiVersion }) => kind === "APIService" && groupOf(apiVersion) === "apiregistration.k8s.io",
  );
  if (resource === undefined) return new Set();
  const { objects, unread } = await listAll(port, resource);
  return unread.length > 0 ? null : aggregatedGroups(objects);
}

/** Kinds without namespaces that applications refer to. One that can't be listed is named and left out. */
export async function readSurroundings(
  port: ClusterPort,
  discovery: Discovery,
  stale: readonly string[],
): Promise<ClusterSurroundings> {
  const { resources } = discovery;
  const served = COMPANION_KINDS.flatMap(({ apiVersion, kind }) =>
    resources.filter((resource) => resource.apiVersion === apiVersion && resource.kind === kind),
  );
  const lists = await inParallel(served, LISTS_AT_A_TIME, (resource) => listAll(port, resource));
  return {
    resources,
    companions: lists.flatMap(({ objects }) => objects),
    unread: [...lists.flatMap(({ unread }) => unread), ...stale.map(staleGroup)],
  };
}

function staleGroup(apiVersion: string): UnreadKind {
  const reason = `${apiVersion} is registered, but the API server behind it does not answer`;
  return { group: groupOf(apiVersion), kind: null, namespace: null, reason };
}

async function listAll(
  port: ClusterPort,
  resource: ApiResource,
): Promise<{ readonly objects: readonly KubeObject[]; readonly unread: readonly UnreadKind[] }> {
  try {
    const { items } = await port.list({ apiVersion: resource.apiVersion, kind: resource.kind, namespace: null });
    return { objects: items.map(slimObject), unread: [] };
  } catch (error) {
    if (!(error instanceof ClusterFault) || concernsCluster(error)) throw error;
    return { objects: [], unread: [unreadKind(resource, null, error)] };
  }
}

/** Looks up the controllers that no list contained. One that can't be looked up is not in the result. */
export async function lookUpOwners(
  port: ClusterPort,
  discovery: Discovery,
  objects: readonly KubeObject[],
): Promise<OwnerLookups> {
  const owners = unlistedOwners(objects).slice(0, MOST_LOOKUPS);
  const found = new Map<string, "exists" | "gone">();
  await inParallel(owners, LISTS_AT_A_TIME, async ({ uid, apiVersion, kind, name, namespace }) => {
    const resource = discovery.resources.find(
      (each) => each.kind === kind && groupOf(each.apiVersion) === groupOf(apiVersion),
    );
    if (resource === undefined) return;
    const ref = { apiVersion: resource.apiVersion, kind, name, namespace: resource.namespaced ? namespace : null };
    try {
      const owner = await port.get(ref);
      found.set(uid, owner?.metadata.uid === uid ? "exists" : "gone");
    } catch (error) {
      if (!(error instanceof ClusterFault)) throw error;
    }
  });
  return found;
}
