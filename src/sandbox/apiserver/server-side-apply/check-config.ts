import { asString, at, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { ApiError } from "../api-error.ts";
import { childNode } from "../schema/schema-node.ts";
import type { ListNode, MapNode, ScalarNode, SchemaNode } from "../schema/schema-node.ts";
import { itemElement } from "./typed-value.ts";

function goTypeOf(value: unknown): string {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  return Array.isArray(value) ? "[]interface {}" : "map[string]interface {}";
}

function scalarProblems(value: unknown, node: ScalarNode, path: string): readonly string[] {
  const [type, ...others] = node.types;
  if (typeof value === "object") return [`${path}: expected any scalar, got ${goTypeOf(value)}`];
  if (others.length > 0 || (type === "string" && node.format !== null)) return [];
  if ((type === "integer" || type === "number") && typeof value !== "number")
    return [`${path}: expected numeric (int or float), got ${goTypeOf(value)}`];
  if (type === "string" && typeof value !== "string")
    return [`${path}: expected string, got &value.valueUnstructured{Value:${JSON.stringify(value)}}`];
  return type === "boolean" && typeof value !== "boolean"
    ? [`${path}: expected boolean, got &{${JSON.stringify(value)}}`]
    : [];
}

function listProblems(value: unknown, node: ListNode, path: string): readonly string[] {
  if (!Array.isArray(value)) return [`${path}: expected list, got &{${JSON.stringify(value)}}`];
  const seen = new Set<string>();
  return value.flatMap((item: unknown, index) => {
    const element = node.listType === "atomic" ? `i:${index}` : itemElement(node, item, index);
    const place = `${path}[${element.slice(2)}]`;
    if (seen.has(element)) return [`${path}: duplicate entries for key ${element.slice(2)}`];
    seen.add(element);
    if (node.listType === "map" && element.startsWith("i:"))
      return [
        `${path}: element ${index}: associative list with keys has an element that omits all key fields ${JSON.stringify(node.keys)} (and doesn't have default values for any key fields)`,
      ];
    return problems(item, node.items(), place);
  });
}

function mapProblems(value: unknown, node: MapNode, path: string): readonly string[] {
  if (!isFields(value)) return [`${path}: expected map, got &{${JSON.stringify(value)}}`];
  return Object.entries(value).flatMap(([key, entry]) => {
    const child = childNode(node, key);
    if (child !== undefined) return problems(entry, child, `${path}.${key}`);
    return node.embedded || isClosedObject(node) ? [] : [`${path}.${key}: field not declared in schema`];
  });
}

/** An object without any declared key is taken as free-form by ownership, though pruning will drop its content. */
function isClosedObject(node: MapNode): boolean {
  return node.properties.size === 0;
}

function problems(value: unknown, node: SchemaNode, path: string): readonly string[] {
  if (value === null || node.shape === "any") return [];
  switch (node.shape) {
    case "scalar":
      return scalarProblems(value, node, path);
    case "list":
      return listProblems(value, node, path);
    case "map":
      return mapProblems(value, node, path);
  }
}

/**
 * Refuses an applied configuration that does not fit the schema: without a type for every field nobody could say who
 * owns what. The words are those of structured-merge-diff, the code is Kubernetes' (500).
 */
export function refuseUntyped(config: Fields, schema: SchemaNode): void {
  const found = problems(config, schema, "");
  if (found.length === 0) return;
  const text =
    found.length === 1 ? String(found[0]) : ["errors:", ...found.map((problem) => `  ${problem}`)].join("\n");
  const namespace = asString(at(config, "metadata", "namespace")) ?? "";
  const name = asString(at(config, "metadata", "name")) ?? "";
  const what = `${namespace}/${name}; ${String(config["apiVersion"])}, Kind=${String(config["kind"])}`;
  throw new ApiError("Unknown", `failed to create typed patch object (${what}): ${text}`);
}
