import { asList, asString, at } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { ageColumn, nameColumn, text, textAt, wide } from "./column.ts";
import type { Column } from "./column.ts";

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

function modesText(modes: unknown): string {
  return asList(modes)
    .map((mode) => shortModes[String(mode)] ?? "")
    .join(",");
}

function phase(object: KubeObject): string {
  return object.metadata.deletionTimestamp === undefined ? textAt(object, ["status", "phase"]) : "Terminating";
}

function isBound(claim: KubeObject): boolean {
  return textAt(claim, ["spec", "volumeName"]) !== "";
}

const claim: readonly Column[] = [
  nameColumn,
  text("Status", phase),
  text("Volume", (object) => textAt(object, ["spec", "volumeName"])),
  text("Capacity", (object) => (isBound(object) ? textAt(object, ["status", "capacity", "storage"], "0") : "")),
  text("Access Modes", (object) => (isBound(object) ? modesText(at(object, "status", "accessModes")) : "")),
  text("StorageClass", (object) => textAt(object, ["spec", "storageClassName"])),
  text("VolumeAttributesClass", (object) => textAt(object, ["spec", "volumeAttributesClassName"], "<unset>")),
  ageColumn,
  wide(text("VolumeMode", (object) => textAt(object, ["spec", "volumeMode"], "<unset>"))),
];

function claimText(volume: KubeObject): string {
  const name = asString(at(volume, "spec", "claimRef", "name"));
  return name === null ? "" : `${textAt(volume, ["spec", "claimRef", "namespace"])}/${name}`;
}

const volume: readonly Column[] = [
  nameColumn,
  text("Capacity", (object) => textAt(object, ["spec", "capacity", "storage"])),
  text("Access Modes", (object) => modesText(at(object, "spec", "accessModes"))),
  text("Reclaim Policy", (object) => textAt(object, ["spec", "persistentVolumeReclaimPolicy"])),
  text("Status", phase),
  text("Claim", claimText),
  text("StorageClass", (object) => textAt(object, ["spec", "storageClassName"])),
  text("VolumeAttributesClass", (object) => textAt(object, ["spec", "volumeAttributesClassName"], "<unset>")),
  text("Reason", (object) => textAt(object, ["status", "reason"])),
  ageColumn,
  wide(text("VolumeMode", (object) => textAt(object, ["spec", "volumeMode"], "<unset>"))),
];

const storageClass: readonly Column[] = [
  nameColumn,
  text("Provisioner", (object) => textAt(object, ["provisioner"])),
  text("ReclaimPolicy", (object) => textAt(object, ["reclaimPolicy"], "Delete")),
  text("VolumeBindingMode", (object) => textAt(object, ["volumeBindingMode"], "Immediate")),
  text("AllowVolumeExpansion", (object) => object["allowVolumeExpansion"] === true),
  ageColumn,
];

/** Columns of storage kinds by storage key. */
export const storageColumns: Readonly<Record<string, readonly Column[]>> = {
  persistentvolumeclaims: claim,
  persistentvolumes: volume,
  "storageclasses.storage.k8s.io": storageClass,
};
