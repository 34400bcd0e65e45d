import type { KubeObject, ObjectRef } from "../../core/model/kube-object.ts";
import type { DeleteOptions, SimulatorClient } from "../client/simulator-client.ts";
import { hasCode } from "../client/simulator-fault.ts";

/** What a controller decided to write. Decisions are values, so that they can be tested without a cluster. */
export type Change =
  | { readonly verb: "create"; readonly object: KubeObject }
  | {
      readonly verb: "patch";
      readonly ref: ObjectRef;
      readonly patch: Readonly<Record<string, unknown>>;
      readonly subresource?: "status";
    }
  | { readonly verb: "delete"; readonly ref: ObjectRef; readonly options?: DeleteOptions };

/**
 * Writes the changes in order. That an object is already there, or already gone, means that somebody was faster: the
 * next look will see it.
 */
export async function applyChanges(client: SimulatorClient, changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    try {
      await applyChange(client, change);
    } catch (error) {
      if (!hasCode(error, "already-exists") && !hasCode(error, "not-found") && !isClosedNamespace(change, error)) {
        throw error;
      }
    }
  }
}

/** A namespace that is being deleted refuses new objects; controllers go on with the others. */
function isClosedNamespace(change: Change, error: unknown): boolean {
  return change.verb === "create" && hasCode(error, "unauthorized");
}

async function applyChange(client: SimulatorClient, change: Change): Promise<void> {
  switch (change.verb) {
    case "create":
      await client.create(change.object);
      return;
    case "patch":
      await client.mergePatch(change.ref, change.patch, change.subresource);
      return;
    case "delete":
      await client.delete(change.ref, change.options);
      return;
  }
}

/** The change that brings `status` to what is wanted, with nulls for fields that go away; none when it is there. */
export function statusChange(
  ref: ObjectRef,
  current: unknown,
  wanted: Readonly<Record<string, unknown>>,
): readonly Change[] {
  const before: Readonly<Record<string, unknown>> = isRecord(current) ? current : {};
  const patch: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(wanted)) if (!sameJson(before[key], value)) patch[key] = value;
  for (const key of Object.keys(before)) if (!Object.hasOwn(wanted, key)) patch[key] = null;
  return Object.keys(patch).length === 0
    ? []
    : [{ verb: "patch", ref, patch: { status: patch }, subresource: "status" }];
}

/** Equality of plain data; the order of keys does not count. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameJson(item, right[index]));
  }
  if (!isRecord(left) || !isRecord(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => sameJson(left[key], right[key]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
