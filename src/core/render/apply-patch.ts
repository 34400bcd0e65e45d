import type { RuleOperation } from "../desired/protected-application.ts";
import { isFields } from "../model/fields.ts";
import { sameValue } from "./check-emission.ts";
import { type Draft, copyOf } from "./draft.ts";
import type { PatchOperation } from "./kustomization.ts";

/** The object with the operations applied (RFC 6902), or the sentence that says which one does not fit. */
export function applyOperations(
  object: Readonly<Record<string, unknown>>,
  operations: readonly PatchOperation[],
): { readonly ok: true; readonly value: Draft } | { readonly ok: false; readonly reason: string } {
  const value = copyOf(object);
  const reason = applyInPlace(value, operations);
  return reason === null ? { ok: true, value } : { ok: false, reason };
}

/** Applies the operations to the draft itself; the sentence that says which one does not fit, or null. */
export function applyInPlace(draft: Draft, operations: readonly (PatchOperation | RuleOperation)[]): string | null {
  for (const operation of operations) {
    if (!applyOperation(draft, operation)) return `${operation.op} ${operation.path} does not fit the object`;
  }
  return null;
}

function applyOperation(root: Draft, operation: PatchOperation | RuleOperation): boolean {
  switch (operation.op) {
    case "add":
    case "replace":
      return change(root, { op: operation.op, path: operation.path, value: copyOfValue(operation.value) });
    case "remove":
      return change(root, operation);
    case "test":
      return sameValue(valueAt(root, operation.path), operation.value);
    case "copy":
    case "move":
      return carry(root, operation);
  }
}

/** A value can't be moved into itself; the target would be gone with the source. */
function carry(root: Draft, { op, from, path }: Extract<RuleOperation, { op: "copy" | "move" }>): boolean {
  const value = valueAt(root, from);
  if (value === undefined || path.startsWith(`${from}/`)) return false;
  const moved = copyOfValue(value);
  if (op === "move" && !change(root, { op: "remove", path: from })) return false;
  return change(root, { op: "add", path, value: moved });
}

function copyOfValue(value: unknown): unknown {
  return copyOf({ value })["value"];
}

function change(root: Draft, operation: PatchOperation): boolean {
  const segments = segmentsOf(operation.path);
  const last = segments.pop() ?? "";
  let parent: unknown = root;
  for (const segment of segments) parent = step(parent, segment);
  return Array.isArray(parent) ? changeList(parent, last, operation) : changeFields(parent, last, operation);
}

function valueAt(root: Draft, path: string): unknown {
  let value: unknown = root;
  for (const segment of segmentsOf(path)) value = step(value, segment);
  return value;
}

function step(parent: unknown, segment: string): unknown {
  if (Array.isArray(parent)) return /^(?:0|[1-9]\d*)$/.test(segment) ? parent[Number(segment)] : undefined;
  return isFields(parent) && Object.hasOwn(parent, segment) ? parent[segment] : undefined;
}

function changeFields(parent: unknown, key: string, operation: PatchOperation): boolean {
  if (!isFields(parent)) return false;
  const fields: Draft = parent as Draft;
  if (operation.op !== "add" && !Object.hasOwn(fields, key)) return false;
  if (operation.op === "remove") return delete fields[key];
  Object.defineProperty(fields, key, { value: operation.value, writable: true, enumerable: true, configurable: true });
  return true;
}

function changeList(list: unknown[], key: string, operation: PatchOperation): boolean {
  if (key === "-" && operation.op === "add") return list.push(operation.value) > 0;
  const index = /^(?:0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
  const limit = operation.op === "add" ? list.length : list.length - 1;
  if (index < 0 || index > limit) return false;
  if (operation.op === "add") list.splice(index, 0, operation.value);
  else if (operation.op === "replace") list[index] = operation.value;
  else list.splice(index, 1);
  return true;
}

/** Order matters: `~01` is `~1`, not a slash (RFC 6901, section 4). */
function segmentsOf(path: string): string[] {
  return path
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}
