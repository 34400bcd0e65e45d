import type { Fields } from "../../core/model/fields.ts";
import { type KubeObject, type ObjectRef, refOf } from "../../core/model/kube-object.ts";
import type { StepAction, StepDraft, Risk } from "../../core/model/step.ts";
import { type StorkWait, storkCondition } from "./conditions.ts";
import type { ScheduleFacts } from "./observe.ts";

/** Milliseconds. Stork looks at every object about every 10 s (Stork 24.3), so a minute is six of its looks. */
export const STORK_ANSWER = 60_000;
export const TRANSFER_END = 10 * 60_000;
export const RESYNC_END = 4 * 60 * 60_000;

/** How a step appears: what it does, how bad it is, why. */
interface Look {
  readonly action: StepAction;
  readonly slug: string;
  readonly risk: Risk;
  readonly why: string;
}

/** Standing object, owned field by field. */
export function appliedDraft(cluster: string, object: KubeObject, look: Omit<Look, "slug">): StepDraft {
  const slug = `apply-${object.kind.toLowerCase()}-${object.metadata.name}@${cluster}`;
  return { ...look, slug, cluster, object: refOf(object), operation: { type: "apply", object } };
}

/** One-shot object: created once for ever, never updated. */
export function createdOnceDraft(cluster: string, object: KubeObject, look: Look): StepDraft {
  return { ...look, cluster, object: refOf(object), operation: { type: "create-once", object } };
}

export function suspendDraft(cluster: string, schedule: ScheduleFacts, why: string): StepDraft {
  const ref = refOf(schedule.object);
  const look = { action: "suspend", slug: `suspend-${ref.name}@${cluster}`, risk: "routine", why } as const;
  return patchedDraft(cluster, ref, { ...look, patch: { spec: { suspend: true } } });
}

/** A plain patch of the status: Stork's kinds have no status subresource (Stork 24.3). */
export function flagDraft(cluster: string, copy: ScheduleFacts, activated: boolean): StepDraft {
  const ref = refOf(copy.object);
  const look = activated
    ? ({ action: "promote", risk: "disruptive", why: "transfers onto the promoted side are refused" } as const)
    : ({ action: "demote", risk: "routine", why: "transfers onto this standby are allowed again" } as const);
  const slug = `${activated ? "activate" : "deactivate"}-copy-${ref.name}@${cluster}`;
  return patchedDraft(cluster, ref, { ...look, slug, patch: { status: { applicationActivated: activated } } });
}

function patchedDraft(cluster: string, ref: ObjectRef, content: Look & { readonly patch: Fields }): StepDraft {
  const { patch, ...look } = content;
  return { ...look, cluster, object: ref, operation: { type: "patch", ref, patch } };
}

/** A wait as a step; `object` is what people should look at meanwhile. */
export function waitDraft(
  cluster: string,
  wait: StorkWait,
  look: Pick<Look, "slug" | "why"> & { readonly timeoutMs: number; readonly object?: ObjectRef },
): StepDraft {
  const { slug, why, timeoutMs, object = null } = look;
  const operation = { type: "wait", condition: storkCondition(cluster, wait), timeoutMs } as const;
  return { slug, cluster, action: "wait", object, risk: "routine", why, operation };
}
