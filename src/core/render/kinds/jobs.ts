import { IDEMPOTENT_JOB, MARKS } from "../../model/marks.ts";
import { type Draft, draftAt, draftsIn, drop, dropEqual, keepItems } from "../draft.ts";
import { asFields, asString } from "../../model/fields.ts";
import type { KubeObject } from "../../model/kube-object.ts";
import { type SanitizeContext, sanitizePodSpec, sanitizePodTemplate } from "../pod-template.ts";
import { cleanMetadata } from "../tool-metadata.ts";
import { type KindRule, type Sanitizer, type Switch, activeOnly, bySwitches } from "./kind-rule.ts";

const JOB_DEFAULTS = {
  backoffLimit: 6,
  completionMode: "NonIndexed",
  suspend: false,
  podReplacementPolicy: "TerminatingOrFailed",
};
const CRON_JOB_DEFAULTS = { concurrencyPolicy: "Allow", successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 };
const CONTROLLER_LABELS = [
  "controller-uid",
  "batch.kubernetes.io/controller-uid",
  "job-name",
  "batch.kubernetes.io/job-name",
];
/** Konveyor's mark of Jobs that may run twice, and ours. */
const IDEMPOTENT = [IDEMPOTENT_JOB, "crane.konveyor.io/job-idempotent"];

/**
 * A Job that was made by hand. Its pods' labels name a UID of this cluster, which the API refuses elsewhere. Delivered
 * again it would run again, so it stays suspended unless it is marked as harmless.
 */
const sanitizeJob: Sanitizer = (draft, context, live) => {
  const spec = draftAt(draft, "spec");
  sanitizeJobSpec(spec, context);
  const annotations = asFields(live.metadata.annotations);
  if (IDEMPOTENT.some((mark) => annotations[mark] === "true") || spec["suspend"] === true) return;
  spec["suspend"] = true;
  context.note("job-suspended");
};

function sanitizeJobSpec(spec: Draft, context: SanitizeContext): void {
  const { note } = context;
  const labels = { rule: "label-controller", note } as const;
  const template = draftAt(spec, "template");
  if (spec["manualSelector"] !== true) {
    drop(spec, ["selector"], { rule: "job-selector", note });
    drop(draftAt(template, "metadata", "labels"), CONTROLLER_LABELS, labels);
  }
  dropEqual(spec, JOB_DEFAULTS, { rule: "server-default", note });
  if (spec["completions"] === 1 && spec["parallelism"] === 1)
    drop(spec, ["completions", "parallelism"], { rule: "server-default", note });
  dropEqual(spec, { manualSelector: false }, { rule: "server-default", note });
  sanitizePodTemplate(template, context);
}

const sanitizeCronJob: Sanitizer = (draft, context) => {
  const { note } = context;
  const spec = draftAt(draft, "spec");
  dropEqual(spec, CRON_JOB_DEFAULTS, { rule: "server-default", note });
  const template = draftAt(spec, "jobTemplate");
  drop(draftAt(template, "metadata"), ["creationTimestamp"], { rule: "server-metadata", note });
  cleanMetadata(draftAt(template, "metadata"), context.selectorLabels, note);
  dropEmptyMetadata(template, context);
  sanitizeJobSpec(draftAt(template, "spec"), context);
};

function dropEmptyMetadata(template: Draft, { note }: SanitizeContext): void {
  dropEqual(template, { metadata: {} }, { rule: "empty-struct", note });
}

/** The migration toolkit writes the mark only on what it suspended itself, so that a mark means: it ran. */
const QUIESCED_BY_MTC = new Map([["true", false]]);

const SUSPEND: Switch = {
  path: ["spec", "suspend"],
  off: true,
  mark: MARKS.originalSuspend,
  absent: false,
  foreign: (annotations) => QUIESCED_BY_MTC.get(annotations["migration.openshift.io/preQuiesceSuspend"] ?? ""),
  rule: "standby-suspend",
};

const ADMISSION_DEFAULTS = { enableServiceLinks: true };
const EVICTION_KEYS: ReadonlySet<string> = new Set(["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]);

/** A pod without a controller: what admission and the scheduler wrote goes, so that it can be made again. */
const sanitizePod: Sanitizer = (draft, context, live) => {
  const { note } = context;
  const spec = draftAt(draft, "spec");
  drop(spec, ["priority", "preemptionPolicy", "ephemeralContainers"], {
    rule: "pod-admission",
    note,
  });
  keepItems(spec, "tolerations", { keep: (item) => !isEvictionToleration(item), rule: "pod-admission", note });
  dropTokenVolumes(spec, live, context);
  dropEqual(spec, ADMISSION_DEFAULTS, { rule: "server-default", note });
  sanitizePodSpec(spec, context);
};

/** Kubernetes adds both tolerations to every pod (DefaultTolerationSeconds, 300 seconds). */
function isEvictionToleration(item: unknown): boolean {
  const { key, effect, tolerationSeconds } = asFields(item) as Record<string, unknown>;
  return EVICTION_KEYS.has(asString(key) ?? "") && effect === "NoExecute" && tolerationSeconds === 300;
}

/** Volumes with the account's token that admission mounts into every container. */
function dropTokenVolumes(spec: Draft, live: KubeObject, { note }: SanitizeContext): void {
  const account = asString(asFields(live["spec"])["serviceAccountName"]) ?? "default";
  const names = new Set(
    draftsIn(spec, "volumes")
      .map((volume) => asString(volume["name"]) ?? "")
      .filter((name) => name.startsWith("kube-api-access-") || name.startsWith(`${account}-token-`)),
  );
  if (names.size === 0) return;
  const keep = (item: unknown): boolean => !names.has(asString(asFields(item)["name"]) ?? "");
  keepItems(spec, "volumes", { keep, rule: "pod-admission", note });
  for (const field of ["containers", "initContainers"])
    for (const container of draftsIn(spec, field))
      keepItems(container, "volumeMounts", { keep, rule: "pod-admission", note });
}

const V1 = ["v1"];

export const JOBS: readonly KindRule[] = [
  { group: "batch", kind: "Job", versions: V1, sanitize: sanitizeJob, standby: activeOnly },
  { group: "batch", kind: "CronJob", versions: V1, sanitize: sanitizeCronJob, standby: bySwitches(SUSPEND) },
  { group: "", kind: "Pod", versions: V1, sanitize: sanitizePod, standby: activeOnly },
];
