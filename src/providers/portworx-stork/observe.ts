import { compareText } from "../../core/model/compare-text.ts";
import { asBoolean, asFields, asList, asString, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { STATIC_COPY, STORK } from "./names.ts";

export interface DomainState {
  readonly active: boolean;
  readonly sync: "InSync" | "SyncInProgress" | "NotInSync" | "Unknown";
}

/** A domain as this cluster's Stork last saw it; null when there is no status, more than one, or no such domain. */
export function domainState(objects: readonly KubeObject[], domain: string): DomainState | null {
  const statuses = ofKind(objects, "ClusterDomainsStatus");
  if (statuses.length !== 1) return null;
  const info = asList(at(statuses[0], "status", "clusterDomainInfos"))
    .map(asFields)
    .find((candidate) => candidate["name"] === domain);
  if (info === undefined) return null;
  const state = info["state"];
  if (state !== "Active" && state !== "Inactive") return null;
  return { active: state === "Active", sync: syncOf(info["syncStatus"]) };
}

function syncOf(raw: unknown): DomainState["sync"] {
  return raw === "InSync" || raw === "SyncInProgress" || raw === "NotInSync" ? raw : "Unknown";
}

/** The domain of the cluster's own nodes. */
export function localDomain(objects: readonly KubeObject[]): string | null {
  const statuses = ofKind(objects, "ClusterDomainsStatus");
  return statuses.length === 1 ? asString(at(statuses[0], "status", "localDomain")) : null;
}

export interface ScheduleFacts {
  readonly object: KubeObject;
  readonly suspended: boolean;
  readonly staticCopy: boolean;
  readonly activated: boolean;
  /** Creation times of items that succeeded: the data is at least that new (stork sheet 8.3). */
  readonly goodRuns: readonly string[];
  readonly lastStatus: string | null;
  readonly running: boolean;
}

export function findSchedule(
  objects: readonly KubeObject[],
  name: { readonly namespace: string; readonly name: string },
): ScheduleFacts | null {
  const object = ofKind(objects, "MigrationSchedule").find(
    (candidate) => candidate.metadata.name === name.name && candidate.metadata.namespace === name.namespace,
  );
  if (object === undefined) return null;
  const items = Object.values(asFields(at(object, "status", "items")))
    .flatMap(asList)
    .map(asFields)
    .sort((a, b) => compareText(asString(a["creationTimestamp"]) ?? "", asString(b["creationTimestamp"]) ?? ""));
  const good = items.filter((item) => item["status"] === "Successful" || item["status"] === "PartialSuccess");
  return {
    object,
    suspended: asBoolean(at(object, "spec", "suspend")) ?? false,
    staticCopy: object.metadata.annotations?.[STATIC_COPY] === "true",
    activated: asBoolean(at(object, "status", "applicationActivated")) ?? false,
    goodRuns: good.flatMap((item) => asString(item["creationTimestamp"]) ?? []),
    lastStatus: asString(items.at(-1)?.["status"]),
    running: items.some((item) => ["", "Pending", "InProgress"].includes(asString(item["status"]) ?? "")),
  };
}

/** Migrations towards the other side that have not ended: `stage` Final is the only end (stork sheet 8.1). */
export function runningMigrations(objects: readonly KubeObject[], namespaces: readonly string[]): readonly string[] {
  return ofKind(objects, "Migration")
    .filter((migration) => at(migration, "status", "stage") !== "Final")
    .filter((migration) => concerns(migration, namespaces))
    .map((migration) => migration.metadata.name);
}

function concerns(migration: KubeObject, namespaces: readonly string[]): boolean {
  const moved = asList(at(migration, "spec", "namespaces"));
  return moved.some((namespace) => namespaces.includes(asString(namespace) ?? ""));
}

export interface PairFacts {
  readonly ready: boolean;
  readonly why: string;
}

/** A sync pair has no storage options, and Stork reached the other API server at least once. */
export function pairState(
  objects: readonly KubeObject[],
  name: { readonly namespace: string; readonly name: string },
): PairFacts {
  const pair = ofKind(objects, "ClusterPair").find(
    (candidate) => candidate.metadata.name === name.name && candidate.metadata.namespace === name.namespace,
  );
  if (pair === undefined) return { ready: false, why: "does not exist" };
  if (Object.keys(asFields(at(pair, "spec", "options"))).length > 0) {
    return { ready: false, why: "has storage options, so Stork would treat it as asynchronous" };
  }
  const scheduler = asString(at(pair, "status", "schedulerStatus")) ?? "";
  return scheduler === "Ready"
    ? { ready: true, why: "" }
    : { ready: false, why: `reports schedulerStatus "${scheduler}"` };
}

function ofKind(objects: readonly KubeObject[], kind: string): readonly KubeObject[] {
  return objects.filter((object) => object.kind === kind && object.apiVersion === STORK);
}
