import { compareText } from "../model/compare-text.ts";
import { asFields, asList, asString, at } from "../model/fields.ts";
import { type KubeObject, type ObjectRef, groupOf, refOf } from "../model/kube-object.ts";
import type { RecordedClaim, RecordedWorkload } from "../model/record.ts";
import type { UnreadKind } from "./unread-kind.ts";
import { type Workload, intendedReplicas, isScalable, isUnstoppable, readWorkload } from "./workload.ts";

export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly node: string | null;
  readonly phase: string;
  readonly claims: readonly string[];
  /** Seconds from creation to Ready; null while it isn't. */
  readonly startupSeconds: number | null;
}

export interface ClaimFacts {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  readonly volume: string | null;
}

export interface VolumeFacts {
  readonly name: string;
  readonly reclaimPolicy: string;
  readonly claim: { readonly namespace: string; readonly name: string } | null;
  readonly phase: string;
}

export interface NamespaceFacts {
  readonly name: string;
  readonly object: KubeObject | null;
  readonly terminating: boolean;
}

/** One application on one cluster, as a complete read shows it. */
export interface ApplicationFacts {
  readonly namespaces: readonly NamespaceFacts[];
  readonly workloads: readonly Workload[];
  /** Pod makers that can't be stopped by scaling. */
  readonly unstoppable: readonly ObjectRef[];
  readonly pods: readonly PodFacts[];
  readonly claims: readonly ClaimFacts[];
  readonly volumes: readonly VolumeFacts[];
  /** `namespace/name` of every Secret, without its content. */
  readonly secrets: ReadonlySet<string>;
  /** Everything read, for the capture. */
  readonly objects: readonly KubeObject[];
  /** What could not be read, of the kinds that no decision about running and data rests on. */
  readonly unread: readonly UnreadKind[];
  /** Whether controllers that no list contained exist, by UID; who is not in it could not be looked up. */
  readonly owners: ReadonlyMap<string, "exists" | "gone">;
}

/** What came back beside the objects of a read. */
export type ReadNotes = Pick<ApplicationFacts, "unread" | "owners">;

const NO_NOTES: ReadNotes = { unread: [], owners: new Map() };

/**
 * Sorts the objects of a read of the application's namespaces (and the PersistentVolumes of their claims) into facts. The
 * read is complete but for the kinds that `notes` names.
 */
export function readApplication(
  namespaces: readonly string[],
  objects: readonly KubeObject[],
  notes: ReadNotes = NO_NOTES,
): ApplicationFacts {
  const claims = ofKind(objects, "", "PersistentVolumeClaim").map(readClaim);
  const claimed = new Set(claims.map((claim) => `${claim.namespace}/${claim.name}`));
  return {
    namespaces: namespaces.map((name) => readNamespace(name, objects)),
    workloads: objects.filter(isScalable).map(readWorkload).sort(byRef),
    unstoppable: objects.filter(isUnstoppable).map(refOf),
    pods: ofKind(objects, "", "Pod").map(readPod),
    claims,
    volumes: ofKind(objects, "", "PersistentVolume")
      .map(readVolume)
      .filter((volume) => volume.claim !== null && claimed.has(`${volume.claim.namespace}/${volume.claim.name}`)),
    secrets: new Set(
      ofKind(objects, "", "Secret").map((secret) => `${secret.metadata.namespace ?? ""}/${secret.metadata.name}`),
    ),
    objects,
    ...notes,
  };
}

/** Workloads with the counts to return to, in a stable order. */
export function recordedWorkloads(facts: ApplicationFacts): readonly RecordedWorkload[] {
  return facts.workloads.map((workload) => ({
    apiVersion: workload.ref.apiVersion,
    kind: workload.ref.kind,
    namespace: workload.ref.namespace ?? "",
    name: workload.ref.name,
    replicas: intendedReplicas(workload),
  }));
}

