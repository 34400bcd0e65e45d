import { asList, at } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import {
  ageColumn,
  integer,
  joined,
  labelText,
  nameColumn,
  numberAt,
  selectorText,
  text,
  textAt,
  wide,
} from "./column.ts";
import type { Column } from "./column.ts";
import { age, humanDuration } from "./cell-text.ts";

const template = ["spec", "template", "spec"] as const;

function containerColumns(path: readonly string[]): readonly Column[] {
  return [
    wide(text("Containers", (object) => joined(at(object, ...path, "containers"), "name"))),
    wide(text("Images", (object) => joined(at(object, ...path, "containers"), "image"))),
  ];
}

const selectorColumn = wide(text("Selector", (object) => selectorText(at(object, "spec", "selector"))));

function readyText(object: KubeObject): string {
  return `${numberAt(object, "status", "readyReplicas")}/${numberAt(object, "spec", "replicas")}`;
}

const deployment: readonly Column[] = [
  nameColumn,
  text("Ready", readyText),
  text("Up-to-date", (object) => numberAt(object, "status", "updatedReplicas")),
  text("Available", (object) => numberAt(object, "status", "availableReplicas")),
  ageColumn,
  ...containerColumns(template),
  selectorColumn,
];

const statefulSet: readonly Column[] = [nameColumn, text("Ready", readyText), ageColumn, ...containerColumns(template)];

const replicaSet: readonly Column[] = [
  nameColumn,
  integer("Desired", (object) => numberAt(object, "spec", "replicas")),
  integer("Current", (object) => numberAt(object, "status", "replicas")),
  integer("Ready", (object) => numberAt(object, "status", "readyReplicas")),
  ageColumn,
  ...containerColumns(template),
  selectorColumn,
];

const daemonSet: readonly Column[] = [
  nameColumn,
  integer("Desired", (object) => numberAt(object, "status", "desiredNumberScheduled")),
  integer("Current", (object) => numberAt(object, "status", "currentNumberScheduled")),
  integer("Ready", (object) => numberAt(object, "status", "numberReady")),
  integer("Up-to-date", (object) => numberAt(object, "status", "updatedNumberScheduled")),
  integer("Available", (object) => numberAt(object, "status", "numberAvailable")),
  text("Node Selector", (object) => labelText(at(object, ...template, "nodeSelector"))),
  ageColumn,
  ...containerColumns(template),
  selectorColumn,
];

function jobStatus(job: KubeObject): string {
  const conditions = asList(at(job, "status", "conditions"));
  const has = (type: string): boolean =>
    conditions.some((condition) => at(condition, "type") === type && at(condition, "status") === "True");
  if (has("Complete")) return "Complete";
  if (has("Failed")) return "Failed";
  if (job.metadata.deletionTimestamp !== undefined) return "Terminating";
  return has("Suspended") ? "Suspended" : "Running";
}

function completions(job: KubeObject): string {
  const done = numberAt(job, "status", "succeeded");
  const wanted = at(job, "spec", "completions");
  if (typeof wanted === "number") return `${done}/${wanted}`;
  const parallel = numberAt(job, "spec", "parallelism");
  return parallel > 1 ? `${done}/1 of ${parallel}` : `${done}/1`;
}

function duration(job: KubeObject, now: number): string {
  const start = Date.parse(textAt(job, ["status", "startTime"]));
  if (Number.isNaN(start)) return "";
  const end = Date.parse(textAt(job, ["status", "completionTime"]));
  return humanDuration((Number.isNaN(end) ? now : end) - start);
}

const job: readonly Column[] = [
  nameColumn,
  text("Status", jobStatus),
  text("Completions", completions),
  text("Duration", duration),
  ageColumn,
  ...containerColumns(template),
  selectorColumn,
];

function lastSchedule(object: KubeObject, now: number): string {
  const time = textAt(object, ["status", "lastScheduleTime"]);
  return time === "" ? "<none>" : age(time, now);
}

const cronJob: readonly Column[] = [
  nameColumn,
  text("Schedule", (object) => textAt(object, ["spec", "schedule"])),
  text("Timezone", (object) => textAt(object, ["spec", "timeZone"], "<none>")),
  { ...text("Suspend", (object) => (at(object, "spec", "suspend") === true ? "True" : "False")), type: "boolean" },
  integer("Active", (object) => asList(at(object, "status", "active")).length),
  text("Last Schedule", lastSchedule),
  ageColumn,
  ...containerColumns(["spec", "jobTemplate", "spec", "template", "spec"]),
  wide(text("Selector", (object) => selectorText(at(object, "spec", "jobTemplate", "spec", "selector")))),
];

function controllerText(object: KubeObject): string {
  const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner === undefined ? "<none>" : `${owner.kind.toLowerCase()}.${owner.apiVersion.split("/")[0]}/${owner.name}`;
}

const controllerRevision: readonly Column[] = [
  nameColumn,
  text("Controller", controllerText),
  text("Revision", (object) => numberAt(object, "revision")),
  ageColumn,
];

/** Columns of workloads by storage key. */
export const workloadColumns: Readonly<Record<string, readonly Column[]>> = {
  "deployments.apps": deployment,
  "statefulsets.apps": statefulSet,
  "replicasets.apps": replicaSet,
  "daemonsets.apps": daemonSet,
  "controllerrevisions.apps": controllerRevision,
  "jobs.batch": job,
  "cronjobs.batch": cronJob,
};
