import type { KubeObject } from "../../../core/model/kube-object.ts";
import { timestamp } from "../api-context.ts";
import type { ApiContext, WriteRequest } from "../api-context.ts";
import { zeroValue } from "../defaulting/apply-defaults.ts";
import { jsonEqual, withMetadata } from "../json-value.ts";
import { apiVersionOf } from "../resources/resource-type.ts";
import { emptySet, isEmptySet, union } from "./field-set.ts";
import { asksForReset, managerId, readManagers, sameOwnership, writeManagers } from "./managers.ts";
import type { Manager, Managers } from "./managers.ts";
import { contest, ownable } from "./ownership.ts";

/** Owners before a write: those that the client wrote if it may and they are readable, otherwise the live ones. */
function managersBefore(request: WriteRequest, next: KubeObject, live: KubeObject | null): Managers {
  const written = next.metadata["managedFields"];
  const known = readManagers(live?.metadata["managedFields"]) ?? new Map<string, Manager>();
  if (request.subresource !== null) return known;
  if (asksForReset(written)) return new Map();
  const own = readManagers(written);
  return own === null || own.size === 0 ? known : own;
}

function withoutManagers(object: KubeObject): KubeObject {
  return withMetadata(object, "managedFields", undefined);
}

/**
 * Keeps `metadata.managedFields` for every write that is not an apply: the writer comes to own what it adds or changes,
 * under the operation `Update`, and others lose that.
 */
export function trackWrite(
  context: ApiContext,
  request: WriteRequest,
  write: { readonly live: KubeObject | null; readonly next: KubeObject },
): KubeObject {
  const { type } = request;
  const managers = managersBefore(request, write.next, write.live);
  const after = withoutManagers(write.next);
  const before = write.live === null ? zeroValue(type.schema()) : withoutManagers(write.live);
  const { comparison, others } = contest(managers, "", { before, after, schema: type.schema() });
  const through = { subresource: request.subresource ?? "", hasStatus: type.subresources.has("status") };
  const gained = ownable(union(comparison.modified, comparison.added), through);
  const result = new Map(others);
  if (!isEmptySet(gained)) {
    const entry = {
      manager: request.manager,
      operation: "Update",
      apiVersion: apiVersionOf(type),
      subresource: through.subresource,
    } as const;
    const id = managerId(entry);
    const set = union(others.get(id)?.set ?? emptySet, gained);
    result.set(id, { ...entry, time: timestamp(context), set });
  }
  return withMetadata(after, "managedFields", writeManagers(result));
}

/** Equal but for the revision and the times in managedFields: a write that leads here changes nothing. */
export function isUnchanged(next: KubeObject, live: KubeObject): boolean {
  const content = (object: KubeObject): KubeObject =>
    withMetadata(withoutManagers(object), "resourceVersion", undefined);
  const owners = (object: KubeObject): Managers => readManagers(object.metadata["managedFields"]) ?? new Map();
  return jsonEqual(content(next), content(live)) && sameOwnership(owners(next), owners(live));
}
