/**
 * Regenerates the data files below `src/sandbox/apiserver/openapi/` from the published API description of Kubernetes:
 *
 *     go mod download -json k8s.io/kubernetes@v1.36.3        # prints "Dir"
 *     node test/genuine/derive-openapi.ts DIR
 *
 * Kept: the kinds that the embedded API server serves and every definition reachable from them. Dropped: prose. A
 * default `{}` stays, because it tells structures that Kubernetes always writes from those that it writes when set.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

type Fields = Record<string, unknown>;

const kubernetesVersion = "v1.36.3";

const served: Readonly<Record<string, readonly string[]>> = {
  "/v1": [
    "namespaces",
    "nodes",
    "pods",
    "configmaps",
    "secrets",
    "serviceaccounts",
    "services",
    "endpoints",
    "persistentvolumes",
    "persistentvolumeclaims",
    "events",
    "resourcequotas",
    "limitranges",
  ],
  "apps/v1": ["deployments", "statefulsets", "replicasets", "daemonsets", "controllerrevisions"],
  "batch/v1": ["jobs", "cronjobs"],
  "networking.k8s.io/v1": ["ingresses", "networkpolicies"],
  "rbac.authorization.k8s.io/v1": ["roles", "rolebindings", "clusterroles", "clusterrolebindings"],
  "policy/v1": ["poddisruptionbudgets"],
  "autoscaling/v2": ["horizontalpodautoscalers"],
  "storage.k8s.io/v1": ["storageclasses"],
  "coordination.k8s.io/v1": ["leases"],
  "scheduling.k8s.io/v1": ["priorityclasses"],
  "apiextensions.k8s.io/v1": ["customresourcedefinitions"],
};

const keptSubresources = new Set(["status", "scale"]);
const alsoKept = ["io.k8s.api.autoscaling.v1.Scale"];
const reference = "#/components/schemas/";

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

function readJson(file: string): Fields {
  return fields(JSON.parse(readFileSync(file, "utf8")));
}

/** `schemas` of every published group version, and of `autoscaling/v1` for Scale. */
function readDefinitions(root: string): Map<string, Fields> {
  const all = new Map<string, Fields>();
  for (const groupVersion of [...Object.keys(served), "autoscaling/v1"]) {
    const [group, version] = groupVersion.split("/");
    const file = group === "" ? `api__${version}_openapi.json` : `apis__${group}__${version}_openapi.json`;
    const document = readJson(path.join(root, "api/openapi-spec/v3", file));
    for (const [name, schema] of Object.entries(fields(fields(document["components"])["schemas"])))
      all.set(name, fields(schema));
  }
  return all;
}

/** The schema without prose; a property may itself be called "description". */
function trim(schema: unknown, insideProperties: boolean): unknown {
  if (Array.isArray(schema)) return schema.map((entry) => trim(entry, false));
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema)
    .filter(([key]) => insideProperties || key !== "description")
    .map(([key, value]) => [key, trim(value, key === "properties" && !insideProperties)]);
  return Object.fromEntries(entries);
}

function referencesIn(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(referencesIn);
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === "$ref" && typeof value === "string" ? [value.slice(reference.length)] : referencesIn(value),
  );
}

function reachable(all: ReadonlyMap<string, Fields>, roots: readonly string[]): Fields {
  const found = new Map<string, unknown>();
  const waiting = [...roots];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    const schema = trim(all.get(name), false);
    found.set(name, schema);
    waiting.push(...referencesIn(schema));
  }
  return Object.fromEntries([...found].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function definitionOf(all: ReadonlyMap<string, Fields>, kind: string, groupVersion: string): string {
  const wanted = groupVersion.startsWith("/") ? groupVersion.slice(1) : groupVersion;
  for (const [name, schema] of all)
    for (const gvk of list(schema["x-kubernetes-group-version-kind"])) {
      const own = gvk["group"] === "" ? gvk["version"] : `${String(gvk["group"])}/${String(gvk["version"])}`;
      if (gvk["kind"] === kind && own === wanted) return name;
    }
  throw new Error(`no definition for ${kind} in ${groupVersion}`);
}

function readResources(root: string, all: ReadonlyMap<string, Fields>): readonly Fields[] {
  const groups = [
    ...list(readJson(path.join(root, "api/discovery/api__v1.json"))["resources"]).map(
      (entry) => ["/v1", entry] as const,
    ),
    ...Object.keys(served)
      .filter((groupVersion) => groupVersion !== "/v1")
      .flatMap((groupVersion) =>
        list(
          readJson(path.join(root, "api/discovery", `apis__${groupVersion.replace("/", "__")}.json`))["resources"],
        ).map((entry) => [groupVersion, entry] as const),
      ),
  ];
  const subresources = new Map<string, string[]>();
  for (const [groupVersion, entry] of groups) {
    const [resource, subresource] = String(entry["name"]).split("/");
    if (subresource === undefined || !keptSubresources.has(subresource)) continue;
    const key = `${groupVersion}/${String(resource)}`;
    subresources.set(key, [...(subresources.get(key) ?? []), subresource]);
  }
  return groups
    .filter(([groupVersion, entry]) => served[groupVersion]?.includes(String(entry["name"])) === true)
    .map(([groupVersion, entry]) => {
      const [group, version] = groupVersion.split("/");
      return {
        group,
        version,
        resource: entry["name"],
        singular: entry["singularName"],
        kind: entry["kind"],
        namespaced: entry["namespaced"],
        shortNames: entry["shortNames"] ?? [],
        categories: entry["categories"] ?? [],
        verbs: entry["verbs"],
        subresources: subresources.get(`${groupVersion}/${String(entry["name"])}`) ?? [],
        definition: definitionOf(all, String(entry["kind"]), groupVersion),
      };
    });
}

const [root] = process.argv.slice(2);
if (root === undefined) throw new Error("usage: node test/genuine/derive-openapi.ts DIRECTORY-OF-k8s.io/kubernetes");
const target = path.join(import.meta.dirname, "../../src/sandbox/apiserver/openapi");
const definitions = readDefinitions(root);
const resources = readResources(root, definitions);
const kept = reachable(definitions, [...resources.map((entry) => String(entry["definition"])), ...alsoKept]);
writeFileSync(path.join(target, "definitions.json"), `${JSON.stringify(kept)}\n`);
writeFileSync(path.join(target, "resources.json"), `${JSON.stringify({ kubernetesVersion, resources }, null, 2)}\n`);
