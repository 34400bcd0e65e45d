import type { KubeObject, OwnerReference } from "../model/kube-object.ts";

/**
 * Kinds whose controllers make objects and make them again. What one of them controls is derived, whether or not the
 * owner is captured itself.
 */
export const BUILT_IN_CONTROLLERS: ReadonlySet<string> = new Set([
  "Deployment",
  "ReplicaSet",
  "ReplicationController",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "CronJob",
  "DeploymentConfig",
  "BuildConfig",
  "Build",
  "Service",
  "ServiceAccount",
  "Certificate",
  "ExternalSecret",
  "SealedSecret",
  "SopsSecret",
  "ScaledObject",
  "ClusterServiceVersion",
  "DataVolume",
  "VirtualMachine",
]);

/** What looking an owner up showed, by UID. An owner that is not in the map could not be looked up. */
export type OwnerLookups = ReadonlyMap<string, "exists" | "gone">;

/** An owner that no list contained, and the namespace of the object that names it. */
export interface UnlistedOwner extends OwnerReference {
  readonly namespace: string;
}

/** The owner that controls an object; null when nothing does. */
export function controllerOf(object: KubeObject): OwnerReference | null {
  return (object.metadata.ownerReferences ?? []).find((owner) => owner.controller === true) ?? null;
}

/**
 * Controllers that none of the lists contained and of which it matters whether they exist: an object whose owner is gone
 * is about to be collected, one whose owner is merely not captured has to be. Each UID once.
 */
export function unlistedOwners(objects: readonly KubeObject[]): readonly UnlistedOwner[] {
  const known = new Set(objects.map((object) => object.metadata.uid));
  const unlisted = new Map<string, UnlistedOwner>();
  for (const object of objects) {
    const owner = controllerOf(object);
    if (owner === null || known.has(owner.uid) || BUILT_IN_CONTROLLERS.has(owner.kind)) continue;
    if (owner.kind === "Pod" || owner.kind === "Node") continue;
    unlisted.set(owner.uid, { ...owner, namespace: object.metadata.namespace ?? "" });
  }
  return [...unlisted.values()];
}
