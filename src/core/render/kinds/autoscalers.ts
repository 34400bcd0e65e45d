import { type Fields, asNumber, at } from "../../model/fields.ts";
import { ORIGINAL_PREFIX } from "../../model/marks.ts";
import { draftAt, drop } from "../draft.ts";
import { sanitizePodTemplate } from "../pod-template.ts";
import {
  type KindRule,
  type Sanitizer,
  type StandbyForm,
  type Switch,
  activeOnly,
  bySwitches,
  clean,
  same,
} from "./kind-rule.ts";

/** The group that scaled a DeploymentConfig through the legacy version `v1` (openshift-velero-plugin, hpa restore). */
const sanitizeHpa: Sanitizer = (draft, { note }) => {
  const target = draftAt(draft, "spec", "scaleTargetRef");
  if (target["kind"] !== "DeploymentConfig" || target["apiVersion"] !== "v1") return;
  target["apiVersion"] = "apps.openshift.io/v1";
  note("legacy-reference");
};

/**
 * While its target is at zero an HPA does nothing, unless `minReplicas` is zero itself: then an external metric scales
 * the standby up (Kubernetes, `podautoscaler/horizontal.go`; `HPAScaleToZero` is on by default from 1.37).
 */
const standbyHpa = (draft: Fields): StandbyForm =>
  asNumber(at(draft, "spec", "minReplicas")) === 0 ? activeOnly() : same();

function paused(annotation: string, off: string): Switch {
  return {
    path: ["metadata", "annotations", `autoscaling.keda.sh/${annotation}`],
    off,
    mark: `${ORIGINAL_PREFIX}keda.${annotation}`,
    rule: "standby-paused",
  };
}

/** KEDA labels its objects with their own names. */
const sanitizeScaledObject: Sanitizer = (draft, { note }) => {
  drop(draftAt(draft, "metadata", "labels"), ["scaledobject.keda.sh/name"], { rule: "label-controller", note });
};

const sanitizeScaledJob: Sanitizer = (draft, context) => {
  const how = { rule: "label-controller", note: context.note } as const;
  drop(draftAt(draft, "metadata", "labels"), ["scaledjob.keda.sh/name"], how);
  sanitizePodTemplate(draftAt(draft, "spec", "jobTargetRef", "template"), context);
};

export const AUTOSCALERS: readonly KindRule[] = [
  {
    group: "autoscaling",
    kind: "HorizontalPodAutoscaler",
    versions: ["v2", "v1"],
    sanitize: sanitizeHpa,
    standby: standbyHpa,
  },
  {
    group: "keda.sh",
    kind: "ScaledObject",
    versions: null,
    sanitize: sanitizeScaledObject,
    standby: bySwitches(paused("paused-replicas", "0")),
  },
  {
    group: "keda.sh",
    kind: "ScaledJob",
    versions: null,
    sanitize: sanitizeScaledJob,
    standby: bySwitches(paused("paused", "true")),
  },
  { group: "keda.sh", kind: "TriggerAuthentication", versions: null, sanitize: clean, standby: same },
  { group: "autoscaling.k8s.io", kind: "VerticalPodAutoscaler", versions: null, sanitize: clean, standby: same },
];
