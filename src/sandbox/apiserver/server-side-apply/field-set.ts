import { isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";

/**
 * A set of paths into an object. Children are keyed by path elements as `fieldsV1` writes them: `f:NAME`, `k:{KEYS}` and
 * `v:VALUE`. A place is in the set when it is `owned`; its children say nothing about it, nor it about them.
 */
export interface FieldSet {
  readonly owned: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

const noChildren: ReadonlyMap<string, FieldSet> = new Map();

export const emptySet: FieldSet = { owned: false, children: noChildren };
/** A place that is owned without anything known below it. */
export const ownedLeaf: FieldSet = { owned: true, children: noChildren };

export function isEmptySet(set: FieldSet): boolean {
  return !set.owned && set.children.size === 0;
}

/** A set from its parts; children with nothing in them are left out. */
export function fieldSet(owned: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet {
  const kept = new Map<string, FieldSet>();
  for (const [element, child] of children) if (!isEmptySet(child)) kept.set(element, child);
  if (kept.size > 0) return { owned, children: kept };
  return owned ? ownedLeaf : emptySet;
}

/** Both sets in one; the left one itself when it has everything already. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (isEmptySet(left) || left === right) return right;
  let children: Map<string, FieldSet> | null = null;
  for (const [element, child] of right.children) {
    const own = left.children.get(element);
    const both = own === undefined ? child : union(own, child);
    if (both === own) continue;
    children ??= new Map(left.children);
    children.set(element, both);
  }
  const owned = left.owned || right.owned;
  return children === null && owned === left.owned ? left : { owned, children: children ?? left.children };
}

export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  const children: [string, FieldSet][] = [];
  for (const [element, child] of left.children) {
    const other = right.children.get(element);
    if (other !== undefined) children.push([element, intersection(child, other)]);
  }
  return fieldSet(left.owned && right.owned, children);
}

/** The places of the left set that are not in the right one, each judged by itself; the left set if that is all. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  let children: Map<string, FieldSet> | null = null;
  for (const [element, other] of right.children) {
    const own = left.children.get(element);
    if (own === undefined) continue;
    const rest = difference(own, other);
    if (rest === own) continue;
    children ??= new Map(left.children);
    if (isEmptySet(rest)) children.delete(element);
    else children.set(element, rest);
  }
  const owned = left.owned && !right.owned;
  if (children === null && owned === left.owned) return left;
  return fieldSet(owned, children ?? left.children);
}

/** Like `difference`, and what lies below a place of the right set goes too. */
export function differenceBelow(left: FieldSet, right: FieldSet): FieldSet {
  const children: [string, FieldSet][] = [];
  for (const [element, child] of left.children) {
    const other = right.children.get(element);
    if (other === undefined) children.push([element, child]);
    else if (!other.owned) children.push([element, differenceBelow(child, other)]);
  }
  return fieldSet(left.owned, children);
}

export function setsEqual(left: FieldSet, right: FieldSet): boolean {
  if (left === right) return true;
  if (left.owned !== right.owned || left.children.size !== right.children.size) return false;
  for (const [element, child] of left.children) {
    const other = right.children.get(element);
    if (other === undefined || !setsEqual(child, other)) return false;
  }
  return true;
}

/** The set that holds exactly one place below the root. */
export function singlePath(...elements: readonly string[]): FieldSet {
  return elements.reduceRight<FieldSet>((below, element) => fieldSet(false, [[element, below]]), ownedLeaf);
}

/** Field names first, then keys, then values, each in order: the order in which Kubernetes writes them. */
function inOrder(set: FieldSet): readonly (readonly [string, FieldSet])[] {
  return [...set.children].toSorted(([left], [right]) => (left < right ? -1 : 1));
}

/** The set as `metadata.managedFields[].fieldsV1` has it. */
export function toFieldsV1(set: FieldSet): Fields {
  const result: Record<string, unknown> = {};
  if (set.owned && set.children.size > 0) result["."] = {};
  for (const [element, child] of inOrder(set)) result[element] = toFieldsV1(child);
  return result;
}

const decoded = new WeakMap<Fields, FieldSet>();

/** Reads `fieldsV1`; what is not in its form is taken as nothing. */
export function fromFieldsV1(fields: Fields): FieldSet {
  const known = decoded.get(fields);
  if (known !== undefined) return known;
  const set = fieldSet(false, childrenOf(fields));
  decoded.set(fields, set);
  return set;
}

function childrenOf(fields: Fields): readonly (readonly [string, FieldSet])[] {
  return Object.entries(fields)
    .filter(([element]) => element !== ".")
    .map(([element, below]) => {
      const own = isFields(below) ? below : {};
      const keys = Object.keys(own);
      return [element, fieldSet(keys.length === 0 || Object.hasOwn(own, "."), childrenOf(own))] as const;
    });
}

function elementText(element: string): string {
  const text = element.slice(2);
  if (element.startsWith("f:")) return `.${text}`;
  if (element.startsWith("v:")) return `[=${text}]`;
  if (!element.startsWith("k:")) return `[${text}]`;
  const keys = Object.entries(JSON.parse(text) as Fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `[${keys.join(",")}]`;
}

/** All places as Kubernetes names them in conflicts, such as `.spec.containers[name="web"].image`. */
export function pathTexts(set: FieldSet, prefix = ""): readonly string[] {
  const entries = inOrder(set);
  const members = entries.filter(([, child]) => child.owned).map(([element]) => prefix + elementText(element));
  return [...members, ...entries.flatMap(([element, child]) => pathTexts(child, prefix + elementText(element)))];
}
