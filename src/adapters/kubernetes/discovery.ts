import { asFields, asList, asString, at, isFields } from "../../core/model/fields.ts";
import { groupOf } from "../../core/model/kube-object.ts";
import type { ApiResource } from "../../core/model/api-resource.ts";

import { ClusterFault, concernsCluster } from "../../ports/cluster.ts";

import { expectJson, read } from "./exchange.ts";
import type { Answer, Exchange } from "./exchange.ts";
import { rootOf } from "./resource-path.ts";
import { fault } from "./status-fault.ts";
import type { Asked } from "./status-fault.ts";

/** One version of one API group, and whether the server behind it answered. */
export interface ServedVersion {
  readonly apiVersion: string;
  /** False when an aggregated API server does not answer: what it serves is unknown, not nothing. */
  readonly answered: boolean;
  readonly resources: readonly ApiResource[];
}

/** Groups in the server's order, each with its preferred version first. */
export type ServedApis = readonly ServedVersion[];

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/**
 * Everything the server serves, in two requests where aggregated discovery exists (Kubernetes 1.30, apidiscovery.k8s.io/v2),
 * else one for each group version.
 */
export async function readServedApis(exchange: Exchange): Promise<ServedApis> {
  const core = await readRoot(exchange, "/api");
  const groups = await readRoot(exchange, "/apis");
  return [...core, ...groups];
}

/** At most one resource for each kind of a group: the preferred version's, else the first version that has it. */
export function preferredResources(apis: ServedApis): readonly ApiResource[] {
  const versions = Map.groupBy(
    apis.flatMap((version) => version.resources),
    ({ apiVersion, plural }) => `${groupOf(apiVersion)}|${plural}`,
  );
  return [...versions.values()].flatMap(([preferred, ...others]) =>
    preferred === undefined
      ? []
      : [{ ...preferred, versions: [preferred, ...others].map(({ apiVersion }) => apiVersion) }],
  );
}

async function readRoot(exchange: Exchange, path: "/api" | "/apis"): Promise<ServedApis> {
  const asked: Asked = { cluster: exchange.cluster, action: `discover the API at ${path}`, kind: null };
  const answer = await read(exchange, { ...asked, method: "GET", path, accept: AGGREGATED });
  const json = expectJson(answer, asked);
  const kind = at(json, "kind");
  if (kind === "APIGroupDiscoveryList") return aggregatedVersions(json, asked);
  if (kind === "APIVersions" || kind === "APIGroupList") return readEachVersion(exchange, versionsOf(json), asked);
  throw fault("malformed", asked, "not a discovery document");
}

function aggregatedVersions(json: unknown, asked: Asked): ServedApis {
  return listOf(at(json, "items"), asked).flatMap((group) => {
    const name = asString(at(group, "metadata", "name")) ?? "";
    return listOf(at(group, "versions"), asked).map((version) => {
      const apiVersion = joinVersion(name, textOf(at(version, "version"), asked));
      const resources = asList(at(version, "resources")).map((entry) => aggregatedResource(entry, apiVersion));
      return {
        apiVersion,
        answered: at(version, "freshness") !== "Stale",
        resources: resources.filter((resource) => resource !== null),
      };
    });
  });
}

/** null for entries that are no kind of their own, for example a parent that only groups subresources. */
function aggregatedResource(entry: unknown, apiVersion: string): ApiResource | null {
  const plural = asString(at(entry, "resource"));
  const kind = asString(at(entry, "responseKind", "kind"));
  if (plural === null || kind === null || kind === "") return null;
  return { apiVersion, kind, plural, namespaced: at(entry, "scope") === "Namespaced", verbs: verbsOf(entry) };
}

function versionsOf(json: unknown): readonly string[] {
  if (at(json, "kind") === "APIVersions") return asList(at(json, "versions")).filter((version) => isText(version));
  return asList(at(json, "groups")).flatMap((group) => {
    const preferred = at(group, "preferredVersion", "groupVersion");
    const all = asList(at(group, "versions")).map((version) => at(version, "groupVersion"));
    return [...new Set([preferred, ...all])].filter((version) => isText(version));
  });
}

/**
 * Behind an aggregated API server that is down the main one answers 503; one that is ill may say anything. What it serves
 * is unknown then, and no reason to give up on the rest.
 */
async function readEachVersion(exchange: Exchange, versions: readonly string[], asked: Asked): Promise<ServedApis> {
  return Promise.all(
    versions.map(async (apiVersion) => {
      try {
        const answer = await read(exchange, { ...asked, method: "GET", path: rootOf(apiVersion) });
        return versionFromAnswer(answer, apiVersion, asked);
      } catch (error) {
        if (!(error instanceof ClusterFault) || concernsCluster(error)) throw error;
        return { apiVersion, answered: false, resources: [] };
      }
    }),
  );
}

function versionFromAnswer(answer: Answer, apiVersion: string, asked: Asked): ServedVersion {
  const resources = listOf(at(expectJson(answer, asked), "resources"), asked)
    .filter((entry) => !(asString(at(entry, "name")) ?? "/").includes("/"))
    .map((entry) => ({
      apiVersion,
      kind: textOf(at(entry, "kind"), asked),
      plural: textOf(at(entry, "name"), asked),
      namespaced: at(entry, "namespaced") === true,
      verbs: verbsOf(entry),
    }));
  return { apiVersion, answered: true, resources };
}

function verbsOf(entry: unknown): readonly string[] {
  return asList(asFields(entry)["verbs"]).filter((verb) => isText(verb));
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function textOf(value: unknown, asked: Asked): string {
  if (!isText(value)) throw fault("malformed", asked, "a discovery entry has no name");
  return value;
}

function listOf(value: unknown, asked: Asked): readonly unknown[] {
  if (!Array.isArray(value) || !value.every((entry) => isFields(entry))) {
    throw fault("malformed", asked, "the discovery document has no list where one belongs");
  }
  return value;
}

function joinVersion(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}
