import type { KubeObject } from "../../core/model/kube-object.ts";
import { registry } from "./api-context.ts";
import type { ApiContext, WriteRequest } from "./api-context.ts";
import { badRequest, methodNotAllowed, notFound, pathNotFound } from "./api-error.ts";
import { jsonHeaders, jsonResponse, jsonText, withWarnings } from "./api-request.ts";
import type { ApiRequest, ApiResponse } from "./api-request.ts";
import { patchObject } from "./patch/patch-request.ts";
import { listObjects } from "./read/list.ts";
import { negotiate } from "./read/representation.ts";
import type { Representation } from "./read/representation.ts";
import { watchObjects } from "./read/watch.ts";
import { flag } from "./request-target.ts";
import type { RequestTarget } from "./request-target.ts";
import type { ResourceType } from "./resources/resource-type.ts";
import { returnsDeleted } from "./resources/traits.ts";
import { handleScale } from "./subresources/scale.ts";
import { createObject } from "./write/create.ts";
import { readDeleteOptions } from "./write/delete.ts";
import { deleteAndSettle } from "./write/delete-request.ts";
import { asObjectOf, decodeObject, parseBody } from "./write/read-object.ts";
import { liveObject, replaceObject } from "./write/update.ts";

/** One request for a resource, taken apart. */
export interface ResourceRequest {
  readonly request: ApiRequest;
  readonly target: RequestTarget;
  readonly type: ResourceType;
  readonly query: ReadonlyMap<string, string>;
}

/** A parsed media type without its parameters. */
export function contentTypeOf(request: ApiRequest): string {
  return (request.headers["content-type"] ?? "application/json").split(";")[0]?.trim() ?? "";
}

function managerOf(request: ApiRequest, query: ReadonlyMap<string, string>): string {
  const named = query.get("fieldManager");
  if (named !== undefined && named.length > 128)
    throw badRequest("fieldManager: Too long: may not be more than 128 bytes");
  const agent = (request.headers["user-agent"] ?? "").split("/")[0] ?? "";
  return named || agent || "unknown";
}

function validationOf(query: ReadonlyMap<string, string>): WriteRequest["validation"] {
  const value = query.get("fieldValidation") ?? "";
  if (value === "Strict" || value === "Ignore") return value;
  if (value === "" || value === "Warn") return "Warn";
  throw badRequest(
    `fieldValidation: Unsupported value: ${JSON.stringify(value)}: supported values: "", "Ignore", "Strict", "Warn"`,
  );
}

function isDryRun(query: ReadonlyMap<string, string>): boolean {
  const value = query.get("dryRun");
  if (value === undefined || value === "") return false;
  if (value !== "All") throw badRequest(`dryRun: Unsupported value: ${JSON.stringify(value)}: supported values: "All"`);
  return true;
}

/** How a write is to be done, from the query and the headers. */
export function writeRequestOf({ request, target, type, query }: ResourceRequest): WriteRequest {
  return {
    type,
    namespace: type.namespaced ? target.namespace : null,
    subresource: target.subresource,
    dryRun: isDryRun(query),
    manager: managerOf(request, query),
    validation: validationOf(query),
    warnings: [],
  };
}

function representationOf(context: ApiContext, { request, type, query }: ResourceRequest): Representation {
  return negotiate(type, request.headers["accept"], { query, now: context.now() });
}

function answer(
  context: ApiContext,
  incoming: ResourceRequest,
  result: { status: number; object: KubeObject; write: WriteRequest },
): ApiResponse {
  const text = representationOf(context, incoming).object(result.object);
  return withWarnings(jsonText(result.status, text), result.write.warnings);
}

function isYaml(request: ApiRequest): boolean {
  return contentTypeOf(request) === "application/yaml";
}

function collection(context: ApiContext, incoming: ResourceRequest): ApiResponse {
  const { target, type, query, request } = incoming;
  const scope = { type, namespace: target.namespace, query };
  const representation = representationOf(context, incoming);
  if (flag(query, "watch")) {
    const body = watchObjects(context, { collection: scope, representation, signal: request.signal });
    return { status: 200, headers: jsonHeaders, body };
  }
  const page = listObjects(context, scope);
  return jsonText(200, representation.list(page.items, page.metadata));
}

function create(context: ApiContext, incoming: ResourceRequest): ApiResponse {
  const { request, type, target } = incoming;
  const write = writeRequestOf(incoming);
  if (type.namespaced && target.namespace === null) throw methodNotAllowed();
  const body = parseBody(request.body, isYaml(request), write.validation === "Strict");
  const object = createObject(context, write, asObjectOf(write, body));
  return answer(context, incoming, { status: 201, object, write });
}

