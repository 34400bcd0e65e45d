import { asFields, asList, asString, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { fromFieldsV1, isEmptySet, setsEqual, toFieldsV1 } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";

/** One entry of `metadata.managedFields`: who owns what, by which kind of write. */
export interface Manager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly time: string | null;
  readonly set: FieldSet;
  /** The entry as it was read, to be written again while nothing of it changes. */
  readonly written?: Fields;
}

/** The entry with another set; the entry itself when the set is the same. */
export function withSet(entry: Manager, set: FieldSet): Manager {
  if (set === entry.set) return entry;
  const { written: _, ...rest } = entry;
  return { ...rest, set };
}

export type Managers = ReadonlyMap<string, Manager>;

/** The identity of an entry: an applier has one whatever the version, an updater one for each version. */
export function managerId(entry: Pick<Manager, "manager" | "operation" | "apiVersion" | "subresource">): string {
  const version = entry.operation === "Apply" ? "" : entry.apiVersion;
  return `${entry.operation}\0${entry.manager}\0${version}\0${entry.subresource}`;
}

function readEntry(value: unknown): Manager | null {
  const entry = asFields(value);
  const operation = entry["operation"];
  const apiVersion = asString(entry["apiVersion"]);
  if ((operation !== "Apply" && operation !== "Update") || !apiVersion || entry["fieldsType"] !== "FieldsV1")
    return null;
  return {
    manager: asString(entry["manager"]) ?? "",
    operation,
    apiVersion,
    subresource: asString(entry["subresource"]) ?? "",
    time: asString(entry["time"]),
    set: fromFieldsV1(asFields(entry["fieldsV1"])),
    written: entry,
  };
}

/** Entries by identity; null when one of them can't be read. */
export function readManagers(managedFields: unknown): Managers | null {
  const entries = asList(managedFields).map(readEntry);
  const readable = entries.filter((entry) => entry !== null);
  if (readable.length !== entries.length) return null;
  return new Map(readable.map((entry) => [managerId(entry), entry]));
}

/** Whether a client asks to forget all owners: an empty list, or one empty entry. */
export function asksForReset(managedFields: unknown): boolean {
  if (!Array.isArray(managedFields)) return false;
  const [first] = managedFields as readonly unknown[];
  return (
    managedFields.length === 0 || (managedFields.length === 1 && isFields(first) && Object.keys(first).length === 0)
  );
}

function sortKey({ operation, time, manager, apiVersion, subresource }: Manager): string {
  return [operation, time ?? "", manager, apiVersion, subresource].join("\0");
}

function writeEntry(entry: Manager): Fields {
  if (entry.written !== undefined) return entry.written;
  return {
    manager: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    ...(entry.time === null ? {} : { time: entry.time }),
    fieldsType: "FieldsV1",
    fieldsV1: toFieldsV1(entry.set),
    ...(entry.subresource === "" ? {} : { subresource: entry.subresource }),
  };
}

/** The value of `metadata.managedFields`; undefined when nobody owns anything. */
export function writeManagers(managers: Managers): readonly Fields[] | undefined {
  const entries = [...managers.values()]
    .filter((entry) => !isEmptySet(entry.set))
    .toSorted((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
  return entries.length === 0 ? undefined : entries.map(writeEntry);
}

/** Equal but for the times. */
export function sameOwnership(left: Managers, right: Managers): boolean {
  if (left.size !== right.size) return false;
  for (const [id, entry] of left) {
    const other = right.get(id);
    if (other === undefined || other.apiVersion !== entry.apiVersion || !setsEqual(entry.set, other.set)) return false;
  }
  return true;
}
