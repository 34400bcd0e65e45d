import { isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { badRequest } from "../api-error.ts";
import { isEmptyMap, setOwn } from "../json-value.ts";
import { canonicalQuantity, quantityDefinition } from "./quantity.ts";
import { childNode } from "./schema-node.ts";
import type { ListNode, MapNode, ScalarNode, SchemaNode } from "./schema-node.ts";

/**
 * Reading an object the way the server keeps it. Built-in kinds pass through typed structures in Kubernetes: nulls and
 * empty lists vanish, wrong types are refused at once. Custom resources keep what their schema declares; their types
 * are a matter of validation.
 */
export interface Decoding {
  readonly mode: "builtin" | "custom";
  /** How a refusal begins, such as `Pod in version "v1" cannot be handled as a Pod`. */
  readonly refusal: string;
  /** Paths that the schema doesn't know, in document order; they are dropped. */
  readonly unknown: string[];
  /** Where the walk is: keys, and list positions as `[0]`. */
  readonly path: string[];
  /** Go types on the way, as error messages name them. */
  readonly types: string[];
}

export function startDecoding(mode: Decoding["mode"], refusal: string): Decoding {
  return { mode, refusal, unknown: [], path: [], types: [] };
}

function pathText({ path }: Decoding): string {
  return path.join(".").replaceAll(".[", "[");
}

const dropped = undefined;

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value === "object" ? "object" : typeof value;
}

function goType(node: SchemaNode): string {
  if (node.shape === "list") return "[]interface {}";
  if (node.shape !== "scalar") return node.definition?.split(".").at(-1) ?? "map[string]interface {}";
  const [type = "string"] = node.types;
  if (type === "integer") return node.format === "int64" ? "int64" : "int32";
  return type === "boolean" ? "bool" : type;
}

function wrongType(value: unknown, node: SchemaNode, decoding: Decoding): never {
  const path = [decoding.types.at(-1) ?? "", pathText(decoding)].join(".");
  throw badRequest(
    `${decoding.refusal}: json: cannot unmarshal ${jsonType(value)} into Go struct field ${path} of type ${goType(node)}`,
  );
}

function fits(value: unknown, node: ScalarNode): boolean {
  return node.types.some((type) => (type === "integer" ? Number.isInteger(value) : typeof value === type));
}

function decodeScalar(value: unknown, node: ScalarNode, decoding: Decoding): unknown {
  if (decoding.mode === "custom") return value;
  if (!fits(value, node)) wrongType(value, node, decoding);
  return node.definition === quantityDefinition ? canonicalQuantity(value, pathText(decoding)) : value;
}

/** Maps without declared keys and lists are left out when they are empty; a structure that is there says something. */
function isLeftOut(value: unknown, child: SchemaNode): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return child.shape === "map" && child.properties.size === 0 && isEmptyMap(value);
}

const embeddedKeys: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

function decodeEntry(value: unknown, place: { key: string; node: MapNode }, decoding: Decoding): unknown {
  const child = childNode(place.node, place.key);
  if (child === undefined) {
    if (place.node.embedded && embeddedKeys.has(place.key)) return value;
    decoding.unknown.push(pathText(decoding));
    return dropped;
  }
  const entry = decode(value, child, decoding);
  return decoding.mode === "builtin" && isLeftOut(entry, child) ? dropped : entry;
}

/**
 * Frozen values that were found to need no change, with the schema that said so. Most of a patched object is the live
 * one, which has been through here before.
 */
const settled = new WeakMap<object, Fields>();

function decodeMap(value: Fields, node: MapNode, decoding: Decoding): Fields {
  if (settled.get(value) === node.raw) return value;
  const result: Record<string, unknown> = {};
  let changed = false;
  if (node.definition !== null) decoding.types.push(goType(node));
  for (const key of Object.keys(value)) {
    decoding.path.push(key);
    const entry = decodeEntry(value[key], { key, node }, decoding);
    decoding.path.pop();
    changed ||= entry !== value[key];
    if (entry !== dropped) setOwn(result, key, entry);
  }
  if (node.definition !== null) decoding.types.pop();
  if (changed) return result;
  if (Object.isFrozen(value)) settled.set(value, node.raw);
  return value;
}

function decodeList(value: readonly unknown[], node: ListNode, decoding: Decoding): readonly unknown[] {
  const items = node.items();
  const result = value.map((entry, index) => {
    decoding.path.push(`[${index}]`);
    const decoded = decode(entry, items, decoding) ?? null;
    decoding.path.pop();
    return decoded;
  });
  return result.every((entry, index) => entry === value[index]) ? value : result;
}

function decodeNull(node: SchemaNode, decoding: Decoding): unknown {
  if (decoding.mode === "builtin" && node.shape !== "any") return dropped;
  return !node.nullable && node.defaultValue !== undefined ? dropped : null;
}

/** The value as it is kept; parts that need no change are returned as they are. Undefined means "not there". */
export function decode(value: unknown, node: SchemaNode, decoding: Decoding): unknown {
  if (value === null || value === undefined) return decodeNull(node, decoding);
  switch (node.shape) {
    case "any":
      return value;
    case "scalar":
      return decodeScalar(value, node, decoding);
    case "list":
      if (Array.isArray(value)) return decodeList(value, node, decoding);
      break;
    case "map":
      if (isFields(value)) return decodeMap(value, node, decoding);
      break;
  }
  return decoding.mode === "custom" ? value : wrongType(value, node, decoding);
}
