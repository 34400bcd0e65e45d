import { type Fields, asFields, asList, isFields } from "../model/fields.ts";
import { isControllerEntry } from "../model/field-managers.ts";
import type { KubeObject } from "../model/kube-object.ts";
import type { Draft, Note } from "./draft.ts";

/** Counts that controllers write: the standby form, or the kind's own rule, decides on them. */
const COUNTS: ReadonlySet<string> = new Set(["spec.replicas", "spec.suspend", "spec.minReplicas", "spec.maxReplicas"]);
/** Labels may be selected by; what is data is never half of it. */
const WHOLE = ["metadata.labels.", "data.", "binaryData.", "stringData."];

/**
 * The second layer behind the tables (`managedFields`, Kubernetes 1.18 and later): drops fields that controllers of this
 * cluster own and nobody else does. Only fields of mappings; items of lists stay with the rules of their kind. Objects
 * whose ownership was flattened by a restore, or was not captured, pass unchanged.
 */
export function dropControllerFields(draft: Draft, live: KubeObject, note: Note): void {
  const entries = asList(live.metadata["managedFields"]);
  if (!entries.some(isControllerEntry)) return;
  const others = entries.filter((entry) => !isControllerEntry(entry)).map(fieldSet);
  if (others.every((fields) => Object.keys(fields).length === 0)) return;
  for (const entry of entries) {
    if (isControllerEntry(entry)) dropOwned(draft, fieldSet(entry), { others, path: "", note });
  }
}

function fieldSet(entry: unknown): Fields {
  return asFields(asFields(entry)["fieldsV1"]);
}

interface Owned {
  /** What everybody else owns, at the same place of the object. */
  readonly others: readonly Fields[];
  readonly path: string;
  readonly note: Note;
}

function dropOwned(draft: Draft, fields: Fields, owned: Owned): void {
  for (const [key, nested] of Object.entries(fields)) {
    if (!key.startsWith("f:")) continue;
    const name = key.slice(2);
    if (!Object.hasOwn(draft, name)) continue;
    const path = owned.path === "" ? name : `${owned.path}.${name}`;
    const others = owned.others.flatMap((other) => (Object.hasOwn(other, key) ? [asFields(other[key])] : []));
    const value = draft[name];
    if (hasFields(nested)) {
      if (isFields(value)) dropOwned(value as Draft, asFields(nested), { ...owned, others, path });
    } else if (others.length === 0 && !isDecided(path)) {
      delete draft[name];
      owned.note("controller-field");
    }
  }
}

function hasFields(set: unknown): boolean {
  return Object.keys(asFields(set)).some((key) => key !== ".");
}

/** A leaf of the top level, such as a Secret's type, is part of what the object is. */
function isDecided(path: string): boolean {
  return COUNTS.has(path) || !path.includes(".") || WHOLE.some((prefix) => path.startsWith(prefix));
}
