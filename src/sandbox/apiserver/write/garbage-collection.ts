import type { KubeObject, OwnerReference } from "../../../core/model/kube-object.ts";
import { registry } from "../api-context.ts";
import type { ApiContext, Located } from "../api-context.ts";
import { withMetadata } from "../json-value.ts";
import type { ResourceRegistry } from "../resources/registry.ts";
import { deleteObject, plainDelete } from "./delete.ts";
import type { DeleteOptions } from "./delete.ts";
import { namespaceStep } from "./namespace-lifecycle.ts";
import { definitionStep } from "./definition-lifecycle.ts";
import { release } from "./release.ts";
import { protectionStep } from "./storage-protection.ts";

/** All stored objects of resources that are still served. */
function everything(context: ApiContext, resources: ResourceRegistry): readonly Located[] {
  const found: Located[] = [];
  for (const key of context.store.keys()) {
    const type = resources.findStored(key);
    if (type !== undefined) for (const object of context.store.list(key)) found.push({ type, object });
  }
  return found;
}

function ownersOf(object: KubeObject): readonly OwnerReference[] {
  return object.metadata.ownerReferences ?? [];
}

/** Null when nobody can tell: the owner's kind is not served. */
function findOwner(context: ApiContext, dependent: KubeObject, owner: OwnerReference): KubeObject | "absent" | null {
  const type = registry(context).findKind(owner.apiVersion, owner.kind);
  if (type === undefined) return null;
  const namespace = type.namespaced ? (dependent.metadata.namespace ?? null) : null;
  const object = context.store.get(type.storageKey, namespace, owner.name);
  return object === undefined || object.metadata.uid !== owner.uid ? "absent" : object;
}

function isForeground(object: KubeObject): boolean {
  return (
    object.metadata.deletionTimestamp !== undefined &&
    object.metadata.finalizers?.includes("foregroundDeletion") === true
  );
}

const background: DeleteOptions = { ...plainDelete, propagationPolicy: "Background" };

/** Whether a dependent has to go: all its owners are gone, or the one that still deletes itself waits for it. */
function mustGo(context: ApiContext, object: KubeObject): boolean {
  const owners = ownersOf(object);
  if (owners.length === 0 || object.metadata.deletionTimestamp !== undefined) return false;
  const found = owners.map((owner) => findOwner(context, object, owner));
  return found.every((owner) => owner === "absent" || (owner !== null && isForeground(owner)));
}

function collectDependents(context: ApiContext, all: readonly Located[]): boolean {
  const doomed = all.find(({ object }) => mustGo(context, object));
  if (doomed === undefined) return false;
  deleteObject(context, doomed, background);
  return true;
}

/** Owners that wait: those that orphan let their dependents go, those in the foreground go after the blocking ones. */
function finishOwners(context: ApiContext, all: readonly Located[]): boolean {
  for (const located of all) {
    const { metadata } = located.object;
    if (metadata.deletionTimestamp === undefined) continue;
    const dependents = all.filter(({ object }) => ownersOf(object).some(({ uid }) => uid === metadata.uid));
    if (metadata.finalizers?.includes("orphan") === true) {
      for (const dependent of dependents) disown(context, dependent, metadata.uid);
      release(context, located, "orphan");
      return true;
    }
    const blocking = dependents.some(({ object }) =>
      ownersOf(object).some((owner) => owner.uid === metadata.uid && Reflect.get(owner, "blockOwnerDeletion") === true),
    );
    if (!isForeground(located.object) || blocking) continue;
    release(context, located, "foregroundDeletion");
    return true;
  }
  return false;
}

function disown(context: ApiContext, { type, object }: Located, uid: string | undefined): void {
  const rest = ownersOf(object).filter((owner) => owner.uid !== uid);
  context.store.put(type.storageKey, withMetadata(object, "ownerReferences", rest.length === 0 ? undefined : rest));
}

/**
 * What Kubernetes' own controllers do after a write, done before the answer is given: garbage collection of dependents,
 * the end of empty namespaces and of deleted kinds, and the protection of claims and volumes in use.
 */
export function settle(context: ApiContext): void {
  for (;;) {
    const all = everything(context, registry(context)).filter(isInteresting);
    const worked =
      all.length > 0 &&
      (collectDependents(context, all) ||
        finishOwners(context, all) ||
        namespaceStep(context, all) ||
        definitionStep(context, all) ||
        protectionStep(context, all));
    if (!worked) return;
  }
}

function isInteresting({ object }: Located): boolean {
  return object.metadata.deletionTimestamp !== undefined || object.metadata.ownerReferences !== undefined;
}
