import { asNumber, at } from "../../core/model/fields.ts";
import type { KubeObject, ObjectRef } from "../../core/model/kube-object.ts";
import { MARKS } from "../../core/model/marks.ts";
import type { StepOutcome } from "../events.ts";
import { decideAgain } from "./decide-again.ts";
import type { WriteContext } from "./write-context.ts";

const DONE: StepOutcome = { state: "done", detail: null };

/**
 * A merge patch that carries the resourceVersion it was decided on; after a conflict the decision is made again.
 */
export async function patchObject(
  context: WriteContext,
  ref: ObjectRef,
  decide: (live: KubeObject) => Readonly<Record<string, unknown>> | null,
): Promise<"patched" | "unchanged" | "absent"> {
  return decideAgain(context, async () => {
    const live = await context.port.get(ref);
    if (live === null) return "absent";
    const patch = decide(live);
    if (patch === null) return "unchanged";
    await context.port.patch(ref, conditional(patch, live), { timeoutMs: context.timeoutMs });
    return "patched";
  });
}

function conditional(patch: Readonly<Record<string, unknown>>, live: KubeObject): Readonly<Record<string, unknown>> {
  const metadata = typeof patch["metadata"] === "object" ? patch["metadata"] : {};
  return { ...patch, metadata: { ...metadata, resourceVersion: live.metadata.resourceVersion } };
}

/**
 * Scales to zero with the count and the transition written beside it, in one write. What somebody revived meanwhile is
 * stopped again, and the count from before the first stop of this transition stays the one to return to.
 */
export async function quiesce(context: WriteContext, workload: ObjectRef, transition: string): Promise<StepOutcome> {
  const result = await patchObject(context, workload, (live) => {
    const replicas = asNumber(at(live, "spec", "replicas")) ?? 1;
    if (replicas === 0) return null;
    const marks = live.metadata.annotations ?? {};
    const known = marks[MARKS.quiesced] === transition ? marks[MARKS.originalReplicas] : undefined;
    const annotations = { [MARKS.originalReplicas]: known ?? String(replicas), [MARKS.quiesced]: transition };
    return { metadata: { annotations }, spec: { replicas: 0 } };
  });
  return result === "absent" ? { state: "done", detail: "it is not there any more" } : DONE;
}

/** The count it had, and the mark gone. */
export async function restore(context: WriteContext, workload: ObjectRef, replicas: number): Promise<StepOutcome> {
  const result = await patchObject(context, workload, () => ({
    metadata: { annotations: { [MARKS.quiesced]: null } },
    spec: { replicas },
  }));
  return result === "absent" ? { state: "refused", why: "the workload is not there any more" } : DONE;
}

/** Writes the epoch on a workload, so that a write decided before it conflicts. */
export async function stamp(context: WriteContext, workload: ObjectRef, counter: number): Promise<void> {
  await patchObject(context, workload, (live) =>
    live.metadata.annotations?.[MARKS.epoch] === String(counter)
      ? null
      : { metadata: { annotations: { [MARKS.epoch]: String(counter) } } },
  );
}

/** An activated workload no longer carries the mark of a stop; otherwise a later zero would look like ours. */
export async function clearQuiesced(context: WriteContext, workload: ObjectRef): Promise<void> {
  await patchObject(context, workload, (live) =>
    live.metadata.annotations?.[MARKS.quiesced] === undefined
      ? null
      : { metadata: { annotations: { [MARKS.quiesced]: null } } },
  );
}
