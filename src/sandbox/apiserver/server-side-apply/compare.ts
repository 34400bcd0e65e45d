import { asFields } from "../../../core/model/fields.ts";
import { jsonEqual } from "../json-value.ts";
import type { ListNode, SchemaNode } from "../schema/schema-node.ts";
import { emptySet, fieldSet, isEmptySet, ownedLeaf } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { fieldNode, granularity, isVoid, itemsByElement } from "./typed-value.ts";
import type { Granularity } from "./typed-value.ts";

/** What differs between two values, place by place. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Undefined says that a side has nothing there. */
export interface Sides {
  readonly before: unknown;
  readonly after: unknown;
}

const same: Comparison = { added: emptySet, modified: emptySet, removed: emptySet };
const addedHere: Comparison = { ...same, added: ownedLeaf };
const removedHere: Comparison = { ...same, removed: ownedLeaf };
const modifiedHere: Comparison = { ...same, modified: ownedLeaf };

export function isSame(comparison: Comparison): boolean {
  return isEmptySet(comparison.added) && isEmptySet(comparison.modified) && isEmptySet(comparison.removed);
}

function wholeDifference({ before, after }: Sides): Comparison {
  if (before === undefined) return addedHere;
  if (after === undefined) return removedHere;
  return jsonEqual(before, after) ? same : modifiedHere;
}

/** Parts under one place; the place itself is added or removed with the side that lacks it. */
function combined(sides: Sides, parts: readonly (readonly [string, Comparison])[]): Comparison {
  const changed = parts.filter(([, part]) => part !== same);
  if (changed.length === 0 && sides.before !== undefined && sides.after !== undefined) return same;
  const part = (name: keyof Comparison): readonly (readonly [string, FieldSet])[] =>
    changed.map(([element, comparison]) => [element, comparison[name]] as const);
  return {
    added: fieldSet(sides.before === undefined, part("added")),
    modified: fieldSet(false, part("modified")),
    removed: fieldSet(sides.after === undefined, part("removed")),
  };
}

function compareMaps(sides: Sides, node: SchemaNode): Comparison {
  const before = asFields(sides.before);
  const after = asFields(sides.after);
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const parts = [...keys].map((key) => {
    const own = { before: before[key], after: after[key] };
    return [`f:${key}`, compareValues(own, fieldNode(node, key))] as const;
  });
  return combined(sides, parts);
}

function compareItems(before: readonly unknown[], after: readonly unknown[], list: ListNode): Comparison {
  if (before.length <= 1 && after.length <= 1)
    return compareValues({ before: before[0], after: after[0] }, list.items());
  if (before.length === 0) return addedHere;
  if (after.length === 0) return removedHere;
  return jsonEqual(before, after) ? same : modifiedHere;
}

function compareLists(sides: Sides, list: ListNode): Comparison {
  const before = itemsByElement(list, sides.before);
  const after = itemsByElement(list, sides.after);
  const elements = new Set([...before.keys(), ...after.keys()]);
  const parts = [...elements].map(
    (element) => [element, compareItems(before.get(element) ?? [], after.get(element) ?? [], list)] as const,
  );
  return combined(sides, parts);
}

/** How two sides are compared: by the side that is there, and as a whole when they are of different kinds. */
function commonGranularity({ before, after }: Sides, node: SchemaNode): Granularity {
  if (after === undefined || after === null) return granularity(node, before ?? null);
  const right = granularity(node, after);
  if (before === undefined || before === null) return right;
  return granularity(node, before).by === right.by ? right : { by: "whole" };
}

/** Compares two values by their schema. A structure that is new or gone counts itself, beside all that is in it. */
export function compareValues(sides: Sides, node: SchemaNode): Comparison {
  if (sides.before === sides.after) return same;
  const grain = commonGranularity(sides, node);
  if (grain.by === "whole" || (isVoid(sides.before) && isVoid(sides.after))) return wholeDifference(sides);
  return grain.by === "key" ? compareMaps(sides, node) : compareLists(sides, grain.list);
}
