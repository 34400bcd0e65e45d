import { asFields, asList, asNumber, asString, at } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { age } from "./cell-text.ts";

export type Cell = string | number | boolean | null;

/** One column of a Table: what is said about it, and how its cell is made. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
  /** `now` in milliseconds. */
  cell(object: KubeObject, now: number): Cell;
}

type MakeCell = (object: KubeObject, now: number) => Cell;

/** A column of text. */
export function text(name: string, cell: MakeCell): Column {
  return { name, type: "string", format: "", description: "", priority: 0, cell };
}

export function integer(name: string, cell: MakeCell): Column {
  return { ...text(name, cell), type: "integer" };
}

export function boolean(name: string, cell: MakeCell): Column {
  return { ...text(name, cell), type: "boolean" };
}

/** The column, shown with `-o wide` only. */
export function wide(column: Column): Column {
  return { ...column, priority: 1 };
}

export const nameColumn: Column = { ...text("Name", (object) => object.metadata.name), format: "name" };

export const ageColumn: Column = text("Age", (object, now) => age(object.metadata.creationTimestamp, now));

/** Kinds that say when they were made in place of how old they are. */
export const createdColumn: Column = {
  ...text("Created At", (object) => object.metadata.creationTimestamp ?? null),
  type: "date",
};

/** Text at a path; the fallback where nothing is. */
export function textAt(object: unknown, path: readonly string[], fallback = ""): string {
  const value = at(object, ...path);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : asString(value) || fallback;
}

export function numberAt(object: unknown, ...path: readonly string[]): number {
  return asNumber(at(object, ...path)) ?? 0;
}

/** `a=b,c=d` in the order of keys; `<none>` when there is nothing. */
export function labelText(labels: unknown): string {
  const entries = Object.entries(asFields(labels)).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return entries.length === 0 ? "<none>" : entries.map(([key, value]) => `${key}=${String(value)}`).join(",");
}

function requirementText({ key, operator, values }: Fields): string {
  const list = asList(values).map(String).toSorted().join(",");
  if (operator === "Exists") return String(key);
  if (operator === "DoesNotExist") return `!${String(key)}`;
  return `${String(key)} ${operator === "In" ? "in" : "notin"} (${list})`;
}

/** A label selector object in one line; `<none>` when it selects everything. */
export function selectorText(selector: unknown): string {
  const { matchLabels, matchExpressions } = asFields(selector);
  const labels = Object.keys(asFields(matchLabels)).length === 0 ? [] : [labelText(matchLabels)];
  const all = [...labels, ...asList(matchExpressions).map((one) => requirementText(asFields(one)))];
  return all.length === 0 ? "<none>" : all.join(",");
}

/** One field of all entries of a list, with commas. */
export function joined(list: unknown, field: string): string {
  return asList(list)
    .map((entry) => textAt(entry, [field]))
    .join(",");
}
