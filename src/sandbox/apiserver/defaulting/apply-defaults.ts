import { isFields } from "../../../core/model/fields.ts";
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

function defaulted(value: unknown, node: SchemaNode): unknown {
  if (node.shape === "list" && Array.isArray(value)) {
    const items = node.items();
    const result = value.map((item: unknown) => defaulted(item, items));
    return result.every((item, index) => item === value[index]) ? value : result;
  }
  if (node.shape !== "map" || !isFields(value)) return value;
  const filled = defaultEntries(withMissing(value, node), node);
  const computed = node.definition === null ? undefined : computedDefaults[node.definition];
  return computed === undefined ? filled : computed(filled);
}

/** The object with everything that the server writes where the client said nothing. */
export function applyDefaults(object: KubeObject, schema: SchemaNode): KubeObject {
  const result = defaulted(object, schema);
  if (result === object || !isFields(result)) return object;
  const { apiVersion, kind, metadata } = object;
  return { ...result, apiVersion, kind, metadata };
}

/**
 * The object before anything was written: structures that are always there, empty. Ownership of a new object is what it
 * has beyond this, as in Kubernetes, where a new object is compared with an empty typed one.
 */
export function zeroValue(node: SchemaNode): unknown {
  if (node.shape === "list") return null;
  if (node.shape !== "map") return node.defaultValue;
  const entries: [string, unknown][] = [];
  const required = new Set(Array.isArray(node.raw["required"]) ? (node.raw["required"] as readonly unknown[]) : []);
  for (const [key, property] of node.properties) {
    const child = property();
    const structure = child.shape === "map" && isEmptyMap(child.defaultValue);
    if (structure || required.has(key)) entries.push([key, zeroValue(child)]);
  }
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
