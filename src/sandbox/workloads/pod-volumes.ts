import { asList, asString, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { isTerminating, PORTWORX_DRIVER } from "./kinds.ts";

/** What a pod needs before its containers can start. */
export type PodVolumes =
  | { readonly state: "waiting"; readonly reason: string }
  /** Handles of the Portworx volumes to attach; other kinds of volumes need nothing here. */
  | { readonly state: "bound"; readonly handles: readonly string[] };

/** Follows the pod's claims to the volumes behind them. */
export function volumesOf(
  pod: KubeObject,
  { claims, volumes }: { readonly claims: readonly KubeObject[]; readonly volumes: readonly KubeObject[] },
): PodVolumes {
  const handles: string[] = [];
  for (const name of claimNames(pod)) {
    const claim = claims.find(
      ({ metadata }) => metadata.namespace === pod.metadata.namespace && metadata.name === name,
    );
    if (claim === undefined || isTerminating(claim)) {
      return { state: "waiting", reason: `persistentvolumeclaim "${name}" not found` };
    }
    if (at(claim, "status", "phase") !== "Bound") {
      return { state: "waiting", reason: `pod has unbound immediate PersistentVolumeClaims: ${name}` };
    }
    const volumeName = asString(at(claim, "spec", "volumeName"));
    const volume = volumes.find(({ metadata }) => metadata.name === volumeName);
    if (volume === undefined) return { state: "waiting", reason: `volume of claim "${name}" not found` };
    const handle = handleOf(volume);
    if (handle !== null) handles.push(handle);
  }
  return { state: "bound", handles };
}

/** Portworx' name or id of the volume; null when another storage holds it. */
export function handleOf(volume: KubeObject): string | null {
  if (at(volume, "spec", "csi", "driver") === PORTWORX_DRIVER)
    return asString(at(volume, "spec", "csi", "volumeHandle"));
  return asString(at(volume, "spec", "portworxVolume", "volumeID"));
}

function claimNames(pod: KubeObject): readonly string[] {
  return asList(at(pod, "spec", "volumes")).flatMap((volume) => {
    const name = asString(at(volume, "persistentVolumeClaim", "claimName"));
    return name === null ? [] : [name];
  });
}
