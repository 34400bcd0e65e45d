import { asFields, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { SchemaNode } from "../schema/schema-node.ts";
import { jsonEqual, withMetadata } from "../json-value.ts";
import { compareValues } from "./compare.ts";
import { difference, emptySet, intersection, isEmptySet, union } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { managerId } from "./managers.ts";
import type { Manager, Managers } from "./managers.ts";
import { mergeValues } from "./merge.ts";
import { conflictError, contest, ownable } from "./ownership.ts";
import { removePlaces } from "./remove.ts";
import { toFieldSet, withNamedFields } from "./to-field-set.ts";

/** An applied configuration and the one who applies it. */
export interface Application {
  readonly config: Fields;
  readonly schema: SchemaNode;
  /** The applier as it will be entered; its set comes from the configuration. */
  readonly applier: Omit<Manager, "set" | "operation">;
  readonly hasStatus: boolean;
  readonly force: boolean;
}

/** The merged object, not yet defaulted, and the owners after the apply. */
export interface Applied {
  readonly object: Fields;
  readonly managers: Managers;
}

/**
 * Takes out of the merged object what the applier set the last time and does not set now, unless somebody else owns it;
 * items and structures go whole when nobody owns anything in them.
 */
function pruned(merged: unknown, schema: SchemaNode, owners: { last: FieldSet; all: FieldSet }): unknown {
  if (isEmptySet(owners.last)) return merged;
  const named = (set: FieldSet): FieldSet => withNamedFields(set, schema);
  const everything = named(toFieldSet(merged, schema));
  const last = named(owners.last);
  const withoutLast = named(toFieldSet(removePlaces(merged, last, schema), schema));
  const kept = removePlaces(merged, difference(everything, union(withoutLast, named(owners.all))), schema);
  const gone = difference(everything, named(toFieldSet(kept, schema)));
  return removePlaces(merged, intersection(gone, last), schema);
}

const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * What client-side apply set and nobody changed since: kubectl may take that over from its own earlier manager without
 * a conflict (apimachinery, the last-applied manager).
 */
function takenOver(live: KubeObject, schema: SchemaNode): FieldSet {
  const text = live.metadata.annotations?.[lastAppliedAnnotation];
  if (text === undefined || text === "") return emptySet;
  const config = parsed(text);
  if (config["apiVersion"] !== live.apiVersion) return emptySet;
  const comparison = compareValues({ before: config, after: live }, schema);
  const changed = union(union(comparison.modified, comparison.added), comparison.removed);
  return difference(toFieldSet(config, schema), changed);
}

function parsed(text: string): Fields {
  try {
    return asFields(JSON.parse(text));
  } catch {
    return {};
  }
}

function refuseConflicts(
  live: KubeObject,
  application: Application,
  found: { managers: Managers; conflicts: ReadonlyMap<string, FieldSet> },
): void {
  if (application.force || found.conflicts.size === 0) return;
  const allowed = application.applier.manager === "kubectl" ? takenOver(live, application.schema) : emptySet;
  const remaining = [...found.conflicts]
    .map(([id, set]) => [id, difference(set, allowed)] as const)
    .filter(([, set]) => !isEmptySet(set));
  if (remaining.length > 0) throw conflictError(found.managers, new Map(remaining));
}

/** Keeps the annotation of client-side apply in step for kubectl, if the object has it. */
function withLastApplied(object: Fields, application: Application): Fields {
  const metadata = asFields(object["metadata"]);
  const annotations = asFields(metadata["annotations"]);
  if (application.applier.manager !== "kubectl" || !annotations[lastAppliedAnnotation]) return object;
  const { [lastAppliedAnnotation]: _, ...own } = asFields(asFields(application.config["metadata"])["annotations"]);
  const config = { ...application.config, metadata: { ...asFields(application.config["metadata"]), annotations: own } };
  const text = `${JSON.stringify(config)}\n`;
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [lastAppliedAnnotation]: text } } };
}

/**
 * Server-side apply onto a live object: merges, removes what is no longer applied, and refuses with a list of conflicts
 * what others own with a different value, unless forced.
 */
export function applyConfig(live: KubeObject, managers: Managers, application: Application): Applied {
  const { schema, applier, config } = application;
  const entry = { ...applier, operation: "Apply" } as const;
  const id = managerId(entry);
  const last = managers.get(id)?.set ?? emptySet;
  const through = { subresource: applier.subresource, hasStatus: application.hasStatus };
  const applied = toFieldSet(config, schema);
  const set = ownable(applied, through);
  const before = withMetadata(live, "managedFields", undefined);
  const merged = mergeValues(before, config, schema);
  const all = [...managers]
    .filter(([other]) => other !== id)
    .reduce((sum, [, manager]) => union(sum, manager.set), applied);
  const after = pruned(merged, schema, { last, all });
  const { conflicts, others } = contest(managers, id, { before, after, schema });
  refuseConflicts(live, application, { managers, conflicts });
  const object = isFields(after) ? after : config;
  const changed = !jsonEqual(object, before);
  const time = changed ? applier.time : (managers.get(id)?.time ?? null);
  const result = new Map(others);
  if (!isEmptySet(set)) result.set(id, { ...entry, set, time });
  return { object: withLastApplied(object, application), managers: result };
}
