import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { asFields, asList, at } from "../../../src/core/model/fields.ts";

/** Objects read back from a genuine Stork; a list file gives its items. */
export function observed(name: string): readonly unknown[] {
  const content: unknown = parse(readFileSync(join(import.meta.dirname, "observed", `${name}.yaml`), "utf8"));
  return at(content, "kind") === "List" ? asList(at(content, "items")) : [content];
}

export function oneObserved(name: string): unknown {
  return observed(name)[0];
}

/** Values that differ from run to run, by what they look like. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "<time>"],
  [/\d{4}-\d\d-\d\d-\d{6}/g, "<stamp>"],
  [/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, "<uid>"],
  [/^\d{15,}$/, "<hash>"],
  [/^(\d+m)?\d+(\.\d+)?(ns|µs|ms|s)$/, "<duration>"],
  [/-[0-9a-f]{7}$/, "-<uid7>"],
];

/** Set by the API server at every write, or by kubectl. */
const LEFT_OUT = new Set([
  "resourceVersion",
  "generation",
  "managedFields",
  "kubectl.kubernetes.io/last-applied-configuration",
]);

/** The object with everything that differs from run to run made equal. */
export function shapeOf(value: unknown): unknown {
  if (typeof value === "string") return VOLATILE.reduce((text, [pattern, name]) => text.replace(pattern, name), value);
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(asFields(value))
      .filter(([key]) => !LEFT_OUT.has(key))
      .map(([key, entry]) => [key, key === "resources" && Array.isArray(entry) ? sorted(entry) : shapeOf(entry)]),
  );
}

/** Stork applies shuffled, with four workers: the order of results says nothing. */
function sorted(entries: readonly unknown[]): readonly unknown[] {
  return entries.map(shapeOf).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
