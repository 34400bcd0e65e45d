import { createHash } from "node:crypto";
import type { KindRef, KubeObject } from "../../core/model/kube-object.ts";

export const GROUP = "stork.libopenstorage.org";
const VERSION = `${GROUP}/v1alpha1`;

export const CLUSTER_PAIR: KindRef = { apiVersion: VERSION, kind: "ClusterPair" };
export const SCHEDULE: KindRef = { apiVersion: VERSION, kind: "MigrationSchedule" };
export const MIGRATION: KindRef = { apiVersion: VERSION, kind: "Migration" };
export const ACTION: KindRef = { apiVersion: VERSION, kind: "Action" };
export const POLICY: KindRef = { apiVersion: VERSION, kind: "SchedulePolicy" };
export const DOMAIN_UPDATE: KindRef = { apiVersion: VERSION, kind: "ClusterDomainUpdate" };
export const DOMAINS_STATUS: KindRef = { apiVersion: VERSION, kind: "ClusterDomainsStatus" };

export const NAMESPACE: KindRef = { apiVersion: "v1", kind: "Namespace" };
export const CONFIG_MAP: KindRef = { apiVersion: "v1", kind: "ConfigMap" };

export const FINALIZER = `${GROUP}/finalizer-cleanup`;

/** Annotations and labels that Stork sets or reads (Stork 24.3). */
export const MARKS = {
  migrated: `${GROUP}/migrated`,
  migrationName: `${GROUP}/migrationName`,
  migrationNamespace: `${GROUP}/migrationNamespace`,
  migrationTime: `${GROUP}/migrationTime`,
  migrationReplicas: `${GROUP}/migrationReplicas`,
  resourceHash: `${GROUP}/resource-hash`,
  reclaimPolicy: `${GROUP}/reclaimPolicy`,
  storageClass: `${GROUP}/current-storage-class-name`,
  staticCopy: `${GROUP}/static-copy`,
  scheduleName: `${GROUP}/migration-schedule-name`,
  lastMileScheduleName: `${GROUP}/lastmile-migration-schedule-name`,
  skipResource: `${GROUP}/skip-resource`,
} as const;

export function isStaticCopy(schedule: KubeObject): boolean {
  return schedule.metadata.annotations?.[MARKS.staticCopy] === "true";
}

export function hasFinalizer(object: KubeObject): boolean {
  return (object.metadata.finalizers ?? []).includes(FINALIZER);
}

export function withFinalizer(object: KubeObject): KubeObject {
  if (hasFinalizer(object)) return object;
  return {
    ...object,
    metadata: { ...object.metadata, finalizers: [...(object.metadata.finalizers ?? []), FINALIZER] },
  };
}

export function withoutFinalizer(object: KubeObject): KubeObject {
  const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== FINALIZER);
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

/** A moment inside a name or an annotation: `2026-11-23-020000`, in the time zone of the Stork pod (UTC here). */
export function nameTime(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return `${text.slice(0, 10)}-${text.slice(11, 19).replaceAll(":", "")}`;
}

/** A 64-bit hash as a decimal number, as `resource-hash` shows it. The value itself is Stork's own business. */
export function resourceHash(content: unknown): string {
  return createHash("sha256").update(canonical(content)).digest().readBigUInt64BE(0).toString();
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`)
    .join(",")}}`;
}
