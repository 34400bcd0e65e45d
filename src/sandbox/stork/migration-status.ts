import { asFields, asList, at, type Fields } from "../../core/model/fields.ts";
import { groupOf, type KubeObject } from "../../core/model/kube-object.ts";
import { momentOf } from "../clock/simulation-clock.ts";

/** How one object of a Migration fared, as `status.resources` lists it. */
export interface ResourceResult {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly reason: string;
  readonly status: "Successful" | "Failed" | "Purged";
  readonly transformedBy: string;
  readonly version: string;
}

export function resourceResult(
  object: KubeObject,
  outcome: { readonly status: "Successful" | "Failed"; readonly reason: string },
): ResourceResult {
  const group = groupOf(object.apiVersion);
  return {
    group: group === "" ? "core" : group,
    kind: object.kind,
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? "",
    ...outcome,
    transformedBy: "",
    version: object.apiVersion.slice(object.apiVersion.indexOf("/") + 1),
  };
}

/** Objects that the source no longer has are removed; such an entry names no group, version or reason. */
export function purgedResult(object: KubeObject): ResourceResult {
  const { name, namespace = "" } = object.metadata;
  return {
    group: "",
    kind: object.kind,
    name,
    namespace,
    reason: "",
    status: "Purged",
    transformedBy: "",
    version: "",
  };
}

/** A duration as Go prints it, to a tenth of a second. */
export function goDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  const minutes = Math.floor(seconds / 60);
  const rest = Number((seconds - minutes * 60).toFixed(1));
  return minutes === 0 ? `${rest}s` : `${minutes}m${rest}s`;
}

/** The counts and times that Stork keeps rewriting while a Migration runs. */
export function summaryOf(migration: KubeObject, now: number): Fields {
  const status = asFields(migration["status"]);
  const resources = asList(status["resources"]);
  const volumes = asList(status["volumes"]);
  const started = momentOf(migration.metadata.creationTimestamp) ?? now;
  const volumesDone = momentOf(status["volumeMigrationFinishTimestamp"]);
  const resourcesDone = momentOf(status["resourceMigrationFinishTimestamp"]);
  const inApplications = volumesDone !== null && status["stage"] !== "Volumes" && !failedVolumes(volumes);
  const good = (entries: readonly unknown[]): readonly unknown[] =>
    entries.filter((entry) => at(entry, "status") === "Successful");
  return {
    elapsedTimeForResourceMigration: inApplications ? goDuration((resourcesDone ?? now) - volumesDone) : "NA",
    elapsedTimeForVolumeMigration: volumes.length === 0 ? "" : goDuration((volumesDone ?? now) - started),
    numOfMigratedResources: good(resources).length,
    numOfMigratedVolumes: good(volumes).length,
    totalBytesMigrated: good(volumes).reduce<number>((sum, volume) => sum + Number(at(volume, "bytesTotal") ?? 0), 0),
    totalNumberOfResources: resources.length,
    totalNumberOfVolumes: volumes.length,
  };
}

function failedVolumes(volumes: readonly unknown[]): boolean {
  return volumes.some((volume) => at(volume, "status") === "Failed");
}
