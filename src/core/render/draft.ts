import { type Fields, isFields } from "../model/fields.ts";
import { sameValue } from "./check-emission.ts";
import type { ChangeRule } from "./render-rules.ts";

/** The renderer's own copy of one captured object. Rules change it in place; nobody else holds it. */
export type Draft = Record<string, unknown>;

/** Counts which rule changed the object how often. */
export type Note = (rule: ChangeRule, count?: number) => void;

/** A copy that shares nothing with the captured object. Only JSON comes from a cluster, so nothing else is copied. */
export function copyOf(fields: Fields): Draft {
  return copyNoting(fields, null);
}

/**
 * The draft of a captured object: a copy without nulls, without `status` and without the server's book of who wrote which
 * field, which together are often most of it. Rules that need those read the captured object.
 */
export function draftOf(live: Fields, note: Note): Draft {
  const { status, metadata, ...rest } = live;
  const draft = copyNoting(rest, note);
  if (status !== undefined) note(status === null ? "null-field" : "status");
  if (!isFields(metadata)) return draft;
  const { managedFields, ...kept } = metadata;
  if (managedFields !== undefined) note(managedFields === null ? "null-field" : "server-metadata");
  draft["metadata"] = copyNoting(kept, note);
  return draft;
}

/** Copies shallowly first, which engines do in one go, and then replaces what is nested. With a note, nulls are left out. */
function copyNoting(fields: Fields, note: Note | null): Draft {
  const copy: Draft = { ...fields };
  for (const key of Object.keys(copy)) {
    const value = copy[key];
    if (note !== null && (value === null || value === undefined)) {
      delete copy[key];
      note("null-field");
    } else if (typeof value === "object" && value !== null) copy[key] = copyNested(value, note);
  }
  return copy;
}

function copyNested(value: unknown, note: Note | null): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => copyNested(item, note));
  return isFields(value) ? copyNoting(value, note) : value;
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
  for (const key of Object.keys(values)) {
    if (!Object.hasOwn(draft, key) || !sameValue(draft[key], values[key])) continue;
    delete draft[key];
    how.note(how.rule);
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
