import { unheardOf } from "../core/capture/aggregated-apis.ts";
import { chooseResources } from "../core/capture/choose-resources.ts";
import { REQUIRED_KINDS } from "../core/capture/required-kinds.ts";
import { slimObject } from "../core/capture/slim-object.ts";
import type { ApiResource, Discovery } from "../core/model/api-resource.ts";
import { asString, at } from "../core/model/fields.ts";
import { type KubeObject, groupOf } from "../core/model/kube-object.ts";
import { type ApplicationFacts, readApplication } from "../core/observed/application-facts.ts";
import type { ClusterSurroundings } from "../core/observed/cluster-surroundings.ts";
import { ClusterFault, type ClusterPort } from "../ports/cluster.ts";
import { findNamespaces } from "./find-namespaces.ts";
import { readNamespaces } from "./read-namespaces.ts";
import { groupsBehind, lookUpOwners, readApiServices, readSurroundings } from "./read-surroundings.ts";

export interface ApplicationReads {
  readonly applications: readonly { readonly name: string; readonly namespaces: readonly string[] }[];
  readonly discovery: Discovery;
  /** All PersistentVolumes of the cluster. */
  readonly volumes: readonly KubeObject[];
  /** All PersistentVolumeClaims of the cluster: who fences a site must know them anyway. */
  readonly claims: readonly KubeObject[];
}

export interface ApplicationsRead {
  /** By application name. */
  readonly facts: ReadonlyMap<string, ApplicationFacts>;
  readonly surroundings: ClusterSurroundings;
}

/**
 * Reads the namespaces of all applications, each namespace once, and what stands around them. Throws `ClusterFault` when a
 * kind that decisions rest on can't be read.
 */
export async function readApplications(port: ClusterPort, reads: ApplicationReads): Promise<ApplicationsRead> {
  const { discovery } = reads;
  const apiServices = await readApiServices(port, discovery);
  const silent = [...discovery.stale, ...unheardOf(apiServices.objects, discovery)];
  const { captured, stale } = chooseResources({ ...discovery, stale: silent }, groupsBehind(apiServices));
  requireAnswers(port.name, discovery);
  const names = [...new Set(reads.applications.flatMap(({ namespaces }) => namespaces))];
  const { present, existing } = await findNamespaces(port, names);
  const namespaces = present.map(({ metadata }) => metadata.name);
  const [{ objects, unread }, surroundings] = await Promise.all([
    readNamespaces(port, { resources: withRequired(captured, discovery), namespaces, existing }),
    readSurroundings(port, discovery, { stale, apiServices }),
  ]);
  const owners = await lookUpOwners(port, discovery, [...objects.values()].flat());
  const around = Map.groupBy([...present, ...reads.claims.map(slimObject), ...reads.volumes], namespaceOf);
  const facts = reads.applications.map(({ name, namespaces }): [string, ApplicationFacts] => {
    const own = unread.filter(({ namespace }) => namespace !== null && namespaces.includes(namespace));
    const notes = { unread: [...own, ...surroundings.unread], owners };
    const found = namespaces.flatMap((each) => [...(around.get(each) ?? []), ...(objects.get(each) ?? [])]);
    return [name, readApplication(namespaces, found, notes)];
  });
  return { facts: new Map(facts), surroundings };
}

/** The namespace that an object belongs to: its own, that of a volume's claim, or itself. */
function namespaceOf(object: KubeObject): string {
  switch (object.kind) {
    case "Namespace":
      return object.metadata.name;
    case "PersistentVolume":
      return asString(at(object, "spec", "claimRef", "namespace")) ?? "";
    default:
      return object.metadata.namespace ?? "";
  }
}

/** A group whose server does not answer may hide workloads that would count. */
function requireAnswers(cluster: string, { stale }: Discovery): void {
  const groups = new Set(REQUIRED_KINDS.map(({ apiVersion }) => groupOf(apiVersion)));
  const silent = stale.filter((apiVersion) => groups.has(groupOf(apiVersion)));
  if (silent.length === 0) return;
  const message = `cluster ${cluster}: could not read workloads: ${silent.join(", ")} is registered, but the API server behind it does not answer`;
  throw new ClusterFault("server-error", cluster, message);
}

/** Claims are known already. The other kinds that decisions rest on are read in the version that Drover knows. */
function withRequired(captured: readonly ApiResource[], { resources }: Discovery): readonly ApiResource[] {
  const required = REQUIRED_KINDS.flatMap(({ apiVersion, kind }) =>
    resources
      .filter((resource) => resource.kind === kind && groupOf(resource.apiVersion) === groupOf(apiVersion))
      .map((resource) => ({ ...resource, apiVersion })),
  );
  const keys = new Set(required.map(keyOf));
  return [...required, ...captured.filter((resource) => !keys.has(keyOf(resource)))].filter(
    (resource) => keyOf(resource) !== "|PersistentVolumeClaim",
  );
}

function keyOf({ apiVersion, kind }: ApiResource): string {
  return `${groupOf(apiVersion)}|${kind}`;
}
