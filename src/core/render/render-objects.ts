import type { RenderTarget } from "../desired/protected-application.ts";
import { asFields, asList, at } from "../model/fields.ts";
import { type KubeObject, refKey, refOf } from "../model/kube-object.ts";
import { compareBytes } from "./byte-order.ts";
import type { CaptureInput } from "./capture-input.ts";
import type { Draft } from "./draft.ts";
import { type BaseObject, baseObject } from "./folder-files.ts";
import type { RecordedWorkload } from "./folder-record.ts";
import { objectPath } from "./file-names.ts";
import { PLATFORM_ACCOUNTS } from "./generated-objects.ts";
import type { TargetedPatch } from "./kustomization.ts";
import { claimsOf } from "./pod-references.ts";
import type { ChangeRule } from "./render-rules.ts";
import type { Change } from "./render-result.ts";
import { sanitizeObject } from "./sanitize-object.ts";
import { isWorkload } from "./select-objects.ts";
import { activePatch, makeStandby, originalCount } from "./standby-form.ts";

/** One captured object on its way into the base. */
export interface RenderedObject {
  readonly live: KubeObject;
  readonly base: BaseObject;
  readonly changes: readonly Change[];
  /** Null for everything that has no replicas. */
  readonly workload: RenderedWorkload | null;
}

export interface RenderedWorkload {
  readonly recorded: RecordedWorkload;
  readonly patch: TargetedPatch;
  /** What the branch records when somebody else than Drover scaled it to zero; null otherwise. */
  readonly turnedZeroFrom: number | null;
}

export interface RenderContext {
  readonly input: CaptureInput;
  readonly target: RenderTarget;
  readonly selectorLabels: ReadonlySet<string>;
  readonly generatedSecrets: ReadonlySet<string>;
  readonly claimNames: ReadonlyMap<string, readonly string[]>;
}

/** Sanitizes one object and brings it into standby form. Null: a platform ServiceAccount that nobody added to. */
export function renderObject(live: KubeObject, context: RenderContext): RenderedObject | null {
  const counts = new Map<ChangeRule, number>();
  const note = (rule: ChangeRule, count = 1): void => void counts.set(rule, (counts.get(rule) ?? 0) + count);
  const draft = sanitizeObject(live, { ...context, note });
  if (isUntouchedAccount(live, draft)) return null;
  const workload = isWorkload(live) ? renderWorkload(live, context) : null;
  if (workload !== null) makeStandby(draft, workload.recorded.replicas, note);
  const object = draft as unknown as KubeObject;
  const changes = [...counts]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([rule, count]): Change => ({ object: refOf(live), rule, count }));
  return { live, base: baseObject(`base/${objectPath(live, context.input.digest)}`, object), changes, workload };
}

function renderWorkload(live: KubeObject, { input, claimNames }: RenderContext): RenderedWorkload {
  const ref = refOf(live);
  const before = input.previous?.record.workloads.find((workload) => refKey(workload) === refKey(ref)) ?? null;
  const { replicas, turnedZero } = originalCount(live, before?.replicas ?? null);
  const claims = claimsOf(live, claimNames.get(ref.namespace ?? "") ?? []);
  return {
    recorded: { ...ref, replicas, claims: [...claims].sort(compareBytes) },
    patch: activePatch(live, replicas),
    turnedZeroFrom: turnedZero ? (before?.replicas ?? null) : null,
  };
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

/** Keys of labels that any selector of these objects uses. */
export function labelsInSelectors(objects: readonly KubeObject[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const object of objects) {
    const selector = at(object, "spec", "selector");
    const plain = object.kind === "Service" ? selector : at(selector, "matchLabels");
    for (const key of Object.keys(asFields(plain))) keys.add(key);
    for (const expression of asList(at(selector, "matchExpressions"))) keys.add(String(at(expression, "key")));
  }
  return keys;
}
