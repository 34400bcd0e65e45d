import { asFields, asList, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { deepFreeze, isEmptyMap, setOwn } from "../json-value.ts";
import { childNode } from "../schema/schema-node.ts";
import type { MapNode, SchemaNode } from "../schema/schema-node.ts";
import { computedDefaults } from "./computed-defaults.ts";
import { staticDefaults } from "./static-defaults.ts";

const defaultsOfNodes = new WeakMap<Fields, Fields>();

/** An empty name is only the schema's way to say "may be left out". */
function isUnwritten(node: MapNode, key: string, value: unknown): boolean {
  return value === "" && key === "name" && node.definition !== null;
}

/** Fields that are written when they are missing: from the schema, then from Kubernetes' own table. */
function missingFieldsOf(node: MapNode): Fields {
  const known = defaultsOfNodes.get(node.raw);
  if (known !== undefined) return known;
  const defaults: Record<string, unknown> = {};
  for (const [key, property] of node.properties) {
    const value = property().defaultValue;
    if (value !== undefined && !isUnwritten(node, key, value)) setOwn(defaults, key, value);
  }
  if (node.definition !== null) Object.assign(defaults, staticDefaults[node.definition]);
  defaultsOfNodes.set(node.raw, deepFreeze(defaults));
  return defaults;
}

function withMissing(value: Fields, node: MapNode): Fields {
  const defaults = missingFieldsOf(node);
  let result: Record<string, unknown> | null = null;
  for (const key of Object.keys(defaults)) {
    if (value[key] !== undefined && Object.hasOwn(value, key)) continue;
    result ??= { ...value };
    setOwn(result, key, defaults[key]);
  }
  return result ?? value;
}

function defaultEntries(value: Fields, node: MapNode): Fields {
  let result: Record<string, unknown> | null = null;
  for (const key of Object.keys(value)) {
    const child = childNode(node, key);
    if (child === undefined) continue;
    const entry = defaulted(value[key], child);
    if (entry === value[key]) continue;
    result ??= { ...value };
    setOwn(result, key, entry);
  }
  return result ?? value;
}

/** Frozen structures that lack nothing, with the schema that said so. */
const settled = new WeakMap<object, Fields>();

function defaulted(value: unknown, node: SchemaNode): unknown {
  if (node.shape === "list" && Array.isArray(value)) {
    const items = node.items();
    const result = value.map((item: unknown) => defaulted(item, items));
    return result.every((item, index) => item === value[index]) ? value : result;
  }
  if (node.shape !== "map" || !isFields(value) || settled.get(value) === node.raw) return value;
  const filled = defaultEntries(withMissing(value, node), node);
  const computed = node.definition === null ? undefined : computedDefaults[node.definition];
  const result = computed === undefined ? filled : computed(filled);
  if (result === value && Object.isFrozen(value)) settled.set(value, node.raw);
  return result;
}

/** The object with everything that the server writes where the client said nothing. */
export function applyDefaults(object: KubeObject, schema: SchemaNode): KubeObject {
  const result = defaulted(object, schema);
  if (result === object || !isFields(result)) return object;
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, ...result, metadata: { name: metadata.name, ...asFields(result["metadata"]) } };
}

function isZero(value: unknown): boolean {
  return value === null || value === "" || value === 0 || value === false || isEmptyMap(value);
}

const zeroValues = new WeakMap<Fields, Fields>();

/** One field of an empty structure; undefined when it is not written. */
function zeroField(node: MapNode, key: string, value: unknown): unknown {
  if (!isZero(value) || (value !== null && isStatic(node, key))) return undefined;
  const child = childNode(node, key);
  return child?.shape === "map" && child.properties.size > 0 ? zeroValue(child) : value;
}

/** Lists that have to be there are null while they are empty. */
function zeroLists(node: MapNode): Fields {
  const keys = asList(node.raw["required"]).filter((key): key is string => typeof key === "string");
  return Object.fromEntries(keys.filter((key) => childNode(node, key)?.shape === "list").map((key) => [key, null]));
}

/**
 * The structure before anything was written: what Kubernetes writes even when it is empty. Ownership of a new object is
 * what it has beyond this, because there a new object is compared with an empty typed one.
 */
export function zeroValue(node: MapNode): Fields {
  const known = zeroValues.get(node.raw);
  if (known !== undefined) return known;
  const entries = Object.entries(missingFieldsOf(node))
    .map(([key, value]) => [key, zeroField(node, key, value)] as const)
    .filter(([, value]) => value !== undefined);
  const zero = deepFreeze({ ...Object.fromEntries(entries), ...zeroLists(node) });
  zeroValues.set(node.raw, zero);
  return zero;
}

/** A value from Kubernetes' defaulting is written by the server, but not part of an empty structure. */
function isStatic(node: MapNode, key: string): boolean {
  const table = node.definition === null ? undefined : staticDefaults[node.definition];
  return table !== undefined && Object.hasOwn(table, key);
}
