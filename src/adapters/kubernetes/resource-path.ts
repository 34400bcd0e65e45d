import type { ObjectRef } from "../../core/model/kube-object.ts";
import type { ApiResource } from "../../core/model/api-resource.ts";

import { fault } from "./status-fault.ts";
import type { Asked } from "./status-fault.ts";

/** The path of a collection, of one object in it, or of an object's subresource. */
export interface ResourceAddress {
  readonly resource: ApiResource;
  /** null: the whole cluster, or a kind without namespaces. */
  readonly namespace: string | null;
  readonly name?: string;
  readonly subresource?: string;
}

/**
 * The address of one object. A name that is empty or only dots would address the collection (and a DELETE there deletes
 * everything), a missing namespace another object: both are refused here, before anything is sent.
 */
export function addressOf(resource: ApiResource, ref: ObjectRef, asked: Asked): ResourceAddress & { name: string } {
  if (!isSegment(ref.name)) throw fault("invalid", asked, "the object has no usable name");
  if (resource.namespaced !== (ref.namespace !== null)) {
    throw fault("invalid", asked, resource.namespaced ? "the kind needs a namespace" : "the kind has no namespaces");
  }
  if (ref.namespace !== null && !isSegment(ref.namespace)) throw fault("invalid", asked, "the namespace is not a name");
  return { resource, namespace: ref.namespace, name: ref.name };
}

/** As Kubernetes' path segment rule has it (apimachinery, `IsValidPathSegmentName`). */
function isSegment(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/%]/.test(name);
}

/** Escaped, so that no name leaves its place in the path. */
export function pathOf(address: ResourceAddress, query: Readonly<Record<string, string | undefined>> = {}): string {
  const { resource, namespace, name, subresource } = address;
  const inNamespace = resource.namespaced && namespace !== null ? ["namespaces", namespace] : [];
  const object = name === undefined ? [] : [name];
  const part = subresource === undefined ? [] : [subresource];
  const segments = [...inNamespace, resource.plural, ...object, ...part].map(encodeURIComponent);
  return `${rootOf(resource.apiVersion)}/${segments.join("/")}${queryOf(query)}`;
}

/** `/api/v1` for the core group, `/apis/apps/v1` for others. */
export function rootOf(apiVersion: string): string {
  const parts = apiVersion.split("/");
  return `/${[parts.length === 1 ? "api" : "apis", ...parts.map(encodeURIComponent)].join("/")}`;
}

function queryOf(query: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(query)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
