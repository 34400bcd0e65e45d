import type { ClusterSpec } from "../core/desired/cluster.ts";
import type { KubeObject } from "../core/model/kube-object.ts";
import { asList, asStringMap, asString } from "../core/model/fields.ts";
import { type ApplicationRecord, DROVER_NAMESPACE, EPOCH_NAME, SITES_NAME, recordName } from "../core/model/record.ts";
import { type ApplicationFacts, readApplication, readClaim } from "../core/observed/application-facts.ts";
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

/** Kinds of a namespace that this version captures, stops or counts. Read only where the cluster serves them. */
const NAMESPACED_KINDS: readonly { readonly apiVersion: string; readonly kind: string }[] = [
  { apiVersion: "apps/v1", kind: "Deployment" },
  { apiVersion: "apps/v1", kind: "StatefulSet" },
  { apiVersion: "apps/v1", kind: "DaemonSet" },
  { apiVersion: "apps/v1", kind: "ReplicaSet" },
  { apiVersion: "batch/v1", kind: "Job" },
  { apiVersion: "batch/v1", kind: "CronJob" },
  { apiVersion: "apps.openshift.io/v1", kind: "DeploymentConfig" },
  { apiVersion: "v1", kind: "ReplicationController" },
  { apiVersion: "v1", kind: "Pod" },
  { apiVersion: "v1", kind: "Service" },
  { apiVersion: "v1", kind: "ConfigMap" },
  { apiVersion: "v1", kind: "Secret" },
  { apiVersion: "v1", kind: "ServiceAccount" },
  { apiVersion: "v1", kind: "PersistentVolumeClaim" },
  { apiVersion: "route.openshift.io/v1", kind: "Route" },
];

export interface ClusterReads {
  readonly spec: ClusterSpec;
  /** Applications with a foot on this cluster. */
  readonly applications: readonly { readonly name: string; readonly namespaces: readonly string[] }[];
  readonly provider: readonly ProviderRead[];
}

/**
 * Everything a pass needs of one cluster, or why it can't be had. All or nothing: one failed list makes the cluster
 * unreadable, since a partial read must never look like an empty one (design invariant 7).
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
  const served = new Set((await port.discover()).map((resource) => `${resource.apiVersion}|${resource.kind}`));
  const list = async (read: ProviderRead): Promise<readonly KubeObject[]> => {
    if (!served.has(`${read.apiVersion}|${read.kind}`)) return [];
    const { items } = await port.list(read);
    return items.map((item) => ({ ...item, apiVersion: read.apiVersion, kind: read.kind }));
  };
  const volumes = await list({ apiVersion: "v1", kind: "PersistentVolume", namespace: null });
  const claims = await list({ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: null });
  const kept = await list({ apiVersion: "v1", kind: "ConfigMap", namespace: DROVER_NAMESPACE });
  const records = readRecords(kept);
  const applications = new Map<string, ApplicationOnCluster>();
  for (const application of reads.applications) {
    const facts = await readFacts(port, list, { ...application, volumes });
    applications.set(application.name, { facts, record: records.get(application.name) ?? { state: "absent" } });
  }
  const providerObjects: KubeObject[] = [];
  for (const read of reads.provider) providerObjects.push(...(await list(read)));
  return {
    reachable: true,
    name: port.name,
    identity,
    epoch: readEpoch(named(kept, EPOCH_NAME)),
    applications,
    records,
    sites: readSites(named(kept, SITES_NAME)),
    volumeNamespaces: namespacesWithVolumes(claims),
    providerObjects,
  };
}

async function readFacts(
  port: ClusterPort,
  list: (read: ProviderRead) => Promise<readonly KubeObject[]>,
  application: {
    readonly namespaces: readonly string[];
    readonly volumes: readonly KubeObject[];
  },
): Promise<ApplicationFacts> {
  const objects: KubeObject[] = [...application.volumes];
  for (const name of application.namespaces) {
    const namespace = await port.get({ apiVersion: "v1", kind: "Namespace", namespace: null, name });
    if (namespace === null) continue;
    objects.push(namespace);
    for (const kind of NAMESPACED_KINDS) objects.push(...(await list({ ...kind, namespace: name })));
  }
  return readApplication(application.namespaces, objects);
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
