import { asList, asString, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { type Change, sameJson } from "./changes.ts";
import { CLAIM, isTerminating, refTo, VOLUME } from "./kinds.ts";

/** Whether a volume is reserved for exactly this claim, or for its name before it existed. */
function isFor(volume: KubeObject, claim: KubeObject): boolean {
  const reserved = at(volume, "spec", "claimRef");
  if (at(reserved, "name") !== claim.metadata.name || at(reserved, "namespace") !== claim.metadata.namespace)
    return false;
  const uid = asString(at(reserved, "uid")) ?? "";
  return uid === "" || uid === claim.metadata.uid;
}

function isFree(volume: KubeObject): boolean {
  const claimRef = at(volume, "spec", "claimRef");
  return claimRef === undefined || claimRef === null;
}

/** Storage class of a claim or volume; none and the empty one are the same. */
function classOf(object: KubeObject): string {
  return asString(at(object, "spec", "storageClassName")) ?? "";
}

/** The volume that a claim would be bound to now; undefined when there is none. */
export function volumeFor(claim: KubeObject, volumes: readonly KubeObject[]): KubeObject | undefined {
  const named = asString(at(claim, "spec", "volumeName")) ?? "";
  if (named !== "") {
    const volume = volumes.find((candidate) => candidate.metadata.name === named);
    return volume !== undefined && (isFree(volume) || isFor(volume, claim)) ? volume : undefined;
  }
  const reserved = volumes.find((volume) => !isFree(volume) && isFor(volume, claim));
  return reserved ?? volumes.find((volume) => isFree(volume) && isAvailable(volume) && fits(volume, claim));
}

function isAvailable(volume: KubeObject): boolean {
  const phase = asString(at(volume, "status", "phase")) ?? "Available";
  return !isTerminating(volume) && (phase === "Available" || phase === "Pending");
}

function fits(volume: KubeObject, claim: KubeObject): boolean {
  const modes = new Set(asList(at(volume, "spec", "accessModes")));
  return (
    classOf(volume) === classOf(claim) &&
    asList(at(claim, "spec", "accessModes")).every((mode) => modes.has(mode)) &&
    sameJson(at(volume, "spec", "capacity", "storage"), at(claim, "spec", "resources", "requests", "storage"))
  );
}

/**
 * What the volume controller does now for every claim and volume: binds, reports phases, and notices claims that are
 * gone. Deleting a released volume is the provisioner's business.
 */
export function bindClaims(claims: readonly KubeObject[], volumes: readonly KubeObject[]): readonly Change[] {
  const taken = new Set<string>();
  return [
    ...claims.flatMap((claim) => bindClaim(claim, volumes, taken)),
    ...volumes.flatMap((volume) => phaseOfVolume(volume, claims)),
  ];
}

function bindClaim(claim: KubeObject, volumes: readonly KubeObject[], taken: Set<string>): readonly Change[] {
  const phase = asString(at(claim, "status", "phase"));
  const { name, namespace } = claim.metadata;
  const ref = refTo(CLAIM, namespace, name);
  if (phase === "Bound") return lostVolume(claim, volumes);
  if (isTerminating(claim)) return [];
  const volume = volumeFor(
    claim,
    volumes.filter((candidate) => !taken.has(candidate.metadata.name)),
  );
  if (volume === undefined) {
    return phase === null
      ? [{ verb: "patch", ref, patch: { status: { phase: "Pending" } }, subresource: "status" }]
      : [];
  }
  taken.add(volume.metadata.name);
  const claimRef = {
    ...CLAIM,
    namespace,
    name,
    uid: claim.metadata.uid,
  };
  const reserved = at(volume, "spec", "claimRef", "uid") === claim.metadata.uid;
  const named = asString(at(claim, "spec", "volumeName")) === volume.metadata.name;
  const volumeRef = refTo(VOLUME, null, volume.metadata.name);
  return [
    ...(reserved ? [] : [{ verb: "patch", ref: volumeRef, patch: { spec: { claimRef } } } satisfies Change]),
    ...(named ? [] : [{ verb: "patch", ref, patch: { spec: { volumeName: volume.metadata.name } } } satisfies Change]),
    {
      verb: "patch",
      ref,
      patch: { metadata: { annotations: { "pv.kubernetes.io/bind-completed": "yes" } } },
    },
    {
      verb: "patch",
      ref,
      patch: {
        status: {
          phase: "Bound",
          accessModes: at(volume, "spec", "accessModes"),
          capacity: at(volume, "spec", "capacity"),
        },
      },
      subresource: "status",
    },
  ];
}

/** A bound claim whose volume object is gone is lost; nothing binds it again by itself. */
function lostVolume(claim: KubeObject, volumes: readonly KubeObject[]): readonly Change[] {
  const name = asString(at(claim, "spec", "volumeName"));
  if (volumes.some((volume) => volume.metadata.name === name)) return [];
  const ref = refTo(CLAIM, claim.metadata.namespace, claim.metadata.name);
  return [{ verb: "patch", ref, patch: { status: { phase: "Lost" } }, subresource: "status" }];
}

function phaseOfVolume(volume: KubeObject, claims: readonly KubeObject[]): readonly Change[] {
  const current = asString(at(volume, "status", "phase"));
  const uid = asString(at(volume, "spec", "claimRef", "uid")) ?? "";
  const wanted = wantedPhase({ uid, present: claims.some((claim) => claim.metadata.uid === uid), current });
  if (wanted === current) return [];
  const ref = refTo(VOLUME, null, volume.metadata.name);
  return [{ verb: "patch", ref, patch: { status: { phase: wanted } }, subresource: "status" }];
}

function wantedPhase({ uid, present, current }: { uid: string; present: boolean; current: string | null }): string {
  if (uid === "") return "Available";
  if (present) return "Bound";
  return current === "Bound" || current === "Released" ? "Released" : (current ?? "Available");
}
