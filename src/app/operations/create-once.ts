import { asFields } from "../../core/model/fields.ts";
import { type KubeObject, describeRef, refOf } from "../../core/model/kube-object.ts";
import { isCovered } from "../../core/model/is-covered.ts";
import { ClusterFault } from "../../ports/cluster.ts";
import type { StepOutcome } from "../events.ts";
import type { WriteContext } from "./write-context.ts";

/**
 * A one-shot object: its name is the act, so an existing one of that name is the same act done before. One with another
 * content is somebody else's and stops everything.
 */
export async function createOnce(context: WriteContext, object: KubeObject): Promise<StepOutcome> {
  await context.confirm();
  const existing = await context.port.get(refOf(object));
  if (existing !== null) return sameAct(object, existing);
  try {
    await context.port.create(object, { timeoutMs: context.timeoutMs });
    return { state: "done", detail: null };
  } catch (error) {
    if (!(error instanceof ClusterFault) || error.code !== "already-exists") throw error;
    const there = await context.port.get(refOf(object));
    return there === null ? { state: "again", why: "it came and went" } : sameAct(object, there);
  }
}

function sameAct(wanted: KubeObject, existing: KubeObject): StepOutcome {
  return isCovered(asFields(wanted["spec"]), existing["spec"])
    ? { state: "done", detail: "done before" }
    : { state: "refused", why: `${describeRef(refOf(wanted))} exists with another content` };
}
