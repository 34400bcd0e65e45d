import { counted } from "../model/counted.ts";
import { type KubeObject, type ObjectRef, describeRef } from "../model/kube-object.ts";
import type { Condition, Operation, RecordChange } from "../model/operation.ts";
import {
  DROVER_NAMESPACE,
  EPOCH_NAME,
  type RecordedClaim,
  type RecordedWorkload,
  SITES_NAME,
  recordName,
} from "../model/record.ts";
import type { Risk, StepDraft } from "../model/step.ts";
import type { Workload } from "../observed/workload.ts";

/** Milliseconds that a pod may take to go, and that workloads may take to become ready. */
export const DRAIN_TIMEOUT = 5 * 60_000;
export const READY_TIMEOUT = 10 * 60_000;
export const CLAIMS_TIMEOUT = 2 * 60_000;

const CORE = "v1";

export function configMapRef(name: string): ObjectRef {
  return { apiVersion: CORE, kind: "ConfigMap", namespace: DROVER_NAMESPACE, name };
}

/** Slashes between the parts, which no name contains: two objects never share a step. */
export function slugOf(ref: ObjectRef): string {
  return `${ref.kind}/${ref.namespace ?? ""}/${ref.name}`;
}

/** A change of the application's record on one cluster. */
export function recordDraft(
  cluster: string,
  application: string,
  what: { readonly change: RecordChange; readonly why: string },
): StepDraft {
  const { change, why } = what;
  return {
    slug: `record-${change.type}@${cluster}`,
    cluster,
    action: "update",
    object: configMapRef(recordName(application)),
    risk: "routine",
    why,
    operation: { type: "record", application, change },
  };
}

export function epochDraft(cluster: string, operation: Extract<Operation, { type: "raise-epoch" }>): StepDraft {
  return {
    slug: `raise-epoch@${cluster}`,
    cluster,
    action: "update",
    object: configMapRef(EPOCH_NAME),
    risk: "routine",
    why: "late writes of an older run must conflict",
    operation,
  };
}

export function activeDraft(
  cluster: string,
  mark: { readonly application: string; readonly active: string; readonly commit: string },
  risk: Risk,
): StepDraft {
  return {
    slug: `set-active@${cluster}`,
    cluster,
    action: risk === "routine" ? "update" : "promote",
    object: configMapRef(EPOCH_NAME),
    risk,
    why:
      risk === "routine" ? `${mark.active} is recorded as active` : `point of no return: ${mark.active} becomes active`,
    operation: { type: "set-active", ...mark },
  };
}

export function siteDraft(cluster: string, site: string, volumeNamespaces: readonly string[]): StepDraft {
  return {
    slug: `record-site-${site}@${cluster}`,
    cluster,
    action: "update",
    object: configMapRef(SITES_NAME),
    risk: "routine",
    why: `${cluster} must know what has volumes on ${site} when that site is gone`,
    operation: { type: "record-site", site, volumeNamespaces },
  };
}

export function applyDraft(cluster: string, object: KubeObject, why: string): StepDraft {
  const ref: ObjectRef = {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.metadata.namespace ?? null,
    name: object.metadata.name,
  };
  return {
    slug: `apply-${describeRef(ref)
      .replaceAll(/[^A-Za-z0-9-]+/g, "-")
      .toLowerCase()}@${cluster}`,
    cluster,
    action: "create",
    object: ref,
    risk: "routine",
    why,
    operation: { type: "apply", object },
  };
}

/** The volume of a protected claim must outlive its claim on every cluster (design invariant 8). */
export function retainDraft(cluster: string, volume: string): StepDraft {
  const ref: ObjectRef = { apiVersion: CORE, kind: "PersistentVolume", namespace: null, name: volume };
  return {
    slug: `retain-${volume}@${cluster}`,
    cluster,
    action: "update",
    object: ref,
    risk: "routine",
    why: "the volume must outlive its claim",
    operation: { type: "patch", ref, patch: { spec: { persistentVolumeReclaimPolicy: "Retain" } } },
  };
}

export function quiesceDraft(cluster: string, workload: Workload, transition: string): StepDraft {
  return {
    slug: `quiesce-${slugOf(workload.ref)}@${cluster}`,
    cluster,
    action: "quiesce",
    object: workload.ref,
    risk: "disruptive",
    why: `stops ${counted(workload.replicas, "replica")}`,
    operation: { type: "quiesce", workload: workload.ref, transition },
  };
}

export function drainedDraft(
  cluster: string,
  namespaces: readonly string[],
  workloads: readonly ObjectRef[],
): StepDraft {
  const condition: Condition = {
    cluster,
    test: { name: "drained", workloads },
    reads: namespaces.flatMap((namespace) => [
      { type: "list", query: { apiVersion: CORE, kind: "Pod", namespace } } as const,
      { type: "list", query: { apiVersion: "apps/v1", kind: "Deployment", namespace } } as const,
      { type: "list", query: { apiVersion: "apps/v1", kind: "StatefulSet", namespace } } as const,
    ]),
  };
  return waitDraft(`wait-drained@${cluster}`, condition, { why: "no pod holds a volume", timeoutMs: DRAIN_TIMEOUT });
}

export function claimsDraft(cluster: string, claims: readonly RecordedClaim[]): StepDraft {
  const namespaces = [...new Set(claims.map((claim) => claim.namespace))];
  const condition: Condition = {
    cluster,
    test: { name: "claims-ready", claims },
    reads: [
      ...namespaces.map(
        (namespace) =>
          ({ type: "list", query: { apiVersion: CORE, kind: "PersistentVolumeClaim", namespace } }) as const,
      ),
      { type: "list", query: { apiVersion: CORE, kind: "PersistentVolume", namespace: null } },
    ],
  };
  const draft = waitDraft(`verify-claims@${cluster}`, condition, {
    why: `${claims.length === 1 ? "the claim" : `each of ${claims.length} claims`} is Bound to its replicated volume`,
    timeoutMs: CLAIMS_TIMEOUT,
  });
  return { ...draft, action: "verify" };
}

export function readyDraft(cluster: string, workloads: readonly RecordedWorkload[]): StepDraft {
  const condition: Condition = {
    cluster,
    test: { name: "workloads-ready", workloads },
    reads: workloads.map(({ apiVersion, kind, namespace, name }) => ({
      type: "object",
      ref: { apiVersion, kind, namespace, name },
    })),
  };
  const draft = waitDraft(`verify-ready@${cluster}`, condition, {
    why: "all replicas are ready",
    timeoutMs: READY_TIMEOUT,
  });
  return { ...draft, action: "verify" };
}

function waitDraft(
  slug: string,
  condition: Condition,
  text: { readonly why: string; readonly timeoutMs: number },
): StepDraft {
  return {
    slug,
    cluster: condition.cluster,
    action: "wait",
    object: null,
    risk: "routine",
    why: text.why,
    operation: { type: "wait", condition, timeoutMs: text.timeoutMs },
  };
}
