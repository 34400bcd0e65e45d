import { parseDocument } from "yaml";

import { asFields, asString, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { WriteRequest } from "../api-context.ts";
import { ApiError, badRequest } from "../api-error.ts";
import { apiVersionOf } from "../resources/resource-type.ts";
import { decode, startDecoding } from "../schema/decode.ts";

/** Kubernetes' own limit for a request body, in characters here. */
export const maximumBodyLength = 3 * 1024 * 1024;

const aliasLimit = 100;

function parseYaml(text: string, strict: boolean): unknown {
  const document = parseDocument(text, { uniqueKeys: strict, merge: false });
  const [error] = document.errors;
  if (error?.code === "DUPLICATE_KEY") throw badRequest(`strict decoding error: ${error.message}`);
  if (error !== undefined) throw badRequest(`error decoding the body: ${error.message}`);
  try {
    return document.toJS({ maxAliasCount: aliasLimit }) as unknown;
  } catch (error) {
    throw badRequest(`error decoding the body: ${error instanceof Error ? error.message : "not YAML"}`);
  }
}

/**
 * Reads a body as JSON, or as YAML where the content type says so; duplicate keys are refused when asked for, by the
 * YAML parser, which sees them where JSON.parse doesn't.
 */
export function parseBody(body: string | undefined, yaml: boolean, strict: boolean): unknown {
  if (body === undefined || body === "") throw badRequest("the request has no body");
  if (body.length > maximumBodyLength)
    throw new ApiError("RequestEntityTooLarge", `the body is larger than ${maximumBodyLength} characters`);
  // JSON is YAML too, and its own parser is much faster; only it doesn't see duplicate keys.
  if (strict || (yaml && !body.startsWith("{"))) return parseYaml(body, strict);
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    throw badRequest(`couldn't get the body as JSON: ${error instanceof Error ? error.message : "not JSON"}`);
  }
}

/** Checks that a body is an object of the resource's kind; `apiVersion` and `kind` may be left out, as in Kubernetes. */
export function asObjectOf(request: WriteRequest, body: unknown): Fields {
  if (!isFields(body)) throw badRequest("the body is not an object");
  const { type } = request;
  const kind = asString(body["kind"]) ?? type.kind;
  const apiVersion = asString(body["apiVersion"]) ?? apiVersionOf(type);
  if (kind !== type.kind || apiVersion !== apiVersionOf(type))
    throw badRequest(
      `the object provided (${apiVersion} ${kind}) is not of the kind of the request (${apiVersionOf(type)} ${type.kind})`,
    );
  return { ...body, apiVersion, kind };
}

/** Makes the refusal of unknown fields; `problem` says which, `subject` what could not be read. */
export type RefuseStrictly = (problem: string, subject: string) => ApiError;

const refuseObject: RefuseStrictly = (problem, subject) => badRequest(`${subject}: ${problem}`);

/**
 * The object as the server keeps it: unknown fields dropped and reported as the request wishes.
 *
 * @param refuse how a strict request is refused; by default as a bad object.
 */
export function decodeObject(request: WriteRequest, body: Fields, refuse = refuseObject): KubeObject {
  const { type, validation } = request;
  const subject = `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}`;
  const decoding = startDecoding(type.origin.type, subject);
  const object = asFields(decode(body, type.schema(), decoding));
  const unknown = decoding.unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (unknown.length > 0 && validation === "Strict")
    throw refuse(`strict decoding error: ${unknown.join(", ")}`, subject);
  if (validation === "Warn") request.warnings.push(...unknown);
  return { ...object, apiVersion: apiVersionOf(type), kind: type.kind, metadata: metadataOf(object) };
}

/** The metadata of a decoded object; a missing name is the empty one until it is generated or refused. */
function metadataOf(object: Fields): KubeObject["metadata"] {
  const metadata = asFields(object["metadata"]);
  return { ...metadata, name: asString(metadata["name"]) ?? "" };
}
