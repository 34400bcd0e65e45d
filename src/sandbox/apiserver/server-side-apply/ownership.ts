import { ApiError } from "../api-error.ts";
import type { SchemaNode } from "../schema/schema-node.ts";
import type { Comparison } from "./compare.ts";
import { compareValues } from "./compare.ts";
import {
  difference,
  differenceBelow,
  fieldSet,
  intersection,
  isEmptySet,
  pathTexts,
  singlePath,
  union,
} from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { withSet } from "./managers.ts";
import type { Manager, Managers } from "./managers.ts";

/** Places that nobody owns: identity and what only the server writes (apimachinery, the strip-meta manager). */
const serverPlaces: FieldSet = [
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...[
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
  ].map((name) => ["f:metadata", `f:${name}`]),
]
  .map((path) => singlePath(...path))
  .reduce(union);

const statusPlace = singlePath("f:status");

/** The part of a set that can be owned through a resource: its own places, or those of its status. */
export function ownable(
  set: FieldSet,
  through: { readonly subresource: string; readonly hasStatus: boolean },
): FieldSet {
  const status = set.children.get("f:status");
  if (through.subresource === "status") return fieldSet(false, status === undefined ? [] : [["f:status", status]]);
  const own = through.hasStatus ? differenceBelow(set, statusPlace) : set;
  return difference(own, serverPlaces);
}

/** What other managers lose by a change, and what they would have to give up by force. */
export interface Contest {
  readonly comparison: Comparison;
  readonly conflicts: ReadonlyMap<string, FieldSet>;
  /** The other managers after the change. */
  readonly others: Managers;
}

/** Compares before and after, and takes from all managers but `self` what the change modifies, adds or removes. */
export function contest(
  managers: Managers,
  self: string,
  change: { readonly before: unknown; readonly after: unknown; readonly schema: SchemaNode },
): Contest {
  const comparison = compareValues(change, change.schema);
  const taken = union(comparison.modified, comparison.added);
  const conflicts = new Map<string, FieldSet>();
  const others = new Map<string, Manager>();
  for (const [id, entry] of managers) {
    if (id === self) continue;
    const conflict = intersection(entry.set, taken);
    if (!isEmptySet(conflict)) conflicts.set(id, conflict);
    const set = difference(difference(entry.set, conflict), comparison.removed);
    if (!isEmptySet(set)) others.set(id, withSet(entry, set));
  }
  return { comparison, conflicts, others };
}

function managerText(entry: Manager): string {
  const through = entry.subresource === "" ? "" : ` with subresource ${JSON.stringify(entry.subresource)}`;
  const using = entry.operation === "Update" ? ` using ${entry.apiVersion}` : "";
  return `${JSON.stringify(entry.manager)}${through}${using}`;
}

/** The refusal of an apply that would take fields from others, in the words of Kubernetes. */
export function conflictError(managers: Managers, conflicts: ReadonlyMap<string, FieldSet>): ApiError {
  const found = [...conflicts].flatMap(([id, set]) => {
    const entry = managers.get(id);
    return entry === undefined ? [] : [{ who: managerText(entry), paths: pathTexts(set) }];
  });
  const sorted = found.toSorted((left, right) => (left.who < right.who ? -1 : 1));
  const causes = sorted.flatMap(({ who, paths }) =>
    paths.map((field) => ({ reason: "FieldManagerConflict", message: `conflict with ${who}`, field })),
  );
  const [only] = causes;
  const all = sorted.map(({ who, paths }) =>
    [`conflicts with ${who}:`, ...paths.map((path) => `- ${path}`)].join("\n"),
  );
  const message =
    causes.length === 1 && only !== undefined
      ? `Apply failed with 1 conflict: ${only.message}: ${only.field}`
      : `Apply failed with ${causes.length} conflicts: ${all.join("\n")}`;
  return new ApiError("Conflict", message, { causes });
}