function deleteCollection(context: ApiContext, incoming: ResourceRequest): ApiResponse {
  const { type, target, query, request } = incoming;
  const write = writeRequestOf(incoming);
  const options = readDeleteOptions(bodyOrNull(request), query);
  const { items, metadata } = listObjects(context, { type, namespace: target.namespace, query });
  for (const object of items) deleteAndSettle(context, { type, object }, { options, dryRun: write.dryRun });
  return jsonText(200, representationOf(context, incoming).list(items, metadata));
}

function bodyOrNull(request: ApiRequest): unknown {
  return request.body === undefined || request.body === "" ? {} : parseBody(request.body, isYaml(request), false);
}

const orphanWarning =
  "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning";

function remove(context: ApiContext, incoming: ResourceRequest, name: string): ApiResponse {
  const { type, query, request } = incoming;
  const write = writeRequestOf(incoming);
  const object = liveObject(context, write, name);
  const options = readDeleteOptions(bodyOrNull(request), query);
  const deletion = deleteAndSettle(context, { type, object }, { options, dryRun: write.dryRun });
  if (type.storageKey === "jobs.batch" && options.propagationPolicy === null) write.warnings.push(orphanWarning);
  if (!deletion.gone || returnsDeleted(type))
    return answer(context, incoming, { status: 200, object: deletion.object, write });
  const { group, resource } = type;
  const details = { name, ...(group === "" ? {} : { group }), kind: resource, uid: object.metadata.uid };
  const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
  return withWarnings(jsonResponse(200, success), write.warnings);
}

function update(context: ApiContext, incoming: ResourceRequest, name: string): ApiResponse {
  const write = writeRequestOf(incoming);
  const body = parseBody(incoming.request.body, isYaml(incoming.request), write.validation === "Strict");
  const live = liveObject(context, write, name);
  const next = decodeObject(write, asObjectOf(write, body));
  const object = replaceObject(context, write, { live, next });
  return answer(context, incoming, { status: 200, object, write });
}

function patch(context: ApiContext, incoming: ResourceRequest, name: string): ApiResponse {
  const write = writeRequestOf(incoming);
  const input = {
    name,
    contentType: contentTypeOf(incoming.request),
    body: incoming.request.body,
    force: flag(incoming.query, "force"),
    managerGiven: Boolean(incoming.query.get("fieldManager")),
  };
  const { object, created } = patchObject(context, write, input);
  return answer(context, incoming, { status: created ? 201 : 200, object, write });
}

function get(context: ApiContext, incoming: ResourceRequest, name: string): ApiResponse {
  const { type, target } = incoming;
  const object = context.store.get(type.storageKey, type.namespaced ? target.namespace : null, name);
  if (object === undefined) throw notFound(type, name);
  return jsonText(200, representationOf(context, incoming).object(object));
}

function named(context: ApiContext, incoming: ResourceRequest, name: string): ApiResponse {
  switch (incoming.request.method) {
    case "GET":
      return get(context, incoming, name);
    case "PUT":
      return update(context, incoming, name);
    case "PATCH":
      return patch(context, incoming, name);
    case "DELETE":
      if (incoming.target.subresource !== null) throw methodNotAllowed();
      return remove(context, incoming, name);
    default:
      throw methodNotAllowed();
  }
}

function unnamed(context: ApiContext, incoming: ResourceRequest): ApiResponse {
  switch (incoming.request.method) {
    case "GET":
      return collection(context, incoming);
    case "POST":
      return create(context, incoming);
    case "DELETE":
      return deleteCollection(context, incoming);
    default:
      throw methodNotAllowed();
  }
}

/** Kinds that Kubernetes warns about in every answer. */
const deprecations: Readonly<Record<string, string>> = {
  endpoints: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
};

function dispatch(context: ApiContext, incoming: ResourceRequest): ApiResponse {
  const { target, type, request } = incoming;
  const { name, subresource } = target;
  if (name === null) return unnamed(context, incoming);
  if (type.namespaced && target.namespace === null) throw pathNotFound();
  if (subresource === null) return named(context, incoming, name);
  if (!type.subresources.has(subresource)) throw pathNotFound();
  if (subresource !== "scale") return named(context, incoming, name);
  const write = writeRequestOf(incoming);
  return handleScale(context, { request, write, name, contentType: contentTypeOf(request) });
}

/** Answers a request below `/api/VERSION` or `/apis/GROUP/VERSION`; 404 for what is not served. */
export function handleResource(context: ApiContext, incoming: Omit<ResourceRequest, "type">): ApiResponse {
  const { target } = incoming;
  const type = registry(context).find(target.group, target.version, target.resource);
  if (type === undefined || (!type.namespaced && target.namespace !== null)) throw pathNotFound();
  const response = dispatch(context, { ...incoming, type });
  const deprecation = deprecations[type.storageKey];
  return deprecation === undefined ? response : withWarnings(response, [deprecation]);
}
