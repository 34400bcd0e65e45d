import { isFields } from "../model/fields.ts";
import { type Draft, copyOf } from "./draft.ts";
import type { PatchOperation } from "./kustomization.ts";

/** The object with the operations applied (RFC 6902), or the sentence that says which one does not fit. */
export function applyOperations(
  object: Readonly<Record<string, unknown>>,
  operations: readonly PatchOperation[],
): { readonly ok: true; readonly value: Draft } | { readonly ok: false; readonly reason: string } {
  const copy = copyOf(object);
  for (const operation of operations) {
    const reason = applyOperation(copy, operation);
    if (reason !== null) return { ok: false, reason };
  }
  return { ok: true, value: copy };
}

function applyOperation(root: Draft, operation: PatchOperation): string | null {
  const segments = operation.path.slice(1).split("/").map(unescape);
  const last = segments.pop() ?? "";
  let parent: unknown = root;
  for (const segment of segments) parent = step(parent, segment);
  const fits = Array.isArray(parent) ? changeList(parent, last, operation) : changeFields(parent, last, operation);
  return fits ? null : `${operation.op} ${operation.path} does not fit the object`;
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
function unescape(segment: string): string {
  return segment.replaceAll("~1", "/").replaceAll("~0", "~");
}
