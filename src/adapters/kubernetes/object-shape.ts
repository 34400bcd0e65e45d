import { at, isFields } from "../../core/model/fields.ts";
import type { KubeObject, ObjectRef } from "../../core/model/kube-object.ts";

import { fault } from "./status-fault.ts";
import type { Asked } from "./status-fault.ts";

/** The answer as an object, when it has the parts that every object has; `malformed` otherwise. */
export function asObject(json: unknown, asked: Asked): KubeObject {
  if (!isObject(json)) throw fault("malformed", asked, "the answer is not a Kubernetes object");
  return json;
}

/** The answer as the very object that was asked for: a proxy or a confused server must not answer with another. */
export function asSameObject(json: unknown, ref: ObjectRef, asked: Asked): KubeObject {
  const object = asObject(json, asked);
  const same =
    object.apiVersion === ref.apiVersion &&
    object.kind === ref.kind &&
    object.metadata.name === ref.name &&
    (object.metadata.namespace ?? null) === ref.namespace;
  if (!same) throw fault("malformed", asked, "the answer is another object than the one asked for");
  return object;
}

function isObject(json: unknown): json is KubeObject {
  return (
    isFields(json) &&
    typeof json["apiVersion"] === "string" &&
    typeof json["kind"] === "string" &&
    isFields(json["metadata"]) &&
    typeof at(json, "metadata", "name") === "string" &&
    ["undefined", "string"].includes(typeof at(json, "metadata", "namespace"))
  );
}
