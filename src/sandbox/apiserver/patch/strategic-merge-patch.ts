import { asFields, asList, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { badRequest } from "../api-error.ts";
import { jsonEqual, setOwn } from "../json-value.ts";
import { childNode, granularAny } from "../schema/schema-node.ts";
import type { ListNode, SchemaNode } from "../schema/schema-node.ts";
import { inPatchOrder } from "./element-order.ts";

const directive = "$patch";
const retainKeys = "$retainKeys";
const orderPrefix = "$setElementOrder/";
const deletePrefix = "$deleteFromPrimitiveList/";

function isDirective(key: string): boolean {
  return key === directive || key === retainKeys || key.startsWith(orderPrefix) || key.startsWith(deletePrefix);
}

/** A patch where there is nothing to patch yet: without directives, nulls and what is to be deleted. */
function stripped(patch: unknown): unknown {
  if (Array.isArray(patch))
    return patch
      .filter((item: unknown) => !isFields(item) || item[directive] === undefined || item[directive] === "merge")
      .map(stripped);
  if (!isFields(patch)) return patch;
  const entries = Object.entries(patch).filter(([key, value]) => !isDirective(key) && value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, stripped(value)]));
}

function patchMap(target: Fields, patch: Fields, node: SchemaNode): Fields {
  const mode = patch[directive] ?? "merge";
  if (mode === "replace") return asFields(stripped(patch));
  if (mode === "delete") return {};
  if (mode !== "merge") throw badRequest(`unknown patch directive ${JSON.stringify(mode)}`);
  const result: Record<string, unknown> = retained(target, patch[retainKeys]);
  for (const key of keysOf(patch)) {
    const child = childNode(node, key) ?? granularAny;
    const value = patched({ target: result, patch, key }, child);
    if (value === undefined) delete result[key];
    else setOwn(result, key, value);
  }
  return result;
}

function retained(target: Fields, keys: unknown): Record<string, unknown> {
  if (!Array.isArray(keys)) return { ...target };
  return Object.fromEntries(Object.entries(target).filter(([key]) => keys.includes(key)));
}

/** The fields that a patch speaks of, directives for lists included. */
function keysOf(patch: Fields): ReadonlySet<string> {
  const keys = Object.keys(patch).map((key) => {
    if (key.startsWith(orderPrefix)) return key.slice(orderPrefix.length);
    return key.startsWith(deletePrefix) ? key.slice(deletePrefix.length) : key;
  });
  return new Set(keys.filter((key) => key !== directive && key !== retainKeys));
}

interface Place {
  readonly target: Fields;
  readonly patch: Fields;
  readonly key: string;
}

/** The new value of one field; undefined when it goes. */
function patched({ target, patch, key }: Place, node: SchemaNode): unknown {
  const value = patch[key];
  const before = Object.hasOwn(target, key) ? target[key] : undefined;
  if (value === null) return undefined;
  if (node.shape === "list" && node.patchStrategy.includes("merge"))
    return patchList(
      asList(before),
      { items: value, order: patch[orderPrefix + key], gone: patch[deletePrefix + key] },
      node,
    );
  if (value === undefined) return before;
  if (!isFields(value)) return stripped(value);
  if (value[directive] === "delete") return undefined;
  return isFields(before) ? patchMap(before, value, node) : stripped(value);
}

interface ListPatch {
  readonly items: unknown;
  readonly order: unknown;
  readonly gone: unknown;
}

function patchList(target: readonly unknown[], patch: ListPatch, node: ListNode): unknown {
  const items = asList(patch.items);
  const key = node.mergeKey;
  if (items.some((item) => isFields(item) && item[directive] === "replace" && Object.keys(item).length === 1))
    return stripped(items);
  const merged = key === null ? unite(target, items, asList(patch.gone)) : mergeByKey(target, items, { node, key });
  const order = Array.isArray(patch.order) ? patch.order : items;
  const identity = (item: unknown): unknown => (key === null ? item : asFields(item)[key]);
  return inPatchOrder(merged, { order: order.map(identity), before: target.map(identity), identity });
}

function unite(target: readonly unknown[], items: readonly unknown[], gone: readonly unknown[]): readonly unknown[] {
  const isIn = (list: readonly unknown[], item: unknown): boolean => list.some((entry) => jsonEqual(entry, item));
  const kept = target.filter((item) => !isIn(gone, item));
  return [...kept, ...items.filter((item, index) => !isIn(kept, item) && !isIn(items.slice(0, index), item))];
}

function mergeByKey(
  target: readonly unknown[],
  items: readonly unknown[],
  by: { readonly node: ListNode; readonly key: string },
): readonly unknown[] {
  const result = [...target];
  for (const item of items) {
    const own = asFields(item);
    const identity = own[by.key];
    if (identity === undefined)
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${by.key}`);
    const index = result.findIndex((entry) => jsonEqual(asFields(entry)[by.key], identity));
    if (own[directive] === "delete") {
      if (index >= 0) result.splice(index, 1);
    } else if (index < 0) result.push(stripped(own));
    else if (own[directive] === "replace") result[index] = stripped(own);
    else result[index] = patchMap(asFields(result[index]), own, by.node.items());
  }
  return result;
}

/**
 * Strategic merge patch: lists are merged by the merge keys of the schema, with the directives `$patch`, `$retainKeys`,
 * `$setElementOrder/…` and `$deleteFromPrimitiveList/…` (Kubernetes, "strategic merge patch" of its API conventions).
 */
export function strategicMergePatch(target: Fields, patch: Fields, schema: SchemaNode): Fields {
  return patchMap(target, patch, schema);
}
