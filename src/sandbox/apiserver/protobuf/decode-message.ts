import { readFileSync } from "node:fs";

import { asFields, asString, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { badRequest } from "../api-error.ts";
import { setOwn } from "../json-value.ts";
import { lazy } from "../lazy.ts";
import { builtinResources } from "../resources/builtin-resources.ts";
import { apiVersionOf } from "../resources/resource-type.ts";
import { bytesOf, numberOf, readFields, textOfBytes } from "./wire.ts";
import type { WireField } from "./wire.ts";

export const protobufContentType = "application/vnd.kubernetes.protobuf";

/** How messages are written, by name; see `test/genuine/derive-protobuf.ts` for the form. */
const messages = lazy((): Fields => {
  return asFields(JSON.parse(readFileSync(new URL("../openapi/messages.json", import.meta.url), "utf8")));
});

const envelope = "k8s\0";
const deleteOptions = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
/** No message of the API nests deeper; a crafted one would otherwise exhaust the stack. */
const maximumDepth = 64;

function timeText(fields: readonly WireField[], digits: number): string | undefined {
  if (fields.length === 0) return undefined;
  const date = new Date(numberOf(fields, 1) * 1000);
  const whole = date.toISOString().slice(0, 19);
  const fraction = String(numberOf(fields, 2)).padStart(9, "0").slice(0, digits);
  return digits === 0 ? `${whole}Z` : `${whole}.${fraction}Z`;
}

function rawValue(fields: readonly WireField[]): unknown {
  const text = textOfBytes(bytesOf(fields, 1));
  try {
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  } catch {
    throw badRequest("the body holds raw content that is not JSON");
  }
}

/** Types that are not messages of their own in JSON; undefined for those that are. */
function specialValue(type: string, bytes: Uint8Array): { readonly value: unknown } | undefined {
  switch (type) {
    case "string":
      return { value: textOfBytes(bytes) };
    case "bytes":
      return { value: Buffer.from(bytes).toString("base64") };
    case "Quantity":
      return { value: textOfBytes(bytesOf(readFields(bytes), 1)) };
    case "IntOrString": {
      const fields = readFields(bytes);
      return { value: numberOf(fields, 1) === 1 ? textOfBytes(bytesOf(fields, 3)) : numberOf(fields, 2) };
    }
    case "Time":
      return { value: timeText(readFields(bytes), 0) };
    case "MicroTime":
      return { value: timeText(readFields(bytes), 6) };
    case "Raw":
      return { value: rawValue(readFields(bytes)) };
    default:
      return undefined;
  }
}

function decodeValue(type: string, value: bigint | Uint8Array, depth: number): unknown {
  if (typeof value === "bigint") {
    const number = Number(BigInt.asIntN(64, value));
    return type === "bool" ? number !== 0 : number;
  }
  const special = specialValue(type, value);
  return special === undefined ? decodeMessage(type, value, depth + 1) : special.value;
}

/** A zero of a plain Go value says nothing; behind a pointer it does. */
function isUnset(value: unknown): boolean {
  return value === undefined || value === "" || value === 0 || value === false;
}

function addEntry(
  result: Record<string, unknown>,
  name: string,
  entry: { readonly type: string; readonly bytes: Uint8Array; readonly depth: number },
): void {
  const fields = readFields(entry.bytes);
  const map: Record<string, unknown> = { ...asFields(result[name]) };
  setOwn(map, textOfBytes(bytesOf(fields, 1)), decodeValue(entry.type, bytesOf(fields, 2), entry.depth));
  result[name] = map;
}

function addField(
  result: Record<string, unknown>,
  text: string,
  field: { readonly value: bigint | Uint8Array; readonly depth: number },
): void {
  const [name = "", type = ""] = text.split(" ");
  const { value, depth } = field;
  if (type.startsWith("[]")) {
    const before = result[name];
    result[name] = [
      ...(Array.isArray(before) ? (before as readonly unknown[]) : []),
      decodeValue(type.slice(2), value, depth),
    ];
  } else if (type.startsWith("{}")) {
    if (value instanceof Uint8Array) addEntry(result, name, { type: type.slice(2), bytes: value, depth });
  } else if (type.startsWith("*")) result[name] = decodeValue(type.slice(1), value, depth);
  else {
    const decoded = decodeValue(type, value, depth);
    if (name === "") Object.assign(result, decoded);
    else if (!isUnset(decoded)) result[name] = decoded;
  }
}

function decodeMessage(name: string, bytes: Uint8Array, depth: number): Fields {
  const message = messages()[name];
  if (!isFields(message) || depth > maximumDepth) throw badRequest(`the body holds a ${name}, which can't be read`);
  const result: Record<string, unknown> = {};
  for (const { number, value } of readFields(bytes)) {
    const text = asString(message[String(number)]);
    if (text !== null) addField(result, text, { value, depth });
  }
  return result;
}

function messageName(apiVersion: string, kind: string): string {
  if (kind === "DeleteOptions") return deleteOptions;
  if (kind === "Scale") return "io.k8s.api.autoscaling.v1.Scale";
  const type = builtinResources().find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
  if (type?.origin.type !== "builtin")
    throw badRequest(`no kind ${JSON.stringify(kind)} is registered for ${apiVersion}`);
  return type.origin.definition;
}

/**
 * A body in Kubernetes' protobuf form (the magic bytes, then `runtime.Unknown`) as the JSON object that it stands for.
 * Typed clients send it for built-in kinds; answers are JSON, which those clients accept as well.
 */
export function decodeProtobuf(body: Uint8Array): Fields {
  if (textOfBytes(body.subarray(0, envelope.length)) !== envelope)
    throw badRequest("the body does not begin as a protobuf body of Kubernetes does");
  const fields = readFields(body.subarray(envelope.length));
  const typeMeta = readFields(bytesOf(fields, 1));
  const apiVersion = textOfBytes(bytesOf(typeMeta, 1));
  const kind = textOfBytes(bytesOf(typeMeta, 2));
  return { apiVersion, kind, ...decodeMessage(messageName(apiVersion, kind), bytesOf(fields, 2), 0) };
}
