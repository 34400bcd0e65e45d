import { asFields } from "../../../core/model/fields.ts";
import { setOwn } from "../json-value.ts";
import type { ListNode, SchemaNode } from "../schema/schema-node.ts";
import type { FieldSet } from "./field-set.ts";
import { fieldNode, granularity, isVoid, itemElement } from "./typed-value.ts";

/** The value without the places of a set; undefined when nothing is left of it. */
export function removePlaces(value: unknown, places: FieldSet, node: SchemaNode): unknown {
  if (places.children.size === 0) return value;
  const grain = granularity(node, value);
  if (grain.by === "whole" || isVoid(value)) return value;
  return grain.by === "key" ? removeKeys(value, places, node) : removeItems(value, places, grain.list);
}

function removeKeys(value: unknown, places: FieldSet, node: SchemaNode): unknown {
  const result: Record<string, unknown> = {};
  let left = 0;
  for (const [key, entry] of Object.entries(asFields(value))) {
    const own = places.children.get(`f:${key}`);
    if (own?.owned === true) continue;
    const kept = own === undefined ? entry : removePlaces(entry, own, fieldNode(node, key));
    if (kept === undefined) continue;
    setOwn(result, key, kept);
    left += 1;
  }
  return left === 0 ? undefined : result;
}

function removeItems(value: unknown, places: FieldSet, list: ListNode): unknown {
  const result: unknown[] = [];
  if (!Array.isArray(value)) return value;
  value.forEach((item: unknown, index) => {
    const own = places.children.get(itemElement(list, item, index));
    if (own?.owned === true) return;
    const kept = own === undefined ? item : removePlaces(item, own, list.items());
    if (kept !== undefined) result.push(kept);
  });
  return result.length === 0 ? undefined : result;
}