/** Bound claims with their volumes, in a stable order. An unbound claim is not data yet. */
export function recordedClaims(facts: ApplicationFacts): readonly RecordedClaim[] {
  return facts.claims
    .flatMap((claim) =>
      claim.volume === null ? [] : [{ namespace: claim.namespace, name: claim.name, volume: claim.volume }],
    )
    .sort((a, b) => compareText(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`));
}

/** Pods that hold or may hold a volume: any pod with a claim that has not finished. */
export function podsWithClaims(pods: readonly PodFacts[]): readonly PodFacts[] {
  return pods.filter((pod) => pod.claims.length > 0 && pod.phase !== "Succeeded" && pod.phase !== "Failed");
}

/** Nothing is asked to run here and nothing does: every count is zero and no pod holds a claim. */
export function isIdle(facts: ApplicationFacts): boolean {
  return facts.workloads.every((workload) => workload.replicas === 0) && podsWithClaims(facts.pods).length === 0;
}

/** Something is asked to run here. */
export function isRunning(facts: ApplicationFacts): boolean {
  return facts.workloads.some((workload) => workload.replicas > 0);
}

function ofKind(objects: readonly KubeObject[], group: string, kind: string): readonly KubeObject[] {
  return objects.filter((object) => object.kind === kind && groupOf(object.apiVersion) === group);
}

function readNamespace(name: string, objects: readonly KubeObject[]): NamespaceFacts {
  const object = ofKind(objects, "", "Namespace").find((candidate) => candidate.metadata.name === name) ?? null;
  return { name, object, terminating: object !== null && isTerminating(object) };
}

/** A Namespace that somebody deleted: what is in it is going, and nothing can be created in it any more. */
export function isTerminating(namespace: KubeObject): boolean {
  return namespace.metadata.deletionTimestamp !== undefined || at(namespace, "status", "phase") === "Terminating";
}

/** The claims a pod's volumes name; used for the drain as well. */
export function claimsOfPod(pod: KubeObject): readonly string[] {
  return asList(at(pod, "spec", "volumes")).flatMap(
    (volume) => asString(at(asFields(volume), "persistentVolumeClaim", "claimName")) ?? [],
  );
}

export function readPod(object: KubeObject): PodFacts {
  const ready = asList(at(object, "status", "conditions"))
    .map(asFields)
    .find((condition) => condition["type"] === "Ready" && condition["status"] === "True");
  const since = asString(ready?.["lastTransitionTime"]);
  const created = object.metadata.creationTimestamp;
  const seconds = since && created ? Math.max(0, (Date.parse(since) - Date.parse(created)) / 1000) : null;
  return {
    namespace: object.metadata.namespace ?? "",
    name: object.metadata.name,
    node: asString(at(object, "spec", "nodeName")),
    phase: asString(at(object, "status", "phase")) ?? "Unknown",
    claims: claimsOfPod(object),
    startupSeconds: Number.isFinite(seconds) ? seconds : null,
  };
}

export function readClaim(object: KubeObject): ClaimFacts {
  return {
    namespace: object.metadata.namespace ?? "",
    name: object.metadata.name,
    phase: asString(at(object, "status", "phase")) ?? "Unknown",
    volume: asString(at(object, "spec", "volumeName")) || null,
  };
}

function readVolume(object: KubeObject): VolumeFacts {
  const name = asString(at(object, "spec", "claimRef", "name"));
  const namespace = asString(at(object, "spec", "claimRef", "namespace"));
  return {
    name: object.metadata.name,
    reclaimPolicy: asString(at(object, "spec", "persistentVolumeReclaimPolicy")) ?? "Delete",
    claim: name !== null && namespace !== null ? { namespace, name } : null,
    phase: asString(at(object, "status", "phase")) ?? "Unknown",
  };
}

function byRef(a: Workload, b: Workload): number {
  const key = (w: Workload): string => `${w.ref.namespace}/${w.ref.kind}/${w.ref.name}`;
  return compareText(key(a), key(b));
}
