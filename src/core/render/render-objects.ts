import type { RenderTarget } from "../desired/protected-application.ts";
import { asFields, asList, at } from "../model/fields.ts";
import { type KubeObject, type ObjectRef, refKey, refOf } from "../model/kube-object.ts";
import { ACTIVE_COMPONENT } from "./activation.ts";
import { autoscaledTargets, isAutoscaled } from "./autoscaled.ts";
import { compareBytes } from "./byte-order.ts";
import type { CaptureInput } from "./capture-input.ts";
import { keepShared } from "./companions.ts";
import type { Draft, Note } from "./draft.ts";
import { type BaseObject, baseObject } from "./folder-files.ts";
import type { RecordedWorkload } from "./folder-record.ts";
import { objectPath } from "./file-names.ts";
import { PLATFORM_ACCOUNTS } from "./generated-objects.ts";
import { kindRule } from "./kinds/kind-registry.ts";
import { type StandbyForm, same } from "./kinds/kind-rule.ts";
import type { TargetedPatch } from "./kustomization.ts";
import { claimsOf } from "./pod-references.ts";
import type { ChangeRule } from "./render-rules.ts";
import type { Change } from "./render-result.ts";
import { sanitizeObject } from "./sanitize-object.ts";
import {
  activePatch,
  countOperation,
  originalCount,
  restoreCount,
  restoreSwitches,
  stopReplicas,
  switchOff,
} from "./standby-form.ts";
import { type PreparedRules, type RuleFailure, applyRules, prepareRules } from "./user-rules.ts";

/** One captured object on its way into the folder. */
export interface RenderedObject {
  readonly live: KubeObject;
  /** Its file: below `base/`, below `cluster/` for kinds without a namespace, or in the active component alone. */
  readonly base: BaseObject;
  readonly changes: readonly Change[];
  /** What the active component does to it; null: nothing. */
  readonly patch: TargetedPatch | null;
  /** Null for everything that has no replicas. */
  readonly workload: RenderedWorkload | null;
  /** The user's rule that did not fit; null when all did. */
  readonly failure: RuleFailure | null;
}

export interface RenderedWorkload {
  readonly recorded: RecordedWorkload;
  /** What the branch records when somebody else than Drover scaled it to zero; null otherwise. */
  readonly turnedZeroFrom: number | null;
}

export interface RenderContext extends RenderKnowledge {
  readonly input: CaptureInput;
  readonly target: RenderTarget;
  readonly generatedSecrets: ReadonlySet<string>;
  readonly claimNames: ReadonlyMap<string, readonly string[]>;
}

/** What all objects of a capture say about each. */
interface RenderKnowledge {
  readonly namespaces: ReadonlySet<string>;
  readonly selectorLabels: ReadonlySet<string>;
  readonly autoscaled: ReadonlySet<string>;
  readonly rules: PreparedRules;
  /** Counts that the branch records, by identity. */
  readonly recordedCounts: ReadonlyMap<string, number>;
}

/** Looked up once for a capture; `objects` are those that are rendered. */
export function knowledgeOf(input: CaptureInput, objects: readonly KubeObject[]): RenderKnowledge {
  return {
    namespaces: new Set(input.namespaces),
    selectorLabels: labelsInSelectors(objects),
    autoscaled: autoscaledTargets(objects),
    rules: prepareRules(input.render, input.standbyCluster),
    recordedCounts: new Map(input.previous?.record.workloads.map((each) => [refKey(each), each.replicas])),
  };
}

/**
 * Sanitizes one object, puts back what a standby form had taken away, applies the user's rules, and only then brings it
 * into standby form: so nothing that a rule does can run on a standby. Null: a platform ServiceAccount that nobody added
 * to.
 */
export function renderObject(live: KubeObject, context: RenderContext): RenderedObject | null {
  const counts = new Map<ChangeRule, number>();
  const note = (rule: ChangeRule, count = 1): void => void counts.set(rule, (counts.get(rule) ?? 0) + count);
  const draft = sanitizeObject(live, { ...context, note });
  if (isUntouchedAccount(live, draft)) return null;
  const turnedZeroFrom = restoreOriginals(draft, live, context);
  const failure = applyRules(draft, live, { rules: context.rules, note });
  keepShared(draft, live, note);
  const { place, patch, replicas } = standBy(draft, live, { context, note });
  const ref = refOf(live);
  const path = `${place}/${objectPath(live, context.input.digest)}`;
  const changes = [...counts]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([rule, count]): Change => ({ object: ref, rule, count }));
  return {
    live,
    base: baseObject(path, draft as unknown as KubeObject),
    changes,
    patch,
    workload: replicas === null ? null : { recorded: recordWorkload(live, { ref, replicas, context }), turnedZeroFrom },
    failure,
  };
}

