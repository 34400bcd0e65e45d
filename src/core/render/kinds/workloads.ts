import { asString } from "../../model/fields.ts";
import { MARKS } from "../../model/marks.ts";
import { type Draft, draftAt, draftsIn, drop, dropEqual, mapString } from "../draft.ts";
import { type SanitizeContext, sanitizePodTemplate } from "../pod-template.ts";
import { BETA_STORAGE_CLASS } from "../record-objects.ts";
import { cleanMetadata } from "../tool-metadata.ts";
import { type KindRule, type Sanitizer, type Switch, byReplicas, bySwitches } from "./kind-rule.ts";

/** Defaults of `apps/v1` and `v1`, the same in every supported Kubernetes. */
const DEPLOYMENT_DEFAULTS = {
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
  revisionHistoryLimit: 10,
  progressDeadlineSeconds: 600,
};
const STATEFUL_SET_DEFAULTS = {
  podManagementPolicy: "OrderedReady",
  revisionHistoryLimit: 10,
  updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
  persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
};
const DAEMON_SET_DEFAULTS = {
  revisionHistoryLimit: 10,
  updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
};
const NO_STRATEGY = { strategy: {} };
const CLAIM_TYPE = { apiVersion: "v1", kind: "PersistentVolumeClaim" };
const CLAIM_DEFAULTS = { volumeMode: "Filesystem" };
const HASH = "pod-template-hash";

/** Rules of Deployment. The replica count is the standby form's business. */
export const sanitizeDeployment: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  dropEqual(spec, DEPLOYMENT_DEFAULTS, { rule: "server-default", note: context.note });
  dropEqual(spec, NO_STRATEGY, { rule: "empty-struct", note: context.note });
  sanitizePodTemplate(draftAt(spec, "template"), context);
};

/** Rules of StatefulSet. Claim templates are immutable, so a changed storage class mapping fails visibly on apply. */
export const sanitizeStatefulSet: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  dropEqual(spec, STATEFUL_SET_DEFAULTS, { rule: "server-default", note: context.note });
  sanitizePodTemplate(draftAt(spec, "template"), context);
  for (const template of draftsIn(spec, "volumeClaimTemplates")) sanitizeClaimTemplate(template, context);
};

function sanitizeClaimTemplate(template: Draft, context: SanitizeContext): void {
  const { note, target } = context;
  drop(template, ["status"], { rule: "status", note });
  dropEqual(template, CLAIM_TYPE, { rule: "server-default", note });
  const metadata = draftAt(template, "metadata");
  drop(metadata, ["creationTimestamp", "uid", "resourceVersion"], { rule: "server-metadata", note });
  cleanMetadata(metadata, context.selectorLabels, note);
  const spec = draftAt(template, "spec");
  drop(spec, ["volumeName"], { rule: "server-metadata", note });
  dropEqual(spec, CLAIM_DEFAULTS, { rule: "server-default", note });
  const classes = { map: target.storageClasses, rule: "target-storage-class", note } as const;
  mapString(spec, "storageClassName", classes);
  mapString(draftAt(metadata, "annotations"), BETA_STORAGE_CLASS, classes);
}

const sanitizeDaemonSet: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  dropEqual(spec, DAEMON_SET_DEFAULTS, { rule: "server-default", note: context.note });
  sanitizePodTemplate(draftAt(spec, "template"), context);
};

/** ReplicaSets and ReplicationControllers without an owner. The hash of a Deployment that once made them selects nothing. */
const sanitizeReplicaSet: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  const how = { rule: "label-controller", note: context.note } as const;
  const template = draftAt(spec, "template");
  for (const labels of [
    draftAt(draft, "metadata", "labels"),
    draftAt(spec, "selector"),
    draftAt(spec, "selector", "matchLabels"),
    draftAt(template, "metadata", "labels"),
  ])
    drop(labels, [HASH], how);
  sanitizePodTemplate(template, context);
};

/** Argo Rollouts has no defaults of its own in the object: its controller applies them as it reads. */
const sanitizeRollout: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  drop(spec, ["restartAt"], { rule: "annotation-controller", note: context.note });
  sanitizePodTemplate(draftAt(spec, "template"), context);
};

const MTC_SELECTOR = "migration.openshift.io/preQuiesceNodeSelector";

/** No node has the label, so that no pod is made (the way Konveyor's migration toolkit stops DaemonSets). */
const NODE_SELECTOR: Switch = {
  path: ["spec", "template", "spec", "nodeSelector"],
  off: { "drover.dev/standby": "true" },
  mark: MARKS.originalNodeSelector,
  foreign: (annotations) => parsed(annotations[MTC_SELECTOR]),
  rule: "standby-node-selector",
};

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(asString(text) ?? "") as unknown;
  } catch {
    return undefined;
  }
}

const V1 = ["v1"];

export const WORKLOADS: readonly KindRule[] = [
  { group: "apps", kind: "Deployment", versions: V1, sanitize: sanitizeDeployment, standby: byReplicas },
  { group: "apps", kind: "StatefulSet", versions: V1, sanitize: sanitizeStatefulSet, standby: byReplicas },
  { group: "apps", kind: "ReplicaSet", versions: V1, sanitize: sanitizeReplicaSet, standby: byReplicas },
  { group: "", kind: "ReplicationController", versions: V1, sanitize: sanitizeReplicaSet, standby: byReplicas },
  { group: "apps", kind: "DaemonSet", versions: V1, sanitize: sanitizeDaemonSet, standby: bySwitches(NODE_SELECTOR) },
  { group: "argoproj.io", kind: "Rollout", versions: null, sanitize: sanitizeRollout, standby: byReplicas },
];
