import { asFields, asString } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { timestamp } from "../api-context.ts";
import type { ApiContext, WriteRequest } from "../api-context.ts";
import { badRequest, conflict, invalid, notFound, required } from "../api-error.ts";
import { withMetadata } from "../json-value.ts";
import { apiVersionOf } from "../resources/resource-type.ts";
import { applyConfig } from "../server-side-apply/apply-config.ts";
import type { Applied } from "../server-side-apply/apply-config.ts";
import { refuseUntyped } from "../server-side-apply/check-config.ts";
import { writeManagers } from "../server-side-apply/managers.ts";
import { managersForApply } from "../server-side-apply/track-write.ts";
import { createDecoded } from "../write/create.ts";
import { asObjectOf, decodeObject, parseBody } from "../write/read-object.ts";
import { replaceObject } from "../write/update.ts";
import type { PatchInput, PatchResult } from "./patch-input.ts";

function readConfig(request: WriteRequest, input: PatchInput): Fields {
  if (!input.managerGiven)
    throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
      required("fieldManager", "is required for apply patch"),
    ]);
  const body = asFields(parseBody(input.body, true, request.validation === "Strict"));
  if (body["apiVersion"] === undefined || body["kind"] === undefined)
    throw badRequest("an applied configuration needs apiVersion and kind");
  const config = asObjectOf(request, body);
  const metadata = asFields(config["metadata"]);
  if (metadata["managedFields"] !== undefined) throw badRequest("metadata.managedFields must be nil");
  const name = asString(metadata["name"]) ?? input.name;
  if (name !== input.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${input.name})`);
  return { ...config, metadata: { ...metadata, name } };
}

function run(
  context: ApiContext,
  request: WriteRequest,
  parts: { live: KubeObject; config: Fields; force: boolean },
): Applied {
  const { type } = request;
  const managers = managersForApply(context, request, parts.live);
  return applyConfig(parts.live, managers, {
    config: parts.config,
    schema: type.schema(),
    applier: {
      manager: request.manager,
      apiVersion: apiVersionOf(type),
      subresource: request.subresource ?? "",
      time: timestamp(context),
    },
    hasStatus: type.subresources.has("status"),
    force: parts.force,
  });
}

function withOwners(applied: Applied): (object: KubeObject) => KubeObject {
  const managedFields = writeManagers(applied.managers);
  return (object) => withMetadata(object, "managedFields", managedFields);
}

function createByApply(
  context: ApiContext,
  request: WriteRequest,
  parts: { config: Fields; input: PatchInput },
): KubeObject {
  const { type } = request;
  if (request.subresource !== null) throw notFound(type, parts.input.name);
  const uid = asString(asFields(parts.config["metadata"])["uid"]);
  if (uid)
    throw conflict(
      type,
      parts.input.name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  const live: KubeObject = { apiVersion: apiVersionOf(type), kind: type.kind, metadata: { name: parts.input.name } };
  const applied = run(context, request, { live, config: parts.config, force: parts.input.force });
  // A resourceVersion in the configuration is a precondition on an object that is there, and nothing else.
  const object = withMetadata(decodeObject(request, asObjectOf(request, applied.object)), "resourceVersion", undefined);
  return createDecoded(context, request, { object, track: withOwners(applied) });
}

/** PATCH with an applied configuration: server-side apply, which creates what isn't there. */
export function applyObject(context: ApiContext, request: WriteRequest, input: PatchInput): PatchResult {
  const config = readConfig(request, input);
  refuseUntyped(config, request.type.schema());
  const live = context.store.get(request.type.storageKey, request.namespace, input.name);
  if (live === undefined) return { object: createByApply(context, request, { config, input }), created: true };
  const applied = run(context, request, { live, config, force: input.force });
  const next = decodeObject({ ...request, warnings: [] }, asObjectOf(request, applied.object));
  return {
    object: replaceObject(context, request, { live, next, patched: true, track: withOwners(applied) }),
    created: false,
  };
}