function formOf(live: KubeObject, draft: Draft): StandbyForm {
  return (kindRule(live)?.standby ?? same)(draft);
}

/** The draft as it is while active. Returns the recorded count when somebody else than Drover stopped it. */
function restoreOriginals(draft: Draft, live: KubeObject, context: RenderContext): number | null {
  const form = formOf(live, draft);
  if (form.form === "switches") restoreSwitches(draft, live, form.switches);
  if (form.form !== "replicas") return null;
  const recorded = context.recordedCounts.get(refKey(refOf(live))) ?? null;
  const { replicas, turnedZero } = originalCount(live, recorded);
  // An autoscaler's count changes by the minute and is not what the active component writes.
  restoreCount(draft, isAutoscaled(live, context.autoscaled) ? Math.min(replicas, 1) : replicas);
  return turnedZero ? recorded : null;
}

interface StandingBy {
  readonly place: string;
  readonly patch: TargetedPatch | null;
  readonly replicas: number | null;
}

function standBy(
  draft: Draft,
  live: KubeObject,
  { context, note }: { readonly context: RenderContext; readonly note: Note },
): StandingBy {
  const form = formOf(live, draft);
  const place = live.metadata.namespace === undefined ? "cluster" : "base";
  const onlyActive = { place: activePlace(live), patch: null, replicas: null };
  switch (form.form) {
    case "same":
      return { place, patch: null, replicas: null };
    case "replicas": {
      const replicas = stopReplicas(draft, note);
      const operation = countOperation(replicas, isAutoscaled(live, context.autoscaled));
      return { place, patch: activePatch(live, [operation]), replicas };
    }
    case "switches": {
      const operations = switchOff(draft, form.switches, note);
      if (operations !== null) return { place, patch: activePatch(live, operations), replicas: null };
      note("standby-absent");
      return onlyActive;
    }
    case "active-only":
      note("standby-absent");
      return onlyActive;
  }
}

function activePlace(live: KubeObject): string {
  return live.metadata.namespace === undefined ? `${ACTIVE_COMPONENT}/cluster` : ACTIVE_COMPONENT;
}

function recordWorkload(
  live: KubeObject,
  how: { readonly ref: ObjectRef; readonly replicas: number; readonly context: RenderContext },
): RecordedWorkload {
  const claims = claimsOf(live, how.context.claimNames.get(how.ref.namespace ?? "") ?? []);
  return { ...how.ref, replicas: how.replicas, claims: [...claims].sort(compareBytes) };
}

function isUntouchedAccount(live: KubeObject, draft: Draft): boolean {
  if (live.apiVersion !== "v1" || live.kind !== "ServiceAccount" || !PLATFORM_ACCOUNTS.has(live.metadata.name))
    return false;
  const own = ["apiVersion", "kind", "metadata"];
  const metadata = Object.keys(asFields(draft["metadata"]));
  return (
    Object.keys(draft).every((key) => own.includes(key)) &&
    metadata.every((key) => key === "name" || key === "namespace")
  );
}

/** Kinds whose selector is a plain mapping of labels. */
const PLAIN_SELECTORS: ReadonlySet<string> = new Set(["Service", "ReplicationController", "DeploymentConfig"]);

/** Keys of labels that any selector of these objects uses; a Job's generated selector is none that anyone wrote. */
export function labelsInSelectors(objects: readonly KubeObject[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const object of objects) {
    if (object.kind === "Job" && at(object, "spec", "manualSelector") !== true) continue;
    const selector = at(object, "spec", object.kind === "NetworkPolicy" ? "podSelector" : "selector");
    if (selector === undefined) continue;
    const plain = PLAIN_SELECTORS.has(object.kind) ? selector : at(selector, "matchLabels");
    for (const key of Object.keys(asFields(plain))) keys.add(key);
    for (const expression of asList(at(selector, "matchExpressions"))) keys.add(String(at(expression, "key")));
  }
  return keys;
}
