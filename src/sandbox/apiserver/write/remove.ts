import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext, Located } from "../api-context.ts";
import { settle } from "./garbage-collection.ts";

/** Takes an object out of the store for good and lets everything follow that waits for it. */
export function removeNow(context: ApiContext, located: Located): KubeObject {
  const last = context.store.remove(located.type.storageKey, located.object);
  settle(context);
  return last;
}
