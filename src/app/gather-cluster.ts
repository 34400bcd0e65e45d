import type { ClusterSpec } from "../core/desired/cluster.ts";
import type { Discovery } from "../core/model/api-resource.ts";
import { type KubeObject, groupOf } from "../core/model/kube-object.ts";
import { asList, asStringMap, asString } from "../core/model/fields.ts";
import { type ApplicationRecord, DROVER_NAMESPACE, EPOCH_NAME, SITES_NAME, recordName } from "../core/model/record.ts";
import { readClaim } from "../core/observed/application-facts.ts";
import {
  type ApplicationOnCluster,
  type ClusterFacts,
  type Readable,
  type UnreachableCluster,
  readEpoch,
  readRecord,
} from "../core/observed/cluster-facts.ts";
import type { ProviderRead } from "../core/provider.ts";
import { ClusterFault, type ClusterPort } from "../ports/cluster.ts";
import { inParallel } from "./in-parallel.ts";
import { readApplications } from "./read-applications.ts";
import { LISTS_AT_A_TIME } from "./read-namespaces.ts";

export interface ClusterReads {
  readonly spec: ClusterSpec;
  /** Applications with a foot on this cluster. */
  readonly applications: readonly { readonly name: string; readonly namespaces: readonly string[] }[];
  readonly provider: readonly ProviderRead[];
}

/**
 * Everything a pass needs of one cluster, or why it can't be had. What decisions rest on (workloads, pods, claims, volumes,
 * Drover's own records, the provider's objects) is read all or nothing, since a partial read must never look like an empty
 * one (design invariant 7). Any other kind that can't be listed is named in `facts.unread`, and the rest is still read.
 */
export async function gatherCluster(port: ClusterPort, reads: ClusterReads): Promise<ClusterFacts> {
  const { spec } = reads;
  try {
    const identity = await readIdentity(port);
    if (spec.identity !== null && identity !== spec.identity) return wrongCluster(spec, identity);
    return await readEverything(port, reads, identity);
  } catch (error) {
    if (!(error instanceof ClusterFault)) throw error;
    return { reachable: false, name: spec.name, cause: causeOf(error), why: error.message };
  }
}

function wrongCluster(spec: ClusterSpec, identity: string | null): UnreachableCluster {
  const found = identity ?? "none that can be read";
  const why = `the connection of ${spec.name} leads to another cluster: kube-system has UID ${found}, the repository says ${spec.identity ?? ""}`;
  return { reachable: false, name: spec.name, cause: "wrong-cluster", why };
}

/** No answer is what a dead site gives. A refusal or nonsense is something else, and nobody is fenced for it. */
function causeOf(fault: ClusterFault): UnreachableCluster["cause"] {
  switch (fault.code) {
    case "unreachable":
    case "timeout":
    case "server-error":
    case "throttled":
      return "away";
    default:
      return "unreadable";
  }
}

async function readIdentity(port: ClusterPort): Promise<string | null> {
  const namespace = await port.get({ apiVersion: "v1", kind: "Namespace", namespace: null, name: "kube-system" });
  return asString(namespace?.metadata.uid);
}

async function readEverything(port: ClusterPort, reads: ClusterReads, identity: string | null): Promise<ClusterFacts> {
  const discovery = await port.discover();
  const list = requiredLists(port, discovery);
  const [volumes, claims, kept, ...provider] = await inParallel(
    [
      { apiVersion: "v1", kind: "PersistentVolume", namespace: null },
      { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: null },
      { apiVersion: "v1", kind: "ConfigMap", namespace: DROVER_NAMESPACE },
      ...reads.provider,
    ],
    LISTS_AT_A_TIME,
    list,
  );
  const records = readRecords(kept ?? []);
  const { facts, surroundings } = await readApplications(port, {
    ...reads,
    discovery,
    volumes: volumes ?? [],
    claims: claims ?? [],
  });
  const applications = [...facts].map(([name, each]): [string, ApplicationOnCluster] => [
    name,
    { facts: each, record: records.get(name) ?? { state: "absent" } },
  ]);
  return {
    reachable: true,
    name: port.name,
    identity,
    epoch: readEpoch(named(kept ?? [], EPOCH_NAME)),
    applications: new Map(applications),
    records,
    sites: readSites(named(kept ?? [], SITES_NAME)),
    volumeNamespaces: namespacesWithVolumes(claims ?? []),
    providerObjects: provider.flat(),
    surroundings,
  };
}

/** Lists of what decisions rest on: empty where the kind is not served, a fault where that can't be told. */
function requiredLists(
  port: ClusterPort,
  { resources, stale }: Discovery,
): (read: ProviderRead) => Promise<readonly KubeObject[]> {
  const served = new Set(resources.map((resource) => `${resource.apiVersion}|${resource.kind}`));
  return async (read) => {
    const silent = stale.find((apiVersion) => groupOf(apiVersion) === groupOf(read.apiVersion));
    if (silent === undefined && !served.has(`${read.apiVersion}|${read.kind}`)) return [];
    return (await port.list(read)).items;
  };
}

function named(objects: readonly KubeObject[], name: string): KubeObject | null {
  return objects.find((object) => object.metadata.name === name) ?? null;
}

function readRecords(kept: readonly KubeObject[]): ReadonlyMap<string, Readable<ApplicationRecord>> {
  const prefix = recordName("");
  return new Map(
    kept
      .filter((object) => object.metadata.name.startsWith(prefix))
      .map((object) => [object.metadata.name.slice(prefix.length), object] as const)
      .map(([application, object]) => [application, readRecord(object, application)]),
  );
}

function namespacesWithVolumes(claims: readonly KubeObject[]): readonly string[] {
  const bound = claims.map(readClaim).filter((claim) => claim.volume !== null);
  return [...new Set(bound.map((claim) => claim.namespace))].sort();
}

/** Site name to namespaces with volumes; an entry that can't be read is left out, so that it counts as unknown. */
function readSites(configMap: KubeObject | null): ReadonlyMap<string, readonly string[]> {
  const sites = new Map<string, readonly string[]>();
  for (const [site, text] of Object.entries(asStringMap(configMap?.["data"]))) {
    try {
      sites.set(
        site,
        asList(JSON.parse(text)).flatMap((name) => asString(name) ?? []),
      );
    } catch {
      continue;
    }
  }
  return sites;
}
