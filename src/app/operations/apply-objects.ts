import { type KubeObject, type ObjectRef, refOf } from "../../core/model/kube-object.ts";
import { isScalable } from "../../core/observed/workload.ts";
import { ClusterFault } from "../../ports/cluster.ts";
import { inParallel } from "../in-parallel.ts";
import { decideAgain } from "./decide-again.ts";
import type { WriteContext } from "./write-context.ts";

const AT_A_TIME = 8;

/** An object that the server does not take; the others are its equals and may still be applied. */
export interface Refusal {
  readonly ref: ObjectRef;
  readonly why: string;
}

/** Applies objects that don't depend on each other, several at a time; what the server refuses is returned. */
export async function applyAll(context: WriteContext, objects: readonly KubeObject[]): Promise<readonly Refusal[]> {
  const outcomes = await inParallel(objects, AT_A_TIME, (object) => applyOne(context, object));
  return outcomes.flatMap((refusal) => refusal ?? []);
}

/**
 * What was read is the precondition of a workload's write: one that somebody changed meanwhile conflicts. The uid goes
 * along, because a resourceVersion alone does not stop Kubernetes from creating an object that is gone (seen on 1.36).
 * Null: it was applied. Throws a `ClusterFault` when the cluster as a whole does not answer.
 */
export async function applyOne(context: WriteContext, object: KubeObject): Promise<Refusal | null> {
  return refusalOf(object, () =>
    decideAgain(context, async () => {
      const live = isScalable(object) ? await context.port.get(refOf(object)) : null;
      const { uid, resourceVersion } = live?.metadata ?? {};
      const seen = uid === undefined || resourceVersion === undefined ? {} : { uid, resourceVersion };
      const wanted = { ...object, metadata: { ...object.metadata, ...seen } };
      await context.port.apply(wanted, { force: true, timeoutMs: context.timeoutMs });
    }),
  );
}

/** Asks the server what it would say to these objects; writes nothing. */
export async function dryRunAll(context: WriteContext, objects: readonly KubeObject[]): Promise<readonly Refusal[]> {
  const outcomes = await inParallel(objects, AT_A_TIME, (object) =>
    refusalOf(object, () => context.port.apply(object, { force: true, dryRun: true, timeoutMs: context.timeoutMs })),
  );
  return outcomes.flatMap((refusal) => refusal ?? []);
}

async function refusalOf(object: KubeObject, ask: () => Promise<unknown>): Promise<Refusal | null> {
  try {
    await ask();
    return null;
  } catch (error) {
    if (!(error instanceof ClusterFault) || !concernsObject(error)) throw error;
    return { ref: refOf(object), why: error.message };
  }
}

/** One object's fault, after which the next may well succeed; the others are the connection's or the whole server's. */
function concernsObject({ code }: ClusterFault): boolean {
  switch (code) {
    case "invalid":
    case "forbidden":
    case "not-found": // the kind is not served
    case "conflict":
    case "already-exists":
    case "too-large":
    case "server-error": // an admission webhook that does not answer is told like this
      return true;
    case "unreachable":
    case "timeout":
    case "unauthorized":
    case "throttled":
    case "gone":
    case "malformed":
    case "misconfigured":
      return false;
  }
}
