import { asFields, asList } from "../../../core/model/fields.ts";
import { setOwn } from "../json-value.ts";
import type { ListNode, SchemaNode } from "../schema/schema-node.ts";
import { fieldNode, granularity, isVoid, itemElement } from "./typed-value.ts";

/** The live value with an applied one laid over it; lists are merged item by item where the schema says so. */
export function mergeValues(live: unknown, applied: unknown, node: SchemaNode): unknown {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  const grain = granularity(node, applied ?? live);
  if (grain.by === "whole" || (isVoid(live) && isVoid(applied))) return applied;
  return grain.by === "key" ? mergeMaps(live, applied, node) : mergeLists(live, applied, grain.list);
}

function mergeMaps(live: unknown, applied: unknown, node: SchemaNode): unknown {
  const result: Record<string, unknown> = { ...asFields(live) };
  const own = asFields(applied);
  for (const key of Object.keys(own)) {
    const before = Object.hasOwn(result, key) ? result[key] : undefined;
    setOwn(result, key, mergeValues(before, own[key], fieldNode(node, key)));
  }
  return result;
}

interface Item {
  readonly element: string;
  readonly value: unknown;
}

function itemsOf(list: ListNode, value: unknown): readonly Item[] {
  return asList(value).map((item, index) => ({ element: itemElement(list, item, index), value: item }));
}

/**
 * Items of both sides in one order: that of the applied list for what it names, with the other live items where they
 * were relative to what both sides have.
 */
function mergeLists(live: unknown, applied: unknown, list: ListNode): unknown {
  const left = itemsOf(list, live);
  const right = itemsOf(list, applied);
  const applying = new Set(right.map(({ element }) => element));
  const before = new Map(left.map(({ element, value }) => [element, value]));
  const shared = right.filter(({ element }) => before.has(element)).map(({ element }) => element);
  const result: unknown[] = [];
  let next = 0;
  const takeLiveItems = (): void => {
    for (; next < left.length; next++) {
      const item = left[next];
      if (item === undefined || item.element === shared[0]) return;
      if (!applying.has(item.element)) result.push(item.value);
    }
  };
  for (const item of right) {
    takeLiveItems();
    result.push(mergeValues(before.get(item.element), item.value, list.items()));
    if (item.element === shared[0]) {
      shared.shift();
      next += 1;
    }
  }
  takeLiveItems();
  return result;
}
