import { type Fields, isFields } from "../model/fields.ts";
import { sameValue } from "./check-emission.ts";
import type { ChangeRule } from "./render-rules.ts";

/** The renderer's own copy of one captured object. Rules change it in place; nobody else holds it. */
export type Draft = Record<string, unknown>;

/** Counts which rule changed the object how often. */
export type Note = (rule: ChangeRule, count?: number) => void;

/** A copy that shares nothing with the captured object. Only JSON comes from a cluster, so nothing else is copied. */
export function copyOf(fields: Fields): Draft {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, copyValue(value)]));
}

function copyValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyValue);
  return isFields(value) ? copyOf(value) : value;
}

function isDraft(value: unknown): value is Draft {
  return isFields(value);
}

/** The nested mapping at a path, to be changed in place; an unconnected empty one when it is not there. */
export function draftAt(draft: Draft, ...path: readonly string[]): Draft {
  let current: Draft = draft;
  for (const key of path) {
    const next: unknown = Object.hasOwn(current, key) ? current[key] : undefined;
    if (!isDraft(next)) return {};
    current = next;
  }
  return current;
}

/** The mappings in a list field, to be changed in place. */
export function draftsIn(draft: Draft, key: string): readonly Draft[] {
  const list: unknown = draft[key];
  return Array.isArray(list) ? list.filter(isDraft) : [];
}

/** Removes a field if it is there. */
export function drop(draft: Draft, keys: readonly string[], how: { rule: ChangeRule; note: Note }): void {
  for (const key of keys) {
    if (!Object.hasOwn(draft, key)) continue;
    delete draft[key];
    how.note(how.rule);
  }
}

/** Removes each field that has exactly the given value. */
export function dropEqual(draft: Draft, values: Fields, how: { rule: ChangeRule; note: Note }): void {
  for (const [key, value] of Object.entries(values)) {
    if (Object.hasOwn(draft, key) && sameValue(draft[key], value)) drop(draft, [key], how);
  }
}

/** Keeps the items of a list field that pass; an emptied list goes away. */
export function keepItems(
  draft: Draft,
  key: string,
  how: { keep: (item: unknown) => boolean; rule: ChangeRule; note: Note },
): void {
  const list: unknown = draft[key];
  if (!Array.isArray(list)) return;
  const kept = list.filter(how.keep);
  if (kept.length === list.length) return;
  how.note(how.rule, list.length - kept.length);
  if (kept.length === 0) delete draft[key];
  else draft[key] = kept;
}

/** Replaces a string field by its mapped value, when there is one. */
export function mapString(
  draft: Draft,
  key: string,
  how: { map: Readonly<Record<string, string>>; rule: ChangeRule; note: Note },
): void {
  const value = draft[key];
  if (typeof value !== "string" || !Object.hasOwn(how.map, value)) return;
  const mapped = how.map[value];
  if (mapped === undefined || mapped === value) return;
  draft[key] = mapped;
  how.note(how.rule);
}
