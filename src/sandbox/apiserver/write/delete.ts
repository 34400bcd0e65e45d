import { asFields, asList, asNumber, asString, isFields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { formatTime } from "../api-context.ts";
import type { ApiContext, Located } from "../api-context.ts";
import { badRequest, conflict, invalid, notSupported } from "../api-error.ts";
import { jsonEqual, withMetadata } from "../json-value.ts";
import { countsGeneration, defaultPropagation } from "../resources/traits.ts";
import { crdStorageKey } from "../store-keys.ts";

/**
 * Keeps a CustomResourceDefinition until its objects are gone; it is there from its deletion on (apiextensions-apiserver,
 * the finalizing controller).
 */
export const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

type PropagationPolicy = "Background" | "Foreground" | "Orphan";

/** How an object is to be deleted (`metav1.DeleteOptions`). */
export interface DeleteOptions {
  /** Null: what the kind does by itself. */
  readonly gracePeriodSeconds: number | null;
  readonly propagationPolicy: PropagationPolicy | null;
  readonly uid: string | null;
  readonly resourceVersion: string | null;
}

export const plainDelete: DeleteOptions = {
  gracePeriodSeconds: null,
  propagationPolicy: null,
  uid: null,
  resourceVersion: null,
};

function isPolicy(value: string): value is PropagationPolicy {
  return value === "Background" || value === "Foreground" || value === "Orphan";
}

function policyOf(value: string | null): PropagationPolicy | null {
  if (value === null || value === "") return null;
  if (!isPolicy(value))
    throw invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", [
      notSupported("propagationPolicy", value, ["Foreground", "Background", "Orphan", "nil"]),
    ]);
  return value;
}

/** Options from the body, and where it says nothing from the query. */
export function readDeleteOptions(body: unknown, query: ReadonlyMap<string, string>): DeleteOptions {
  const options = asFields(body);
  if (body !== null && !isFields(body)) throw badRequest("DeleteOptions is not an object");
  const preconditions = asFields(options["preconditions"]);
  const grace = query.get("gracePeriodSeconds");
  const orphan = options["orphanDependents"] === true || query.get("orphanDependents") === "true";
  return {
    gracePeriodSeconds: asNumber(options["gracePeriodSeconds"]) ?? (grace === undefined ? null : Number(grace)),
    propagationPolicy:
      policyOf(asString(options["propagationPolicy"]) ?? query.get("propagationPolicy") ?? null) ??
      (orphan ? "Orphan" : null),
    uid: asString(preconditions["uid"]),
    resourceVersion: asString(preconditions["resourceVersion"]),
  };
}

