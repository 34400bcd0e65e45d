import { aggregatedKind } from "../capture/aggregated-apis.ts";
import { VIEW_GROUPS, exclusionOf } from "../capture/excluded-kinds.ts";
import type { Exclusion } from "../desired/protected-application.ts";
import { asList, asString, at } from "../model/fields.ts";
import { type KubeObject, type ObjectRef, groupOf, refKey, refOf } from "../model/kube-object.ts";
import { EXCLUDE_MARK, KEEP_MARK } from "../model/marks.ts";
import { hasEnded } from "../observed/workload.ts";
import type { SecretMode } from "./capture-input.ts";
import { generatedRule } from "./generated-objects.ts";
import { type Makers, madeRule } from "./made-objects.ts";
import { type OwnerContext, ownerRule } from "./owner-rule.ts";
import type { OmitRule } from "./render-rules.ts";
import { isRendered } from "./sanitize-object.ts";

export interface OmitContext {
  readonly namespaces: ReadonlySet<string>;
  readonly exclude: readonly Exclusion[];
  readonly secrets: SecretMode;
  /** Keys of the objects that the selector takes; null takes all. */
  readonly selected: ReadonlySet<string> | null;
  /** `<namespace>/<name>` of Services whose endpoints a controller writes. */
  readonly selectingServices: ReadonlySet<string>;
  readonly owners: OwnerContext;
  /** Groups of extension API servers. */
  readonly aggregated: ReadonlySet<string>;
  readonly makers: Makers;
}

/** Kinds whose objects come and go while an application runs; they never enter `record.json`. */
const VOLATILE: ReadonlySet<string> = new Set([
  "Pod",
  "ReplicaSet",
  "ReplicationController",
  "ControllerRevision",
  "Job",
  "Build",
]);
const ENDPOINT_MANAGERS: ReadonlySet<string> = new Set([
  "endpointslice-controller.k8s.io",
  "endpointslicemirroring-controller.k8s.io",
]);

/** Our own mark, Stork's in both spellings, and the one whose objects kustomize 5 leaves out of every build. */
const OPT_OUTS = [
  EXCLUDE_MARK,
  "stork.libopenstorage.org/skip-resource",
  "stork.libopenstorage.org/skipresource",
  "config.kubernetes.io/local-config",
];

/** The rule that leaves an object out of the rendered files; null when it is rendered. */
export function omitRule(object: KubeObject, context: OmitContext): OmitRule | null {
  const kind = `${groupOf(object.apiVersion)}|${object.kind}`;
  if (kind === "|Namespace")
    return context.namespaces.has(object.metadata.name) ? "recorded-namespace" : "foreign-namespace";
  if (kind === "|PersistentVolume") return volumeRule(object, context);
  const namespace = object.metadata.namespace;
  if (namespace === undefined) return "kind-not-rendered";
  if (!context.namespaces.has(namespace)) return "foreign-namespace";
  return (
    lifeRule(object, context) ??
    approvedRule(object, context) ??
    ownerRule(object, context.owners) ??
    generatedRule(object) ??
    madeRule(object, context.makers) ??
    selectionRule(object, context) ??
    kindRule(object, kind, context)
  );
}

function volumeRule(object: KubeObject, { namespaces }: OmitContext): OmitRule {
  const namespace = asString(at(object, "spec", "claimRef", "namespace")) ?? "";
  return namespaces.has(namespace) ? "recorded-volume" : "foreign-namespace";
}

/** Objects that are on their way out, views of others, or state of what runs. */
function lifeRule(object: KubeObject, { selectingServices }: OmitContext): OmitRule | null {
  if (object.metadata.deletionTimestamp !== undefined) return "deleting";
  const group = groupOf(object.apiVersion);
  if (VIEW_GROUPS.has(group)) return "duplicate-view";
  const excluded = exclusionOf(group, object.kind);
  if (excluded !== null && excluded !== "replication-machinery") return excluded;
  if (group === "batch" && object.kind === "Job") return hasEnded(object) ? "finished-run" : null;
  if (group === "discovery.k8s.io") return isManagedSlice(object) ? "runtime-state" : null;
  return group === "" && isRuntimeState(object, selectingServices) ? "runtime-state" : null;
}

