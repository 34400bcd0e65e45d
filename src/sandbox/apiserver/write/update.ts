import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext, WriteRequest } from "../api-context.ts";
import { badRequest, conflict, invalid, invalidValue, notFound } from "../api-error.ts";
import { applyDefaults } from "../defaulting/apply-defaults.ts";
import { deepFreeze, jsonEqual, withField, withMetadata, withoutKeys } from "../json-value.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { allowsUnconditionalUpdate, countsGeneration } from "../resources/traits.ts";
import { isUnchanged, trackWrite } from "../server-side-apply/track-write.ts";
import { refuseInvalid } from "../validation/validate-object.ts";
import { placed } from "./admission.ts";
import { settle } from "./garbage-collection.ts";
import { removeNow } from "./remove.ts";
import { strategyOf } from "./strategies.ts";

const modified = "the object has been modified; please apply your changes to the latest version and try again";

/** The live object of a write, or the refusal that it isn't there. */
export function liveObject(context: ApiContext, request: WriteRequest, name: string): KubeObject {
  const live = context.store.get(request.type.storageKey, request.namespace, name);
  if (live === undefined) throw notFound(request.type, name);
  return live;
}

/** An update on its way: the decoded object, the live one, and for an apply its own ownership. */
export interface Replacement {
  readonly live: KubeObject;
  readonly next: KubeObject;
  /** A patch is not a whole object: a uid in it is a change, where a PUT's is a precondition. */
  readonly patched?: boolean;
  /** Sets `metadata.managedFields`; absent for an ordinary update. */
  readonly track?: (object: KubeObject) => KubeObject;
}

function checkPreconditions(type: ResourceType, { next, live, patched }: Replacement): void {
  const { name, uid, resourceVersion } = next.metadata;
  if (name !== live.metadata.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${live.metadata.name})`);
  const otherUid = uid !== undefined && uid !== "" && uid !== live.metadata.uid;
  if (otherUid && patched === true) {
    // Both checks of metadata in Kubernetes find it.
    const cause = invalidValue("metadata.uid", uid, "field is immutable");
    throw invalid(type, name, [cause, cause]);
  }
  if (otherUid)
    throw conflict(
      type,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
    );
  if (resourceVersion === undefined || resourceVersion === "" || resourceVersion === "0") {
    if (allowsUnconditionalUpdate(type)) return;
    throw invalid({ group: type.group, kind: type.resource }, name, [
      invalidValue("metadata.resourceVersion", 0, "must be specified for an update"),
    ]);
  }
  if (resourceVersion !== live.metadata.resourceVersion) throw conflict(type, name, modified);
}

const fixedMetadata = [
  "uid",
  "creationTimestamp",
  "generation",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "resourceVersion",
] as const;

/** What the client may write through this resource or subresource; everything else stays as it is. */
function masked(request: WriteRequest, next: KubeObject, live: KubeObject): KubeObject {
  const { managedFields } = next.metadata;
  if (request.subresource === "status")
    return withMetadata(withField(live, "status", next["status"]), "managedFields", managedFields);
  const metadata: Record<string, unknown> = { ...withoutKeys(next.metadata, "selfLink") };
  for (const key of fixedMetadata) {
    if (live.metadata[key] === undefined) delete metadata[key];
    else metadata[key] = live.metadata[key];
  }
  const object: KubeObject = { ...next, metadata: { ...metadata, name: live.metadata.name } };
  return request.type.subresources.has("status") ? withField(object, "status", live["status"]) : object;
}

/**
 * The part whose changes count as a new generation: the spec of built-in kinds (a Deployment's annotations too), all but
 * metadata of custom ones.
 */
function desiredPart(type: ResourceType, object: KubeObject): unknown {
  if (type.storageKey === "deployments.apps") return [object["spec"], object.metadata.annotations];
  if (type.origin.type === "builtin") return object["spec"];
  return type.subresources.has("status") ? withoutKeys(object, "metadata", "status") : withoutKeys(object, "metadata");
}

function withGeneration(type: ResourceType, next: KubeObject, live: KubeObject): KubeObject {
  if (!countsGeneration(type) || jsonEqual(desiredPart(type, next), desiredPart(type, live))) return next;
  const generation = (live.metadata.generation ?? 0) + 1;
  return { ...next, metadata: { ...next.metadata, generation } };
}

function isFinished(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  const grace = deletionGracePeriodSeconds ?? 0;
  return deletionTimestamp !== undefined && grace === 0 && (finalizers ?? []).length === 0;
}

/** Whether something may wait for this write: owners and finalizers, and the phases of pods and volumes. */
function hasConsequences(type: ResourceType, next: KubeObject, live: KubeObject): boolean {
  if (next.metadata.deletionTimestamp !== undefined) return true;
  if (type.storageKey === "pods" || type.storageKey === "persistentvolumes") return true;
  return !jsonEqual(next.metadata.ownerReferences, live.metadata.ownerReferences);
}

/** Puts a decoded object in the place of the live one, after all checks; the answer is what is stored now. */
export function replaceObject(context: ApiContext, request: WriteRequest, input: Replacement): KubeObject {
  const { type } = request;
  const { live } = input;
  checkPreconditions(type, input);
  const permitted = masked(request, placed(request, input.next), live);
  const defaulted = strategyOf(type).update(context, applyDefaults(permitted, type.schema()), live);
  const counted = withGeneration(type, defaulted, live);
  const track = input.track ?? ((object) => trackWrite(context, request, { live, next: object }));
  const next = track(counted);
  refuseInvalid({ type, object: next, live });
  if (isUnchanged(next, live)) return live;
  if (request.dryRun) return deepFreeze(next);
  if (isFinished(next) && type.storageKey !== "namespaces") return removeNow(context, { type, object: next });
  const stored = context.store.put(type.storageKey, next);
  if (hasConsequences(type, stored, live)) settle(context);
  return stored;
}
