import { aggregatedGroups } from "../core/capture/aggregated-apis.ts";
import { type OwnerLookups, unlistedOwners } from "../core/capture/owners.ts";
import { COMPANION_KINDS } from "../core/capture/required-kinds.ts";
import { slimObject } from "../core/capture/slim-object.ts";
import type { ApiResource, Discovery } from "../core/model/api-resource.ts";
import { type KubeObject, groupOf } from "../core/model/kube-object.ts";
import type { ClusterSurroundings } from "../core/observed/cluster-surroundings.ts";
import type { UnreadKind } from "../core/observed/unread-kind.ts";
import { ClusterFault, type ClusterPort, concernsCluster } from "../ports/cluster.ts";
import { inParallel } from "./in-parallel.ts";
import { LISTS_AT_A_TIME, unreadKind } from "./read-namespaces.ts";

/** Owners that are looked up one by one; more of them are left unknown rather than asked for without end. */
const MOST_LOOKUPS = 500;

/** What one list had; `unread` names the kind when it failed. */
export interface Listed {
  readonly objects: readonly KubeObject[];
  readonly unread: readonly UnreadKind[];
}

const API_SERVICE = "APIService";

/** The APIServices, by which extension API servers are known. */
export async function readApiServices(port: ClusterPort, { resources }: Discovery): Promise<Listed> {
  const resource = resources.find(
    ({ kind, apiVersion }) => kind === API_SERVICE && groupOf(apiVersion) === "apiregistration.k8s.io",
  );
  return resource === undefined ? { objects: [], unread: [] } : listAll(port, resource);
}

/** Groups of extension API servers; null when they could not be read. */
export function groupsBehind({ objects, unread }: Listed): ReadonlySet<string> | null {
  return unread.length > 0 ? null : aggregatedGroups(objects);
}

/** Kinds without namespaces that applications refer to. One that can't be listed is named and left out. */
export async function readSurroundings(
  port: ClusterPort,
  { resources }: Discovery,
  known: { readonly stale: readonly string[]; readonly apiServices: Listed },
): Promise<ClusterSurroundings> {
  const served = COMPANION_KINDS.filter(({ kind }) => kind !== API_SERVICE).flatMap(({ apiVersion, kind }) =>
    resources.filter((resource) => resource.apiVersion === apiVersion && resource.kind === kind),
  );
  const read = await inParallel(served, LISTS_AT_A_TIME, (resource) => listAll(port, resource));
  const lists = [...read, known.apiServices];
  return {
    resources,
    companions: lists.flatMap(({ objects }) => objects),
    unread: [...lists.flatMap(({ unread }) => unread), ...known.stale.map(staleGroup)],
  };
}

function staleGroup(apiVersion: string): UnreadKind {
  const reason = `${apiVersion} is registered, but the API server behind it does not answer`;
  return { group: groupOf(apiVersion), kind: null, namespace: null, reason };
}

async function listAll(port: ClusterPort, resource: ApiResource): Promise<Listed> {
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
