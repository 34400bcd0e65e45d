import { asString } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { timestamp } from "../api-context.ts";
import type { ApiContext, WriteRequest } from "../api-context.ts";
import { ApiError, alreadyExists } from "../api-error.ts";
import { applyDefaults } from "../defaulting/apply-defaults.ts";
import { deepFreeze, withField, withoutKeys } from "../json-value.ts";
import { countsGeneration } from "../resources/traits.ts";
import { trackWrite } from "../server-side-apply/track-write.ts";
import { refuseInvalid } from "../validation/validate-object.ts";
import { admitIntoNamespace, placed } from "./admission.ts";
import { settle } from "./garbage-collection.ts";
import { strategyOf } from "./strategies.ts";
import { generatedName } from "./generated-name.ts";
import { asObjectOf, decodeObject } from "./read-object.ts";

const managedByServer = [
  "resourceVersion",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "selfLink",
  "generation",
];

/** Metadata of a new object: identity and time come from the server, whatever the client sent. */
function newMetadata(context: ApiContext, request: WriteRequest, object: KubeObject): KubeObject["metadata"] {
  const uid = context.newUid();
  const generateName = asString(object.metadata["generateName"]);
  const name = object.metadata.name === "" && generateName ? generatedName(generateName, uid) : object.metadata.name;
  return {
    ...withoutKeys(object.metadata, ...managedByServer),
    name,
    uid,
    creationTimestamp: timestamp(context),
    ...(countsGeneration(request.type) ? { generation: 1 } : {}),
  };
}

/** Stores a new object, or says what would be stored; GC and the like run before the answer is given. */
function insert(context: ApiContext, request: WriteRequest, object: KubeObject): KubeObject {
  if (request.dryRun) return deepFreeze(object);
  const stored = context.store.put(request.type.storageKey, object);
  if (object.metadata.ownerReferences !== undefined) settle(context);
  return stored;
}

/**
 * Finishes and stores an object that is decoded already; used by POST and by an apply that creates.
 *
 * @param track adds `metadata.managedFields`; an apply knows its own.
 */
export function createDecoded(
  context: ApiContext,
  request: WriteRequest,
  input: { readonly object: KubeObject; readonly track: (object: KubeObject) => KubeObject },
): KubeObject {
  const { type } = request;
  const inPlace = placed(request, input.object);
  if (inPlace.metadata.resourceVersion !== undefined && inPlace.metadata.resourceVersion !== "")
    throw new ApiError("Unknown", "resourceVersion should not be set on objects to be created");
  const withoutStatus = type.subresources.has("status") ? withField(inPlace, "status", undefined) : inPlace;
  const object = { ...withoutStatus, metadata: newMetadata(context, request, withoutStatus) };
  admitIntoNamespace(context, request, object.metadata.name);
  const tracked = input.track(applyDefaults(object, type.schema()));
  const ready = strategyOf(type).create(context, tracked);
  refuseInvalid({ type, object: ready, live: null });
  if (context.store.get(type.storageKey, request.namespace, ready.metadata.name) !== undefined)
    throw alreadyExists(type, ready.metadata.name);
  return insert(context, request, ready);
}

/** POST: a new object from a parsed body. */
export function createObject(context: ApiContext, request: WriteRequest, body: Fields): KubeObject {
  const object = decodeObject(request, asObjectOf(request, body));
  return createDecoded(context, request, {
    object,
    track: (finished) => trackWrite(context, request, { live: null, next: finished }),
  });
}
