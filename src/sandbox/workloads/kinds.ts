import type { KindRef, KubeObject, ObjectRef, OwnerReference } from "../../core/model/kube-object.ts";

export const POD: KindRef = { apiVersion: "v1", kind: "Pod" };
export const CLAIM: KindRef = { apiVersion: "v1", kind: "PersistentVolumeClaim" };
export const VOLUME: KindRef = { apiVersion: "v1", kind: "PersistentVolume" };
export const STORAGE_CLASS: KindRef = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" };
export const DEPLOYMENT: KindRef = { apiVersion: "apps/v1", kind: "Deployment" };
export const REPLICA_SET: KindRef = { apiVersion: "apps/v1", kind: "ReplicaSet" };
export const STATEFUL_SET: KindRef = { apiVersion: "apps/v1", kind: "StatefulSet" };
export const JOB: KindRef = { apiVersion: "batch/v1", kind: "Job" };
export const CRON_JOB: KindRef = { apiVersion: "batch/v1", kind: "CronJob" };

/** CSI driver and StorageClass provisioner of Portworx. */
export const PORTWORX_DRIVER = "pxd.portworx.com";

export function controllerReference(owner: KubeObject): OwnerReference & { readonly blockOwnerDeletion: true } {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "", controller: true, blockOwnerDeletion: true };
}

/** Whether the object's controller is exactly this owner: a recreated one of the same name is another. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return (object.metadata.ownerReferences ?? []).some(
    (reference) => reference.controller === true && reference.uid === owner.metadata.uid,
  );
}

export function isTerminating(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

export function refTo(kind: KindRef, namespace: string | null | undefined, name: string): ObjectRef {
  return { ...kind, namespace: namespace ?? null, name };
}
