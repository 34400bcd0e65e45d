import { BUILT_IN_CONTROLLERS, type OwnerLookups, controllerOf } from "../capture/owners.ts";
import { asList, asString, at } from "../model/fields.ts";
import { isCustomGroup } from "../capture/platform-groups.ts";
import { isControllerEntry } from "../model/field-managers.ts";
import { KEEP_MARK } from "../model/marks.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";
import { type UnreadKind, isUnread } from "../observed/unread-kind.ts";
import type { OmitRule } from "./render-rules.ts";

/** What is known about the owners that captured objects name. */
export interface OwnerContext {
  /** UIDs of objects that are captured themselves: that they are made again elsewhere is certain. */
  readonly captured: ReadonlySet<string>;
  readonly lookups: OwnerLookups;
  /** Kinds of which no list was had: an owner among them counts as captured. */
  readonly unread: readonly UnreadKind[];
}

/** Kinds that controllers typically make for an owner which does not control them (Stork 24.3, and what operators add). */
const TYPICALLY_MADE: ReadonlySet<string> = new Set([
  "Deployment",
  "StatefulSet",
  "ReplicaSet",
  "DeploymentConfig",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "Service",
  "ConfigMap",
  "Secret",
  "PodDisruptionBudget",
  "HorizontalPodAutoscaler",
  "NetworkPolicy",
  "Ingress",
  "Route",
  "EndpointSlice",
]);

/**
 * The rule by which an object goes with its owner; null: it is an object of its own and loses its references. A claim holds
 * data like any other, also when a StatefulSet owns it; a pod's goes with the pod.
 */
export function ownerRule(object: KubeObject, context: OwnerContext): OmitRule | null {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0 || object.metadata.annotations?.[KEEP_MARK] === "true") return null;
  if (owners.some((owner) => owner.kind === "Pod" || owner.kind === "Node")) return "pod-owned";
  if (object.kind === "PersistentVolumeClaim" && groupOf(object.apiVersion) === "") return null;
  return controllerOf(object) === null ? companionRule(object, context) : controllerRule(object, context);
}

/** The owner exists and is not captured: nothing will make the object again. An unknown owner may well be there, too. */
function controllerRule(object: KubeObject, { captured, lookups, unread }: OwnerContext): OmitRule | null {
  const controller = controllerOf(object);
  if (controller === null) return null;
  if (captured.has(controller.uid) || BUILT_IN_CONTROLLERS.has(controller.kind)) return "controller-owned";
  const owner = { ...controller, namespace: object.metadata.namespace ?? null };
  if (isUnread(unread, owner)) return "controller-owned";
  return lookups.get(controller.uid) === "exists" ? null : "controller-owned";
}

/** A custom resource that no person wrote was derived by an operator from the owner that it named. */
function companionRule(object: KubeObject, { captured }: OwnerContext): OmitRule | null {
  const owned = (object.metadata.ownerReferences ?? []).some((owner) => captured.has(owner.uid));
  const made = TYPICALLY_MADE.has(object.kind) || isCustomGroup(groupOf(object.apiVersion));
  return owned && made && !hasAuthor(object) ? "controller-owned" : null;
}

/** Tools with which people write, as they sign in `managedFields`. */
const AUTHORS =
  /^(?:kubectl|oc\b|helm|argocd|kustomize-controller|helm-controller|flux|terraform|pulumi|ansible|mozilla|openshift-console|drover)/i;

/** A person, or a tool that a person feeds, wrote the object itself; an object without field ownership is given the benefit. */
function hasAuthor(object: KubeObject): boolean {
  const entries = asList(object.metadata["managedFields"]).filter((entry) => at(entry, "subresource") !== "status");
  if (entries.length === 0) return true;
  return entries.some((entry) => !isControllerEntry(entry) && AUTHORS.test(asString(at(entry, "manager")) ?? ""));
}
