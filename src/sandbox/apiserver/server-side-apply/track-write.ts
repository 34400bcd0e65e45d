import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { timestamp } from "../api-context.ts";
import type { ApiContext, WriteRequest } from "../api-context.ts";
import { zeroValue } from "../defaulting/apply-defaults.ts";
import { jsonEqual, withMetadata } from "../json-value.ts";
import { apiVersionOf } from "../resources/resource-type.ts";
import type { SchemaNode } from "../schema/schema-node.ts";
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

function zeroOf(schema: SchemaNode): Fields {
  return schema.shape === "map" ? zeroValue(schema) : {};
}

/** The applier that is entered for everything that an object without owners had when it was first applied to. */
const beforeFirstApply = "before-first-apply";

/** The owners of a live object for an apply; what nobody owns yet is given to a manager of its own. */
export function managersForApply(context: ApiContext, request: WriteRequest, live: KubeObject): Managers {
  const known = readManagers(live.metadata["managedFields"]) ?? new Map<string, Manager>();
  if (known.size > 0 || live.metadata.uid === undefined) return known;
  const before = { ...request, manager: beforeFirstApply, subresource: null };
  return entered(context, before, { live: null, next: live, managers: known });
}

interface TrackedWrite {
  readonly live: KubeObject | null;
  readonly next: KubeObject;
  readonly managers: Managers;
}

/** The owners after a write: the writer owns what it adds or changes, others lose that. */
function entered(context: ApiContext, request: WriteRequest, write: TrackedWrite): Managers {
  const { type } = request;
  const before = write.live === null ? zeroOf(type.schema()) : withoutManagers(write.live);
  const after = withoutManagers(write.next);
  const { comparison, others } = contest(write.managers, "", { before, after, schema: type.schema() });
  const through = { subresource: request.subresource ?? "", hasStatus: type.subresources.has("status") };
  const gained = ownable(union(comparison.modified, comparison.added), through);
  if (isEmptySet(gained)) return others;
  const entry = {
    manager: request.manager,
    operation: "Update",
    apiVersion: apiVersionOf(type),
    subresource: through.subresource,
  } as const;
  const id = managerId(entry);
  const set = union(others.get(id)?.set ?? emptySet, gained);
  return new Map(others).set(id, { ...entry, time: timestamp(context), set });
}

/**
 * Keeps `metadata.managedFields` for every write that is not an apply, under the operation `Update`. An object that lost
 * all its owners is not tracked again before it is applied to, as in Kubernetes.
 */
export function trackWrite(
  context: ApiContext,
  request: WriteRequest,
  write: { readonly live: KubeObject | null; readonly next: KubeObject },
): KubeObject {
  const managers = managersBefore(request, write.next, write.live);
  const untracked = write.live !== null && managers.size === 0;
  const result = untracked ? managers : entered(context, request, { ...write, managers });
  return withMetadata(write.next, "managedFields", writeManagers(result));
}

/** Equal but for the revision and the times in managedFields: a write that leads here changes nothing. */
export function isUnchanged(next: KubeObject, live: KubeObject): boolean {
  const content = (object: KubeObject): KubeObject =>
    withMetadata(withoutManagers(object), "resourceVersion", undefined);
  const owners = (object: KubeObject): Managers => readManagers(object.metadata["managedFields"]) ?? new Map();
  return jsonEqual(content(next), content(live)) && sameOwnership(owners(next), owners(live));
}
