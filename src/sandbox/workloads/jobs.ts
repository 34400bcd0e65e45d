import { asBoolean, asList, asNumber, asString, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { timestamp } from "../clock/simulation-clock.ts";
import { type Change, statusChange } from "./changes.ts";
import { withTransitions, type WantedCondition } from "./conditions.ts";
import { isControlledBy, isTerminating, JOB, POD, refTo } from "./kinds.ts";
import { generatedSuffix, isReady, phaseOf, podFrom } from "./pod-template.ts";
import { livePods } from "./replica-sets.ts";

export interface JobSurroundings {
  readonly pods: readonly KubeObject[];
  readonly random: () => number;
  readonly node: string;
  readonly now: number;
}

export function isJobFinished(job: KubeObject): boolean {
  return asList(at(job, "status", "conditions")).some(
    (condition) =>
      (at(condition, "type") === "Complete" || at(condition, "type") === "Failed") &&
      at(condition, "status") === "True",
  );
}

interface Progress {
  readonly live: readonly KubeObject[];
  readonly succeeded: number;
  readonly failed: number;
  readonly suspended: boolean;
  /** null while it runs. */
  readonly end: "complete" | "failed" | null;
  /** Pods that should run now. */
  readonly wanted: number;
}

function progressOf(job: KubeObject, pods: readonly KubeObject[]): Progress {
  const own = pods.filter((pod) => isControlledBy(pod, job));
  const succeeded = own.filter((pod) => phaseOf(pod) === "Succeeded").length;
  const failed = own.filter((pod) => phaseOf(pod) === "Failed").length;
  const suspended = asBoolean(at(job, "spec", "suspend")) === true;
  const left = numberIn(job, "completions", 1) - succeeded;
  const exhausted = failed > numberIn(job, "backoffLimit", 6);
  const end = exhausted ? "failed" : left <= 0 ? "complete" : null;
  const wanted = suspended || end !== null ? 0 : Math.min(numberIn(job, "parallelism", 1), left);
  return { live: livePods(job, pods), succeeded, failed, suspended, end, wanted };
}

function numberIn(job: KubeObject, field: string, standard: number): number {
  return asNumber(at(job, "spec", field)) ?? standard;
}

/** What the Job controller does now: as many pods as still needed, none while suspended, and the status. */
export function reconcileJob(job: KubeObject, { pods, random, node, now }: JobSurroundings): readonly Change[] {
  if (isTerminating(job) || isJobFinished(job)) return [];
  const { name, namespace } = job.metadata;
  const progress = progressOf(job, pods);
  const missing = Array.from({ length: Math.max(0, progress.wanted - progress.live.length) }, (): Change => {
    const uid = job.metadata.uid ?? "";
    const labels = {
      "batch.kubernetes.io/job-name": name,
      "job-name": name,
      "batch.kubernetes.io/controller-uid": uid,
      "controller-uid": uid,
    };
    const identity = { name: `${name}-${generatedSuffix(random)}`, labels, spec: { nodeName: node } };
    return { verb: "create", object: podFrom(job, at(job, "spec", "template"), identity) };
  });
  const surplus = progress.live
    .slice(0, Math.max(0, progress.live.length - progress.wanted))
    .map((pod): Change => ({ verb: "delete", ref: refTo(POD, pod.metadata.namespace, pod.metadata.name) }));
  const status = statusOf(job, progress, now);
  return [...missing, ...surplus, ...statusChange(refTo(JOB, namespace, name), job["status"], status)];
}

function statusOf(job: KubeObject, progress: Progress, now: number): Readonly<Record<string, unknown>> {
  const { live, succeeded, failed, suspended, end } = progress;
  const conditions = conditionsFor(job, progress);
  const current = at(job, "status", "conditions");
  return {
    ...(live.length > 0 ? { active: live.length, ready: live.filter(isReady).length } : {}),
    ...(succeeded > 0 ? { succeeded } : {}),
    ...(failed > 0 ? { failed } : {}),
    ...(suspended ? {} : { startTime: asString(at(job, "status", "startTime")) ?? timestamp(now) }),
    ...(end === "complete" ? { completionTime: timestamp(now) } : {}),
    ...(conditions.length > 0
      ? { conditions: withTransitions(current, conditions, { now, withUpdateTime: false }) }
      : {}),
  };
}

function conditionsFor(job: KubeObject, { suspended, end }: Progress): readonly WantedCondition[] {
  if (end === "failed") {
    const message = "Job has reached the specified backoff limit";
    return [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message }];
  }
  if (end === "complete") {
    const reached = {
      status: "True",
      reason: "CompletionsReached",
      message: "Reached expected number of succeeded pods",
    } as const;
    return [
      { type: "SuccessCriteriaMet", ...reached },
      { type: "Complete", ...reached },
    ];
  }
  if (suspended) return [{ type: "Suspended", status: "True", reason: "JobSuspended", message: "Job suspended" }];
  const wasSuspended = asList(at(job, "status", "conditions")).some(
    (condition) => at(condition, "type") === "Suspended",
  );
  return wasSuspended ? [{ type: "Suspended", status: "False", reason: "JobResumed", message: "Job resumed" }] : [];
}
