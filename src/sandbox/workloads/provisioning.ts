import { asList, asString, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import type { DataPlane } from "../portworx/data-plane.ts";
import type { Change } from "./changes.ts";
import { volumeFor } from "./claim-binding.ts";
import { CLAIM, isTerminating, PORTWORX_DRIVER, refTo, STORAGE_CLASS, VOLUME } from "./kinds.ts";

/** Holds a deleted volume until the storage has carried out its reclaim policy. */
const PROVISIONER_FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};

/** A Kubernetes quantity of storage in bytes; 0 for anything else. */
export function bytesOf(quantity: unknown): number {
  const match = /^(\d+(?:\.\d+)?)([A-Za-z]{0,2})$/.exec(String(asString(quantity) ?? quantity));
  const unit = UNITS[match?.[2] ?? "?"];
  return match === null || unit === undefined ? 0 : Math.round(Number(match[1]) * unit);
}

export interface StorageObjects {
  readonly claims: readonly KubeObject[];
  readonly volumes: readonly KubeObject[];
  readonly classes: readonly KubeObject[];
}

/**
 * What Portworx' provisioner does now: makes a volume for each claim of one of its classes that nothing else can
 * satisfy, and destroys released volumes whose policy is Delete. In metro the volume behind is shared by both
 * clusters, so that such a deletion destroys the other side's data too: exactly what `Retain` is for.
 */
export function provisionVolumes({ claims, volumes, classes }: StorageObjects, plane: DataPlane): readonly Change[] {
  const own = new Map(
    classes
      .filter((storageClass) => storageClass["provisioner"] === PORTWORX_DRIVER)
      .map((storageClass) => [storageClass.metadata.name, storageClass]),
  );
  const created = claims.flatMap((claim): readonly Change[] => {
    const storageClass = own.get(asString(at(claim, "spec", "storageClassName")) ?? "");
    if (storageClass === undefined || isTerminating(claim) || at(claim, "status", "phase") === "Bound") return [];
    if ((asString(at(claim, "spec", "volumeName")) ?? "") !== "") return [];
    if (volumeFor(claim, volumes) !== undefined) return [];
    return [{ verb: "create", object: newVolume(claim, storageClass, plane) }];
  });
  const removed = volumes.flatMap((volume) => releasedVolume(volume, plane));
  return [...created, ...removed];
}

function newVolume(claim: KubeObject, storageClass: KubeObject, plane: DataPlane): KubeObject {
  const name = `pvc-${claim.metadata.uid ?? ""}`;
  const accessModes = asList(at(claim, "spec", "accessModes"));
  const storage = at(claim, "spec", "resources", "requests", "storage");
  const { id } = plane.createVolume({
    name,
    claim: `${claim.metadata.namespace ?? ""}/${claim.metadata.name}`,
    sizeBytes: bytesOf(storage),
    sharing: accessModes.includes("ReadWriteMany") ? "shared" : "exclusive",
  });
  return {
    ...VOLUME,
    metadata: {
      name,
      annotations: { "pv.kubernetes.io/provisioned-by": PORTWORX_DRIVER },
      finalizers: [PROVISIONER_FINALIZER],
    },
    spec: {
      capacity: { storage },
      accessModes,
      claimRef: { ...CLAIM, namespace: claim.metadata.namespace, name: claim.metadata.name, uid: claim.metadata.uid },
      persistentVolumeReclaimPolicy: asString(storageClass["reclaimPolicy"]) ?? "Delete",
      storageClassName: storageClass.metadata.name,
      volumeMode: asString(at(claim, "spec", "volumeMode")) ?? "Filesystem",
      csi: { driver: PORTWORX_DRIVER, volumeHandle: id, fsType: "ext4" },
    },
  };
}

function releasedVolume(volume: KubeObject, plane: DataPlane): readonly Change[] {
  if (at(volume, "spec", "csi", "driver") !== PORTWORX_DRIVER) return [];
  const phase = asString(at(volume, "status", "phase"));
  const destroyed = at(volume, "spec", "persistentVolumeReclaimPolicy") === "Delete";
  const ref = refTo(VOLUME, null, volume.metadata.name);
  if (phase === "Bound" || (phase !== "Released" && !isTerminating(volume))) return [];
  if (destroyed) plane.deleteVolume(asString(at(volume, "spec", "csi", "volumeHandle")) ?? "");
  if (!isTerminating(volume)) return destroyed ? [{ verb: "delete", ref }] : [];
  const finalizers = volume.metadata.finalizers ?? [];
  if (!finalizers.includes(PROVISIONER_FINALIZER)) return [];
  const kept = finalizers.filter((name) => name !== PROVISIONER_FINALIZER);
  // Only as it was seen: a finalizer that its owner took away meanwhile must not come back (Kubernetes refuses it).
  const { resourceVersion } = volume.metadata;
  return [{ verb: "patch", ref, patch: { metadata: { finalizers: kept, resourceVersion } } }];
}

export const STORAGE_KINDS = [CLAIM, VOLUME, STORAGE_CLASS] as const;
