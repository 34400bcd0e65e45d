import { createHash } from "node:crypto";

import { asFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { kubernetesVersion } from "../resources/builtin-resources.ts";
import type { ResourceRegistry } from "../resources/registry.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { builtinDefinitions } from "../schema/builtin-schemas.ts";
import { servedGroups, servedVersion } from "./groups.ts";
import type { ServedVersion } from "./groups.ts";
import { pathsOf } from "./openapi-operations.ts";

const reference = "#/components/schemas/";
const metadata = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** The definition of a custom kind is named by its group backwards, as Kubernetes does: `com.example.v1.Widget`. */
function definitionName(type: ResourceType): string {
  if (type.origin.type === "builtin") return type.origin.definition;
  return [...type.group.split(".").toReversed(), type.version, type.kind].join(".");
}

function customDefinition(type: ResourceType, openApi: Fields): Fields {
  const { group, version, kind } = type;
  return {
    type: "object",
    ...openApi,
    properties: {
      ...asFields(openApi["properties"]),
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { allOf: [{ $ref: reference + metadata }] },
    },
    "x-kubernetes-group-version-kind": [{ group, version, kind }],
  };
}

function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    key === "$ref" && typeof entry === "string" ? [entry.slice(reference.length)] : referencesIn(entry),
  );
}

/** The schemas of a version's kinds and all that they refer to. */
function schemasOf(served: ServedVersion): Fields {
  const found = new Map<string, unknown>();
  const waiting: string[] = [];
  for (const type of served.resources) {
    const name = definitionName(type);
    if (type.origin.type === "builtin") waiting.push(name);
    else {
      const schema = customDefinition(type, type.origin.openApi);
      found.set(name, schema);
      waiting.push(...referencesIn(schema));
    }
  }
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const schema = builtinDefinitions()[name];
    if (found.has(name) || schema === undefined) continue;
    found.set(name, schema);
    waiting.push(...referencesIn(schema));
  }
  return Object.fromEntries([...found].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function documentText(served: ServedVersion): string {
  const paths = served.resources.map((type) => pathsOf({ type, definition: definitionName(type) }));
  return JSON.stringify({
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: kubernetesVersion() },
    paths: Object.assign({}, ...paths) as Fields,
    components: { schemas: schemasOf(served) },
  });
}

const texts = new WeakMap<ServedVersion, string>();

/** The OpenAPI v3 document of a group version as text; undefined when it is not served. */
export function openApiDocument(registry: ResourceRegistry, group: string, version: string): string | undefined {
  const served = servedVersion(registry, group, version);
  if (served === undefined) return undefined;
  const text = texts.get(served) ?? documentText(served);
  texts.set(served, text);
  return text;
}

/** `/openapi/v3`: where each document is; the address changes with its content, so that clients may keep it. */
export function openApiIndex(registry: ResourceRegistry): Fields {
  const versions = servedGroups(registry).flatMap(({ versions: all }) => all);
  const paths = versions.map(({ group, version }) => {
    const path = group === "" ? `api/${version}` : `apis/${group}/${version}`;
    const hash = createHash("sha256").update(openApiDocument(registry, group, version) ?? "");
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash.digest("hex").toUpperCase()}` }] as const;
  });
  return { paths: Object.fromEntries(paths) };
}
