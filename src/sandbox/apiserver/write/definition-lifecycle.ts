import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext, Located } from "../api-context.ts";
import { customResources } from "../resources/custom-resources.ts";
import { crdStorageKey } from "../store-keys.ts";
import { cleanupFinalizer, deleteObject, plainDelete } from "./delete.ts";
import { release } from "./release.ts";

function objectsOf(context: ApiContext, definition: KubeObject): readonly Located[] {
  const [type] = customResources(definition);
  return type === undefined ? [] : context.store.list(type.storageKey).map((object) => ({ type, object }));
}

/** One step in the end of deleted CustomResourceDefinitions: their objects go first. False when there is nothing to do. */
export function definitionStep(context: ApiContext, waiting: readonly Located[]): boolean {
  for (const located of waiting) {
    const { type, object } = located;
    if (type.storageKey !== crdStorageKey || object.metadata.finalizers?.includes(cleanupFinalizer) !== true) continue;
    const content = objectsOf(context, object);
    const next = content.find((entry) => entry.object.metadata.deletionTimestamp === undefined);
    if (next !== undefined) {
      deleteObject(context, next, { ...plainDelete, propagationPolicy: "Background" });
      return true;
    }
    if (content.length > 0) continue;
    release(context, located, cleanupFinalizer);
    return true;
  }
  return false;
}