function checkPreconditions({ type, object }: Located, options: DeleteOptions): void {
  const { name, uid, resourceVersion } = object.metadata;
  const named = { group: type.group, resource: type.kind };
  if (options.uid !== null && options.uid !== uid)
    throw conflict(
      named,
      name,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  if (options.resourceVersion !== null && options.resourceVersion !== resourceVersion)
    throw conflict(
      named,
      name,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
}

/**
 * Seconds that the object is given to end by itself. Only pods that run on a node get any; they stay until their
 * kubelet deletes them with none (Kubernetes, `pod/strategy.go`, CheckGracefulDelete).
 */
function graceOf({ type, object }: Located, options: DeleteOptions): number {
  if (type.storageKey !== "pods") return 0;
  const spec = asFields(object["spec"]);
  const phase = asFields(object["status"])["phase"];
  if (!asString(spec["nodeName"]) || phase === "Succeeded" || phase === "Failed") return 0;
  const wanted = options.gracePeriodSeconds ?? asNumber(spec["terminationGracePeriodSeconds"]) ?? 30;
  return Math.max(wanted, 0);
}

/** Finalizers that the propagation policy adds; the garbage collection takes them away again. */
function finalizersOf({ type, object }: Located, options: DeleteOptions): readonly string[] {
  const others = (object.metadata.finalizers ?? []).filter(
    (name) => name !== "orphan" && name !== "foregroundDeletion",
  );
  const had = (object.metadata.finalizers ?? []).filter((name) => name === "orphan" || name === "foregroundDeletion");
  if (options.propagationPolicy === null && had.length > 0) return [...others, ...had];
  const policy = options.propagationPolicy ?? defaultPropagation(type);
  if (policy === "Foreground") return [...others, "foregroundDeletion"];
  return policy === "Orphan" ? [...others, "orphan"] : others;
}

function isWaiting(located: Located): boolean {
  const { storageKey } = located.type;
  return (
    storageKey === "namespaces" || storageKey === crdStorageKey || (located.object.metadata.finalizers ?? []).length > 0
  );
}

/** Namespaces and definitions are taken apart by their own controllers; they are marked in their own way. */
function markedForLifecycle(context: ApiContext, { type, object }: Located): KubeObject {
  const time = object.metadata.deletionTimestamp ?? formatTime(context.now());
  const result = withMetadata(object, "deletionTimestamp", time);
  if (type.storageKey === "namespaces")
    return { ...result, status: { ...asFields(object["status"]), phase: "Terminating" } };
  const finalizers = object.metadata.finalizers ?? [];
  const held = finalizers.includes(cleanupFinalizer)
    ? result
    : withMetadata(result, "finalizers", [...finalizers, cleanupFinalizer]);
  const status = asFields(object["status"]);
  const conditions = asList(status["conditions"]).filter((condition) => asFields(condition)["type"] !== "Terminating");
  const terminating = {
    lastTransitionTime: time,
    message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    reason: "InstanceDeletionPending",
    status: "True",
    type: "Terminating",
  };
  return { ...held, status: { ...status, conditions: [...conditions, terminating] } };
}

function marked(context: ApiContext, located: Located, grace: number): KubeObject {
  const { type, object } = located;
  if (type.storageKey === "namespaces" || type.storageKey === crdStorageKey)
    return markedForLifecycle(context, located);
  const { metadata } = object;
  const known = metadata.deletionTimestamp;
  const before = asNumber(metadata["deletionGracePeriodSeconds"]);
  const sooner = before === null || grace < before;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(countsGeneration(type) && known === undefined ? { generation: (metadata.generation ?? 0) + 1 } : {}),
      deletionTimestamp: sooner ? formatTime(context.now() + grace * 1000) : (known ?? formatTime(context.now())),
      deletionGracePeriodSeconds: before === null ? grace : Math.min(before, grace),
    },
  };
}

/** An object that was deleted, or one that has still to finish. */
export interface Deletion {
  readonly object: KubeObject;
  readonly gone: boolean;
}

interface Plan {
  readonly held: Located;
  readonly grace: number;
}

function planned(located: Located, options: DeleteOptions): Plan {
  checkPreconditions(located, options);
  const finalizers = finalizersOf(located, options);
  const { finalizers: _, ...others } = located.object.metadata;
  const metadata = finalizers.length === 0 ? others : { ...others, finalizers };
  const held: Located = { type: located.type, object: { ...located.object, metadata } };
  return { held, grace: graceOf(held, options) };
}

/** What a deletion would do, without doing it. */
export function tryDelete(located: Located, options: DeleteOptions): Deletion {
  const { held, grace } = planned(located, options);
  return { object: located.object, gone: grace === 0 && !isWaiting(held) };
}

/**
 * Begins to delete an object, and finishes when nothing holds it: no finalizer, no grace period, and for a namespace no
 * content. What follows from it (dependents, content) is left to `settle`.
 */
export function deleteObject(context: ApiContext, located: Located, options: DeleteOptions): Deletion {
  const { held, grace } = planned(located, options);
  const key = located.type.storageKey;
  if (grace === 0 && !isWaiting(held)) {
    const last = located.type.storageKey === "pods" ? marked(context, held, 0) : held.object;
    return { object: context.store.remove(key, last), gone: true };
  }
  const next = marked(context, held, grace);
  const unchanged = jsonEqual(next, located.object);
  return { object: unchanged ? located.object : context.store.put(key, next), gone: false };
}
