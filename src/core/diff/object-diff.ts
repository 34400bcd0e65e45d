import { type Fields, isFields } from "../model/fields.ts";
import type { KubeObject } from "../model/kube-object.ts";

/** Most paths that one object's difference lists; the rest is counted. */
const MAX_PATHS = 20;

/** Written by the server on every object, whoever wrote it. */
const SERVER_METADATA: ReadonlySet<string> = new Set([
  "creationTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
]);

/** Where two objects differ. Paths only: values may be secrets. */
export interface ObjectDifference {
  /** E.g. `spec.template.spec.containers[name=web].image`; at most twenty. */
  readonly paths: readonly string[];
  /** How many more there are. */
  readonly more: number;
}

/** Where a comparison is, and what it found so far. */
interface Place {
  readonly path: string;
  readonly found: string[];
}

type Compare = (a: unknown, b: unknown, at: Place) => void;

/**
 * Where a live object does not have what is wanted of it; null when it has everything. What the wanted object does not
 * mention belongs to somebody else (server-side apply's view of ownership): defaults, status and injected list items
 * are no difference. Values are compared as JSON, so `1` and `1000m` differ here: only the server knows that they do not.
 */
export function lacking(wanted: KubeObject, live: KubeObject): ObjectDifference | null {
  const found: string[] = [];
  for (const [key, value] of Object.entries(wanted)) {
    if (key !== "status") compareWanted(value, live[key], { path: key, found });
  }
  return toDifference(found);
}

/** Where two answers of a server about one object differ, except for what it counts itself; null when nowhere. */
export function changed(before: KubeObject, after: KubeObject): ObjectDifference | null {
  const found: string[] = [];
  compareAll(intended(before), intended(after), { path: "", found });
  return toDifference(found);
}

function intended({ metadata, ...rest }: KubeObject): Fields {
  const own = Object.entries(metadata).filter(([field]) => !SERVER_METADATA.has(field));
  return { ...rest, status: undefined, metadata: Object.fromEntries(own) };
}

function toDifference(found: readonly string[]): ObjectDifference | null {
  if (found.length === 0) return null;
  return { paths: found.slice(0, MAX_PATHS), more: Math.max(0, found.length - MAX_PATHS) };
}

function compareWanted(wanted: unknown, live: unknown, at: Place): void {
  if (Array.isArray(wanted)) compareItems(wanted, live, { ...at, compare: compareWanted, both: false });
  else if (!isFields(wanted)) {
    if (wanted !== live) at.found.push(at.path);
  } else if (isFields(live)) {
    for (const [key, value] of Object.entries(wanted)) compareWanted(value, live[key], below(at, key));
  } else if (live !== undefined) at.found.push(at.path);
  // An empty mapping that the server left out says nothing.
  else for (const [key, value] of Object.entries(wanted)) compareWanted(value, undefined, below(at, key));
}

function compareAll(before: unknown, after: unknown, at: Place): void {
  if (isFields(before) && isFields(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of [...keys].sort()) compareAll(before[key], after[key], below(at, key));
  } else if (Array.isArray(before)) compareItems(before, after, { ...at, compare: compareAll, both: true });
  else if (before !== after) at.found.push(at.path);
}

/** Lists whose items have names are compared by name, in any order; all others item by item. */
function compareItems(
  wanted: readonly unknown[],
  live: unknown,
  at: Place & { readonly compare: Compare; readonly both: boolean },
): void {
  const { path, found, compare } = at;
  if (!Array.isArray(live)) {
    if (wanted.length > 0 || live !== undefined) found.push(path);
    return;
  }
  const [byName, liveByName] = [named(wanted), named(live)];
  if (byName === null || liveByName === null) {
    if (wanted.length !== live.length) found.push(path);
    else wanted.forEach((item, index) => compare(item, live[index], { path: `${path}[${index}]`, found }));
    return;
  }
  for (const [name, item] of byName) compare(item, liveByName.get(name), { path: `${path}[name=${name}]`, found });
  const extra = at.both ? [...liveByName.keys()].filter((name) => !byName.has(name)) : [];
  found.push(...extra.map((name) => `${path}[name=${name}]`));
}

/** Null: not all items have a name of their own. */
function named(items: readonly unknown[]): ReadonlyMap<string, unknown> | null {
  const found = new Map<string, unknown>();
  for (const item of items) {
    const name = isFields(item) ? item["name"] : undefined;
    if (typeof name !== "string" || found.has(name)) return null;
    found.set(name, item);
  }
  return found.size === 0 ? null : found;
}

/** Keys with dots are quoted, so that a path can be read back. */
function below({ path, found }: Place, key: string): Place {
  const plain = /^[A-Za-z0-9_-]+$/.test(key);
  return { path: plain ? `${path}${path === "" ? "" : "."}${key}` : `${path}[${JSON.stringify(key)}]`, found };
}
