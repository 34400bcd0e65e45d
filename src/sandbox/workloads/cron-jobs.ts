import { asBoolean, asFields, asNumber, asString, asStringMap, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { momentOf, timestamp } from "../clock/simulation-clock.ts";
import { type Change, statusChange } from "./changes.ts";
import { nextTime, parseCron } from "./cron-expression.ts";
import { isJobFinished } from "./jobs.ts";
import { controllerReference, CRON_JOB, isControlledBy, isTerminating, JOB, refTo } from "./kinds.ts";

export interface CronDecision {
  readonly changes: readonly Change[];
  /** When to look again although nothing changed; null while suspended. */
  readonly nextAt: number | null;
}

/** A CronJob that missed more than this starts only its newest run. */
const MAX_MISSED = 100;

/** What the CronJob controller does now: starts the run that is due, unless suspended, and tidies up old ones. */
export function reconcileCronJob(
  cronJob: KubeObject,
  { jobs, now }: { readonly jobs: readonly KubeObject[]; readonly now: number },
): CronDecision {
  const cron = parseCron(asString(at(cronJob, "spec", "schedule")) ?? "");
  if (cron === null || isTerminating(cronJob)) return { changes: [], nextAt: null };
  const own = jobs.filter((job) => isControlledBy(job, cronJob));
  const running = own.filter((job) => !isJobFinished(job) && !isTerminating(job));
  const suspended = asBoolean(at(cronJob, "spec", "suspend")) === true;
  const due = suspended ? null : newestDue((after) => nextTime(cron, after), lastLook(cronJob, now), now);
  const policy = asString(at(cronJob, "spec", "concurrencyPolicy")) ?? "Allow";
  const startedAt = policy === "Forbid" && running.length > 0 ? null : due;
  const changes = [
    ...(startedAt !== null && policy === "Replace" ? running.map(removal) : []),
    ...(startedAt !== null ? [startOf(cronJob, startedAt)] : []),
    ...historySurplus(cronJob, own).map(removal),
    ...statusChange(
      refTo(CRON_JOB, cronJob.metadata.namespace, cronJob.metadata.name),
      cronJob["status"],
      statusOf(cronJob, { running, own, startedAt }),
    ),
  ];
  return { changes, nextAt: suspended ? null : nextTime(cron, now) };
}

/** Runs due before this moment have been started, or were never to be. */
function lastLook(cronJob: KubeObject, now: number): number {
  return momentOf(at(cronJob, "status", "lastScheduleTime")) ?? momentOf(cronJob.metadata.creationTimestamp) ?? now;
}

function newestDue(next: (after: number) => number | null, last: number, now: number): number | null {
  let newest: number | null = null;
  let moment = next(last);
  for (let i = 0; i < MAX_MISSED && moment !== null && moment <= now; i += 1) {
    newest = moment;
    moment = next(moment);
  }
  return newest;
}

/** The job's name holds its minute, so that the same run can't be started twice. */
function startOf(cronJob: KubeObject, due: number): Change {
  const { name, namespace } = cronJob.metadata;
  const template = at(cronJob, "spec", "jobTemplate");
  const object: KubeObject = {
    ...JOB,
    metadata: {
      name: `${name}-${Math.floor(due / 60_000)}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: asStringMap(at(template, "metadata", "labels")),
      annotations: {
        ...asStringMap(at(template, "metadata", "annotations")),
        "batch.kubernetes.io/cronjob-scheduled-timestamp": timestamp(due),
      },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: asFields(at(template, "spec")),
  };
  return { verb: "create", object };
}

function removal(job: KubeObject): Change {
  return { verb: "delete", ref: refTo(JOB, job.metadata.namespace, job.metadata.name) };
}

function historySurplus(cronJob: KubeObject, own: readonly KubeObject[]): readonly KubeObject[] {
  const finished = own
    .filter((job) => isJobFinished(job) && !isTerminating(job))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const good = finished.filter((job) => at(job, "status", "completionTime") !== undefined);
  const bad = finished.filter((job) => !good.includes(job));
  const keep = (field: string, standard: number): number => asNumber(at(cronJob, "spec", field)) ?? standard;
  return [
    ...good.slice(0, Math.max(0, good.length - keep("successfulJobsHistoryLimit", 3))),
    ...bad.slice(0, Math.max(0, bad.length - keep("failedJobsHistoryLimit", 1))),
  ];
}

function statusOf(
  cronJob: KubeObject,
  { running, own, startedAt }: { running: readonly KubeObject[]; own: readonly KubeObject[]; startedAt: number | null },
): Readonly<Record<string, unknown>> {
  const lastSchedule = startedAt === null ? asString(at(cronJob, "status", "lastScheduleTime")) : timestamp(startedAt);
  const completions = own.map((job) => asString(at(job, "status", "completionTime")) ?? "").sort();
  const lastSuccess = completions.at(-1) ?? "";
  const before = asString(at(cronJob, "status", "lastSuccessfulTime")) ?? "";
  const newest = lastSuccess > before ? lastSuccess : before;
  const active = running.map(({ apiVersion, kind, metadata: { name, namespace, uid } }) => ({
    apiVersion,
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
  }));
  return {
    ...(active.length > 0 ? { active } : {}),
    ...(lastSchedule === null ? {} : { lastScheduleTime: lastSchedule }),
    ...(newest === "" ? {} : { lastSuccessfulTime: newest }),
  };
}
