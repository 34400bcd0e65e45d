import { asFields, asNumber, asString, at } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext, WriteRequest } from "../api-context.ts";
import { ApiError, badRequest, invalid, invalidValue, methodNotAllowed } from "../api-error.ts";
import { jsonResponse } from "../api-request.ts";
import type { ApiRequest, ApiResponse } from "../api-request.ts";
import { setOwn } from "../json-value.ts";
import { jsonPatch } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import type { ResourceType, ScalePaths } from "../resources/resource-type.ts";
import { trackScale } from "../server-side-apply/track-scale.ts";
import { decodeObject, parseBody } from "../write/read-object.ts";
import { liveObject, replaceObject } from "../write/update.ts";

const builtinPaths: ScalePaths = { spec: ["spec", "replicas"], status: ["status", "replicas"], selector: null };

function pathsOf(type: ResourceType): ScalePaths {
  return type.origin.type === "custom" ? (type.origin.scale ?? builtinPaths) : builtinPaths;
}

/** A label selector in one line, as the scale of a workload shows it. */
function selectorText(selector: unknown): string {
  const { matchLabels, matchExpressions } = asFields(selector);
  const labels = Object.entries(asFields(matchLabels)).map(([key, value]) => `${key}=${String(value)}`);
  const expressions = (Array.isArray(matchExpressions) ? matchExpressions : []).map(expressionText);
  return [...labels.toSorted(), ...expressions].join(",");
}

function expressionText(expression: unknown): string {
  const { key, operator, values } = asFields(expression);
  const list = Array.isArray(values) ? values.join(",") : "";
  if (operator === "Exists") return String(key);
  if (operator === "DoesNotExist") return `!${String(key)}`;
  return `${String(key)} ${operator === "In" ? "in" : "notin"} (${list})`;
}

function selectorOf(type: ResourceType, object: KubeObject): string {
  if (type.origin.type === "builtin") return selectorText(at(object, "spec", "selector"));
  const path = type.origin.scale?.selector ?? null;
  return path === null ? "" : (asString(at(object, ...path)) ?? "");
}

/** The `Scale` of an object (autoscaling/v1). */
function scaleOf(type: ResourceType, object: KubeObject): Fields {
  const paths = pathsOf(type);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = asNumber(at(object, ...paths.spec)) ?? 0;
  const selector = selectorOf(type, object);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: asNumber(at(object, ...paths.status)) ?? 0, ...(selector === "" ? {} : { selector }) },
  };
}

/** A custom resource has a scale only once its number of replicas is written. */
function refuseUnscalable(type: ResourceType, object: KubeObject): void {
  const path = pathsOf(type).spec;
  if (type.origin.type === "builtin" || at(object, ...path) !== undefined) return;
  const message = `the spec replicas field ${JSON.stringify(`.${path.join(".")}`)} does not exist`;
  throw new ApiError("InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });
}

function setAt(value: unknown, path: readonly string[], entry: unknown): Fields {
  const [key = "", ...rest] = path;
  const copy: Record<string, unknown> = { ...asFields(value) };
  setOwn(copy, key, rest.length === 0 ? entry : setAt(copy[key], rest, entry));
  return copy;
}

function wantedScale(request: ApiRequest, scale: Fields, contentType: string): unknown {
  const body = parseBody(request.body, contentType === "application/yaml", false);
  if (request.method === "PUT") return body;
  switch (contentType) {
    case "application/json-patch+json":
      return jsonPatch(scale, body);
    case "application/merge-patch+json":
    case "application/strategic-merge-patch+json":
      return mergePatch(scale, body);
    default:
      throw new ApiError("UnsupportedMediaType", `a scale can't be patched with ${contentType}`);
  }
}

/** A request for the scale subresource, with how the write is to be done. */
export interface ScaleRequest {
  readonly request: ApiRequest;
  readonly write: WriteRequest;
  readonly name: string;
  readonly contentType: string;
}

/** GET, PUT and PATCH of `/scale`: reads and sets the number of replicas and nothing else. */
export function handleScale(context: ApiContext, { request, write, name, contentType }: ScaleRequest): ApiResponse {
  const { type } = write;
  const live = liveObject(context, write, name);
  const scale = scaleOf(type, live);
  if (request.method === "GET") {
    refuseUnscalable(type, live);
    return jsonResponse(200, scale);
  }
  if (request.method !== "PUT" && request.method !== "PATCH") throw methodNotAllowed();
  const wanted = wantedScale(request, scale, contentType);
  const replicas = at(wanted, "spec", "replicas") ?? 0;
  if (!Number.isInteger(replicas)) throw badRequest("spec.replicas of a Scale is a whole number");
  if (Number(replicas) < 0)
    throw invalid({ group: "autoscaling", kind: "Scale" }, name, [
      invalidValue("spec.replicas", replicas, "must be greater than or equal to 0"),
    ]);
  const resourceVersion = asString(at(wanted, "metadata", "resourceVersion")) ?? live.metadata.resourceVersion;
  const changed = setAt(live, pathsOf(type).spec, replicas);
  const next = decodeObject(write, { ...changed, metadata: { ...live.metadata, resourceVersion } });
  const track = trackScale(write, { live, path: pathsOf(type).spec, replicas: Number(replicas) });
  return jsonResponse(200, scaleOf(type, replaceObject(context, write, { live, next, track })));
}
