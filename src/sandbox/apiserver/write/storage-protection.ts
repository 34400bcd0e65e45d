import { asList, at } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext, Located } from "../api-context.ts";
import { release } from "./release.ts";

/** Finalizers of the admission plugin StorageObjectInUseProtection. */
export const claimProtection = "kubernetes.io/pvc-protection";
export const volumeProtection = "kubernetes.io/pv-protection";

function isFinished(pod: KubeObject): boolean {
  const phase = at(pod, "status", "phase");
  return phase === "Succeeded" || phase === "Failed";
}

function usesClaim(pod: KubeObject, claim: KubeObject): boolean {
  if (pod.metadata.namespace !== claim.metadata.namespace || isFinished(pod)) return false;
  return asList(at(pod, "spec", "volumes")).some(
    (volume) => at(volume, "persistentVolumeClaim", "claimName") === claim.metadata.name,
  );
}

function isFree(context: ApiContext, { type, object }: Located, finalizer: string): boolean {
  if (object.metadata.deletionTimestamp === undefined) return false;
  if (object.metadata.finalizers?.includes(finalizer) !== true) return false;
  if (type.storageKey === "persistentvolumes") return at(object, "status", "phase") !== "Bound";
  return !context.store.list("pods").some((pod) => usesClaim(pod, object));
}

/** Lets a deleted claim go that no pod uses, or a deleted volume that is not bound; false when there is none. */
export function protectionStep(context: ApiContext, waiting: readonly Located[]): boolean {
  for (const located of waiting) {
    const key = located.type.storageKey;
    if (key !== "persistentvolumeclaims" && key !== "persistentvolumes") continue;
    const finalizer = key === "persistentvolumes" ? volumeProtection : claimProtection;
    if (!isFree(context, located, finalizer)) continue;
    release(context, located, finalizer);
    return true;
  }
  return false;
}
