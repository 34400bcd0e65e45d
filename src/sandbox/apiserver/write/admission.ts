import type { ApiContext, WriteRequest } from "../api-context.ts";
import { ApiError, badRequest, notFound } from "../api-error.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";

/** Refuses objects for a namespace that is missing or on its way out (the admission plugin NamespaceLifecycle). */
export function admitIntoNamespace(context: ApiContext, request: WriteRequest, name: string): void {
  if (request.namespace === null) return;
  const namespace = context.store.get("namespaces", null, request.namespace);
  if (namespace === undefined) throw notFound({ group: "", resource: "namespaces" }, request.namespace);
  if (namespace.metadata.deletionTimestamp === undefined) return;
  const { group, resource } = request.type;
  const qualified = group === "" ? resource : `${resource}.${group}`;
  const why = `namespace ${request.namespace} is being terminated`;
  throw new ApiError(
    "Forbidden",
    `${qualified} ${JSON.stringify(name)} is forbidden: unable to create new content in namespace ${request.namespace} because it is being terminated`,
    {
      name,
      ...(group === "" ? {} : { group }),
      kind: resource,
      causes: [{ reason: "NamespaceTerminating", message: why, field: "metadata.namespace" }],
    },
  );
}

/** The object with the namespace of its path; one that names another namespace is refused. */
export function placed(request: WriteRequest, object: KubeObject): KubeObject {
  const { namespace } = object.metadata;
  if (request.namespace === null) {
    if (namespace === undefined || namespace === "") return object;
    const { namespace: _, ...metadata } = object.metadata;
    return { ...object, metadata };
  }
  if (namespace !== undefined && namespace !== "" && namespace !== request.namespace)
    throw badRequest(
      `the namespace of the provided object does not match the namespace sent on the request (${namespace} is not ${request.namespace})`,
    );
  return { ...object, metadata: { ...object.metadata, namespace: request.namespace } };
}
