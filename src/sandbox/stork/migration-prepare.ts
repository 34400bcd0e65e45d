import { asFields, asNumber, asString, at, type Fields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { MARKS, nameTime, resourceHash } from "./kinds.ts";

/** Who writes an object to the other side, and when. */
export interface Origin {
  readonly migration: KubeObject;
  readonly now: number;
  /** `startApplications`: keep replica counts. */
  readonly start: boolean;
}

/** Kinds that are stopped through `spec.replicas`. */
const SCALED: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "ReplicaSet", "DeploymentConfig"]);

/** Annotations that only say where an object came from; they don't count as content. */
const TRAVEL_MARKS: ReadonlySet<string> = new Set([
  MARKS.migrated,
  MARKS.migrationName,
  MARKS.migrationNamespace,
  MARKS.migrationTime,
  MARKS.resourceHash,
  "pv.kubernetes.io/bind-completed",
  "pv.kubernetes.io/bound-by-controller",
]);

function originMarks({ migration, now }: Origin): Readonly<Record<string, string>> {
  return {
    [MARKS.migrated]: "true",
    [MARKS.migrationName]: migration.metadata.name,
    [MARKS.migrationNamespace]: migration.metadata.namespace ?? "",
    [MARKS.migrationTime]: nameTime(now),
  };
}

function reduced({ apiVersion, kind, metadata, ...body }: KubeObject): KubeObject {
  const { name, namespace, labels, annotations = {} } = metadata;
  const kept = Object.fromEntries(Object.entries(annotations).filter(([key]) => !TRAVEL_MARKS.has(key)));
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(Object.keys(kept).length === 0 ? {} : { annotations: kept }),
    },
    ...body,
  };
}

function annotated(object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}

/**
 * A volume for the other side: not reserved for anyone, without storage class, kept when released, and naming the
 * storage's volume by the PersistentVolume's own name. Volumes carry no hash.
 */
export function preparedVolume(volume: KubeObject, origin: Origin): KubeObject {
  const { claimRef: _, ...spec } = asFields(volume["spec"]);
  const { status: __, ...rest } = reduced(volume);
  const name = volume.metadata.name;
  return annotated(
    {
      ...(rest as KubeObject),
      spec: {
        ...spec,
        ...(spec["csi"] === undefined ? {} : { csi: { ...asFields(spec["csi"]), volumeHandle: name } }),
        ...(spec["portworxVolume"] === undefined
          ? {}
          : { portworxVolume: { ...asFields(spec["portworxVolume"]), volumeID: name } }),
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName: "",
      },
    },
    {
      ...originMarks(origin),
      [MARKS.reclaimPolicy]: asString(spec["persistentVolumeReclaimPolicy"]) ?? "Delete",
      [MARKS.storageClass]: asString(spec["storageClassName"]) ?? "",
    },
  );
}

/** Any other object for the other side: stopped where it can be, with the hash that decides about recreation. */
export function preparedResource(object: KubeObject, origin: Origin): KubeObject {
  const stopped = rewritten(reduced(object), origin.start);
  const hash = resourceHash(stopped);
  return annotated(stopped, { ...originMarks(origin), [MARKS.resourceHash]: hash });
}

function rewritten(object: KubeObject, start: boolean): KubeObject {
  if (SCALED.has(object.kind)) return start ? object : scaledDown(object);
  if (object.kind === "CronJob") return { ...object, spec: { ...asFields(object["spec"]), suspend: !start } };
  if (object.kind === "Service") return { ...object, spec: withoutAddress(asFields(object["spec"])) };
  return object;
}

/** A count of zero with a remembered one keeps the remembered one, so that a second hop does not lose it. */
function scaledDown(object: KubeObject): KubeObject {
  const remembered = Number(object.metadata.annotations?.[MARKS.migrationReplicas] ?? 0);
  const replicas = asNumber(at(object, "spec", "replicas")) ?? 1;
  const kept = replicas === 0 && remembered > 0 ? remembered : replicas;
  const labels = { ...object.metadata.labels, [MARKS.migrated]: "true" };
  const marked = annotated(object, { [MARKS.migrationReplicas]: String(kept) });
  return { ...marked, metadata: { ...marked.metadata, labels }, spec: { ...asFields(object["spec"]), replicas: 0 } };
}

function withoutAddress(spec: Fields): Fields {
  const { clusterIPs: _, loadBalancerIP: __, clusterIP, ...rest } = spec;
  return clusterIP === "None" ? { ...rest, clusterIP } : rest;
}
