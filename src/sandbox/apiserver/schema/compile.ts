import { asFields, asList, asString, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { lazy } from "../lazy.ts";
import { atomicAny, granularAny } from "./schema-node.ts";
import type { ListNode, MapNode, ScalarNode, ScalarType, SchemaNode } from "./schema-node.ts";

/** Where a `$ref` leads; null when nothing is known under that name. */
export type SchemaSource = (definition: string) => SchemaNode | null;

const reference = "#/components/schemas/";

function commonOf(raw: Fields, definition: string | null): Omit<ScalarNode, "shape" | "types" | "format"> {
  const strategy = asString(raw["x-kubernetes-patch-strategy"]);
  return {
    definition,
    raw,
    defaultValue: raw["default"],
    nullable: raw["nullable"] === true,
    patchStrategy: strategy === null ? [] : strategy.split(","),
  };
}

/** The only reference of a schema: its own `$ref`, or that of an `allOf` with one entry. */
function referenceOf(raw: Fields): string | null {
  const own = asString(raw["$ref"]);
  if (own !== null) return own;
  const all = asList(raw["allOf"]);
  return all.length === 1 ? asString(asFields(all[0])["$ref"]) : null;
}

/** A referenced node with what the referring place says beside the reference. */
function referring(raw: Fields, target: SchemaNode): SchemaNode {
  const common = commonOf(raw, target.definition);
  const extended = {
    ...target,
    defaultValue: common.defaultValue ?? target.defaultValue,
    nullable: common.nullable || target.nullable,
    patchStrategy: common.patchStrategy.length > 0 ? common.patchStrategy : target.patchStrategy,
  };
  if (extended.shape !== "map" || raw["x-kubernetes-map-type"] === undefined) return extended;
  return { ...extended, atomic: raw["x-kubernetes-map-type"] === "atomic" };
}

function stringsOf(value: unknown): readonly string[] {
  return asList(value).filter((entry): entry is string => typeof entry === "string");
}

/**
 * How items of a list are told apart. Without `x-kubernetes-list-type` a patch strategy `merge` says it, as in
 * kube-openapi's conversion to field ownership schemas.
 */
function listTypeOf(raw: Fields, mergeKey: string | null): Pick<ListNode, "listType" | "keys"> {
  const declared = asString(raw["x-kubernetes-list-type"]);
  if (declared === "map") return { listType: "map", keys: stringsOf(raw["x-kubernetes-list-map-keys"]) };
  if (declared === "set") return { listType: "set", keys: [] };
  const merges = asString(raw["x-kubernetes-patch-strategy"])?.split(",").includes("merge") === true;
  if (declared !== null || !merges) return { listType: "atomic", keys: [] };
  return mergeKey === null ? { listType: "set", keys: [] } : { listType: "map", keys: [mergeKey] };
}

function listNode(raw: Fields, definition: string | null, source: SchemaSource): ListNode {
  const mergeKey = asString(raw["x-kubernetes-patch-merge-key"]);
  const items = raw["items"];
  return {
    shape: "list",
    ...commonOf(raw, definition),
    items: isFields(items) ? lazy(() => compileSchema(items, source)) : () => atomicAny,
    ...listTypeOf(raw, mergeKey),
    mergeKey,
  };
}

function valuesOf(raw: Fields, source: SchemaSource): (() => SchemaNode) | null {
  const values = raw["additionalProperties"];
  if (isFields(values)) return lazy(() => compileSchema(values, source));
  const open = values === true || raw["x-kubernetes-preserve-unknown-fields"] === true;
  return open ? () => granularAny : null;
}

function mapNode(raw: Fields, definition: string | null, source: SchemaSource): MapNode {
  const properties = Object.entries(asFields(raw["properties"])).map(([name, property]): [string, () => SchemaNode] => [
    name,
    lazy(() => compileSchema(asFields(property), source)),
  ]);
  return {
    shape: "map",
    ...commonOf(raw, definition),
    properties: new Map(properties),
    values: valuesOf(raw, source),
    atomic: raw["x-kubernetes-map-type"] === "atomic",
    embedded: raw["x-kubernetes-embedded-resource"] === true,
  };
}

const scalarTypes: readonly string[] = ["string", "integer", "number", "boolean"] satisfies readonly ScalarType[];

function isScalarType(type: string): type is ScalarType {
  return scalarTypes.includes(type);
}

/** Alternatives of scalar types: quantities in the published API, `x-kubernetes-int-or-string` in custom resources. */
function alternativesOf(raw: Fields): readonly ScalarType[] {
  const alternatives = [...asList(raw["oneOf"]), ...asList(raw["anyOf"])];
  return alternatives.map((entry) => asString(asFields(entry)["type"]) ?? "").filter(isScalarType);
}

/** The scalar types that a schema allows; none when it is not a scalar's. */
function scalarTypesOf(raw: Fields): readonly ScalarType[] {
  const type = asString(raw["type"]);
  if (raw["x-kubernetes-int-or-string"] === true || raw["format"] === "int-or-string") return ["integer", "string"];
  if (type === null) return alternativesOf(raw);
  return isScalarType(type) ? [type] : [];
}

/** Compiles one OpenAPI v3 schema as Kubernetes publishes it or as a CustomResourceDefinition carries it. */
export function compileSchema(raw: Fields, source: SchemaSource, definition: string | null = null): SchemaNode {
  const referred = referenceOf(raw);
  if (referred !== null) return referring(raw, source(referred.slice(reference.length)) ?? granularAny);
  if (raw["type"] === "array") return listNode(raw, definition, source);
  const types = scalarTypesOf(raw);
  if (types.length > 0)
    return { shape: "scalar", ...commonOf(raw, definition), types, format: asString(raw["format"]) };
  if (raw["type"] === "object" || raw["properties"] !== undefined) return mapNode(raw, definition, source);
  return { ...granularAny, ...commonOf(raw, definition) };
}
