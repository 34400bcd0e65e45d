import { asFields, asList, asNumber, asString, at, isFields } from "../model/fields.ts";
import { type KubeObject, type ObjectRef, groupOf, refOf } from "../model/kube-object.ts";
import { MARKS } from "../model/marks.ts";

/** A workload that Drover can stop and start through `spec.replicas`. */
export interface Workload {
  readonly ref: ObjectRef;
  readonly resourceVersion: string;
  /** `spec.replicas`; 1 when absent (Kubernetes' default for both kinds). */
  readonly replicas: number;
  readonly readyReplicas: number;
  /** Id of the transition that scaled it to zero, from our own mark. */
  readonly quiescedFor: string | null;
  /** Replica count to return to, as our annotation carries it. */
  readonly originalReplicas: number | null;
  /** Claims the pod template mounts; StatefulSet templates count through their pods. */
  readonly usesClaims: boolean;
}

const SCALABLE: ReadonlySet<string> = new Set(["apps|Deployment", "apps|StatefulSet"]);

/** Kinds that make pods and that this version can't stop and start; with claims they block a transition. */
const UNSTOPPABLE: ReadonlySet<string> = new Set([
  "apps|DaemonSet",
  "apps|ReplicaSet",
  "batch|Job",
  "batch|CronJob",
  "apps.openshift.io|DeploymentConfig",
  "|ReplicationController",
]);

function kindKey(object: KubeObject): string {
  return `${groupOf(object.apiVersion)}|${object.kind}`;
}

export function isScalable(object: KubeObject): boolean {
  return SCALABLE.has(kindKey(object));
}

/**
 * A top-level pod maker outside the kinds that can be scaled, which mounts claims and may still make a pod. Children of
 * controllers are their owner's business; what was stopped by hand or has finished is at rest.
 */
export function isUnstoppable(object: KubeObject): boolean {
  if (!UNSTOPPABLE.has(kindKey(object)) || (object.metadata.ownerReferences ?? []).length > 0) return false;
  return mountsClaims(object) && !isAtRest(object);
}

function isAtRest(object: KubeObject): boolean {
  switch (object.kind) {
    case "CronJob":
      return at(object, "spec", "suspend") === true;
    case "Job":
      return at(object, "spec", "suspend") === true || hasEnded(object);
    case "DaemonSet":
      return false;
    default:
      return at(object, "spec", "replicas") === 0;
  }
}

/** A Job that completed or failed. */
export function hasEnded(job: KubeObject): boolean {
  if (asString(at(job, "status", "completionTime")) !== null) return true;
  return asList(at(job, "status", "conditions"))
    .map(asFields)
    .some(({ type, status }) => (type === "Complete" || type === "Failed") && status === "True");
}

/** The count to return to after a stop: live, or what our mark remembers while the live one is zero. */
export function intendedReplicas(workload: Workload): number {
  return workload.replicas === 0 && workload.originalReplicas !== null ? workload.originalReplicas : workload.replicas;
}

/** Its controller has seen the newest version, and at least so many replicas are ready. */
export function isReady(object: KubeObject, replicas: number): boolean {
  const seen = asNumber(at(object, "status", "observedGeneration")) ?? 0;
  return seen >= (object.metadata.generation ?? 0) && readyReplicas(object) >= replicas;
}

export function readyReplicas(object: KubeObject): number {
  return asNumber(at(object, "status", "readyReplicas")) ?? 0;
}

export function readWorkload(object: KubeObject): Workload {
  const annotations = object.metadata.annotations ?? {};
  const original = Number(annotations[MARKS.originalReplicas] ?? "");
  return {
    ref: refOf(object),
    resourceVersion: object.metadata.resourceVersion ?? "",
    replicas: asNumber(at(object, "spec", "replicas")) ?? 1,
    readyReplicas: readyReplicas(object),
    quiescedFor: annotations[MARKS.quiesced] ?? null,
    originalReplicas:
      annotations[MARKS.originalReplicas] !== undefined && Number.isSafeInteger(original) ? original : null,
    usesClaims: mountsClaims(object),
  };
}

function mountsClaims(object: KubeObject): boolean {
  if (asList(at(object, "spec", "volumeClaimTemplates")).length > 0) return true;
  const template = object.kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template"] : ["spec", "template"];
  return asList(at(object, ...template, "spec", "volumes")).some(
    (volume) =>
      asString(at(asFields(volume), "persistentVolumeClaim", "claimName")) !== null ||
      isFields(at(volume, "ephemeral")),
  );
}
