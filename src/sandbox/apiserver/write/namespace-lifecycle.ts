import type { ApiContext, Located } from "../api-context.ts";
import { registry } from "../api-context.ts";
import { deleteObject, plainDelete } from "./delete.ts";

function contentOf(context: ApiContext, namespace: string): readonly Located[] {
  const content: Located[] = [];
  for (const key of context.store.keys()) {
    const type = registry(context).findStored(key);
    if (type?.namespaced !== true) continue;
    for (const object of context.store.list(key))
      if (object.metadata.namespace === namespace) content.push({ type, object });
  }
  return content;
}

/**
 * One step in the life of the namespaces that are being deleted: their content is deleted, and when none is left the
 * namespace goes. False when nothing is to be done.
 */
export function namespaceStep(context: ApiContext, waiting: readonly Located[]): boolean {
  for (const { type, object } of waiting) {
    if (type.storageKey !== "namespaces" || object.metadata.deletionTimestamp === undefined) continue;
    const content = contentOf(context, object.metadata.name);
    const next = content.find((located) => located.object.metadata.deletionTimestamp === undefined);
    if (next !== undefined) {
      deleteObject(context, next, { ...plainDelete, propagationPolicy: "Background" });
      return true;
    }
    if (content.length > 0 || (object.metadata.finalizers ?? []).length > 0) continue;
    context.store.remove(type.storageKey, { ...object, spec: {} });
    return true;
  }
  return false;
}