function isRuntimeState(object: KubeObject, selectingServices: ReadonlySet<string>): boolean {
  switch (object.kind) {
    case "Pod":
      return isFinishedOrMirror(object);
    case "Endpoints":
      return isWrittenEndpoints(object, selectingServices);
    default:
      return false;
  }
}

function isManagedSlice(object: KubeObject): boolean {
  return ENDPOINT_MANAGERS.has(object.metadata.labels?.["endpointslice.kubernetes.io/managed-by"] ?? "");
}

function isFinishedOrMirror(pod: KubeObject): boolean {
  const phase = at(pod, "status", "phase");
  const mirror = Object.hasOwn(pod.metadata.annotations ?? {}, "kubernetes.io/config.mirror");
  return mirror || phase === "Succeeded" || phase === "Failed";
}

/** Tests of Stork's resource collector (24.3) for endpoints that a controller keeps. */
function isWrittenEndpoints(object: KubeObject, selectingServices: ReadonlySet<string>): boolean {
  const ofService = selectingServices.has(`${object.metadata.namespace ?? ""}/${object.metadata.name}`);
  const labels = object.metadata.labels ?? {};
  const marked = ["endpoints.kubernetes.io/managed-by", "service.kubernetes.io/headless"].some((key) =>
    Object.hasOwn(labels, key),
  );
  const targeted = asList(at(object, "subsets")).some((subset) =>
    asList(at(subset, "addresses")).some((address) => at(address, "targetRef") !== undefined),
  );
  return ofService || marked || targeted;
}

/** What an approved document, or a mark of another tool that users know, leaves out. */
function approvedRule(object: KubeObject, { exclude }: OmitContext): OmitRule | null {
  if (exclude.some((rule) => excludes(rule, refOf(object), object.metadata.labels ?? {}))) return "excluded";
  const annotations = object.metadata.annotations ?? {};
  if (Object.hasOwn(annotations, "argocd.argoproj.io/hook")) return "argocd-hook";
  const optedOut = object.metadata.labels?.["velero.io/exclude-from-backup"] === "true";
  return optedOut || OPT_OUTS.some((key) => annotations[key] === "true") ? "opt-out" : null;
}

/** All given fields match exactly. */
export function excludes(rule: Exclusion, ref: ObjectRef, labels: Readonly<Record<string, string>>): boolean {
  const fits = (wanted: string | null, value: string | null): boolean => wanted === null || wanted === value;
  return (
    fits(rule.group, groupOf(ref.apiVersion)) &&
    fits(rule.kind, ref.kind) &&
    fits(rule.namespace, ref.namespace) &&
    fits(rule.name, ref.name) &&
    Object.entries(rule.matchLabels ?? {}).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)
  );
}

function extensionRule({ apiVersion, kind, metadata }: KubeObject, { aggregated }: OmitContext): OmitRule | null {
  if (aggregated.size === 0 || metadata.annotations?.[KEEP_MARK] === "true") return null;
  const group = groupOf(apiVersion);
  return aggregated.has(group) && aggregatedKind(group, kind) !== "stored" ? "extension-api" : null;
}

function selectionRule(object: KubeObject, { selected }: OmitContext): OmitRule | null {
  return selected === null || selected.has(refKey(refOf(object))) ? null : "not-selected";
}

function kindRule(object: KubeObject, kind: string, context: OmitContext): OmitRule | null {
  if (kind === "|PersistentVolumeClaim") return "recorded-claim";
  if (kind === "|Secret") return secretRule(context.secrets);
  const extension = extensionRule(object, context);
  if (extension !== null) return extension;
  if (exclusionOf(groupOf(object.apiVersion), object.kind) === "replication-machinery") return "replication-machinery";
  return isRendered(object) ? null : "kind-not-rendered";
}

function secretRule(secrets: SecretMode): OmitRule | null {
  switch (secrets) {
    case "sops":
      return null;
    case "external":
      return "secret-external";
    case "omit":
      return "secret-omitted";
  }
}

/** Whether an omission lasts, so that `record.json` may name it without changing at every rollout. */
export function isLasting(ref: ObjectRef, rule: OmitRule): boolean {
  switch (rule) {
    case "kind-not-rendered":
      return true;
    case "controller-owned":
    case "excluded":
    case "opt-out":
    case "secret-omitted":
      return !VOLATILE.has(ref.kind);
    default:
      return false;
  }
}
