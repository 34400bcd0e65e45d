import { asNumber } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext, Located } from "../api-context.ts";
import { withMetadata } from "../json-value.ts";

function without(object: KubeObject, finalizer: string): KubeObject {
  const rest = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  return withMetadata(object, "finalizers", rest.length === 0 ? undefined : rest);
}

function isDone(object: KubeObject): boolean {
  return (
    (object.metadata.finalizers ?? []).length === 0 &&
    (asNumber(object.metadata["deletionGracePeriodSeconds"]) ?? 0) === 0
  );
}

/** Stores an object that lost a finalizer, or removes it when that was the last thing to hold it. */
export function release(context: ApiContext, located: Located, finalizer: string): void {
  const object = without(located.object, finalizer);
  if (object.metadata.deletionTimestamp !== undefined && isDone(object) && located.type.storageKey !== "namespaces")
    context.store.remove(located.type.storageKey, object);
  else context.store.put(located.type.storageKey, object);
}
