import { asFields, isFields } from "../../../core/model/fields.ts";
import { childNode, granularAny } from "../schema/schema-node.ts";
import type { ListNode, SchemaNode } from "../schema/schema-node.ts";

/**
 * How a value is owned: as a whole, key by key, or item by item. This and the path elements below follow
 * structured-merge-diff 6, the library behind server-side apply.
 */
export type Granularity =
  { readonly by: "whole" } | { readonly by: "key" } | { readonly by: "item"; readonly list: ListNode };

const whole: Granularity = { by: "whole" };
const byKey: Granularity = { by: "key" };

/** The granularity of a place, given a value that is there (either side's, if one is missing or null). */
export function granularity(node: SchemaNode, value: unknown): Granularity {
  switch (node.shape) {
    case "scalar":
      return whole;
    case "any":
      return node.granular && isFields(value) ? byKey : whole;
    case "map":
      return !node.atomic && (value === null || isFields(value)) ? byKey : whole;
    case "list":
      return node.listType !== "atomic" && (value === null || Array.isArray(value))
        ? { by: "item", list: node }
        : whole;
  }
}

/** The schema of a key; undeclared keys are untyped. */
export function fieldNode(node: SchemaNode, key: string): SchemaNode {
  return childNode(node, key) ?? granularAny;
}

/** Whether the schema declares the key as a field, in contrast to the keys of a free map. */
export function isNamedField(node: SchemaNode, key: string): boolean {
  return node.shape === "map" && node.properties.has(key);
}

/** The path element of a list item: its keys, with their defaults, or its value. */
export function itemElement(list: ListNode, item: unknown, index: number): string {
  if (list.listType === "set") return isFields(item) ? `i:${index}` : `v:${JSON.stringify(item)}`;
  const fields = asFields(item);
  const keys: [string, unknown][] = [];
  for (const name of list.keys.toSorted()) {
    const value = fields[name] ?? fieldNode(list.items(), name).defaultValue;
    if (value !== undefined) keys.push([name, value]);
  }
  return keys.length === 0 ? `i:${index}` : `k:${JSON.stringify(Object.fromEntries(keys))}`;
}

/** Items of a list by their path elements, in order; more than one under the same element are duplicates. */
export function itemsByElement(list: ListNode, value: unknown): ReadonlyMap<string, readonly unknown[]> {
  const found = new Map<string, unknown[]>();
  if (!Array.isArray(value)) return found;
  value.forEach((item: unknown, index) => {
    const element = itemElement(list, item, index);
    const same = found.get(element);
    if (same === undefined) found.set(element, [item]);
    else same.push(item);
  });
  return found;
}

/** True for null, `{}` and `[]`. */
export function isVoid(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && Object.keys(value).length === 0;
}
