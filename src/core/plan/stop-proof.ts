import type { Blocker, PlannedMove } from "../failover/intent.ts";
import type { StopProof } from "../model/record.ts";
import { type ApplicationContext, healthOf, recordOf, stepContext } from "./application-context.ts";

/** The source answers and its storage is not fenced: its pods are stopped and counted. */
export function drains(context: ApplicationContext): boolean {
  return context.source.cluster !== null && !healthOf(context).sourceFenced;
}

/** How the target remembers that the source was stopped for this transition; null: not yet. */
export function recordedProof(context: ApplicationContext, transition: string): StopProof | null {
  const known = recordOf(context.target)?.transitions.find((entry) => entry.id === transition);
  return known?.proof ?? null;
}

/**
 * The source was stopped and still is, as far as anybody can see without it. A fence counts only while the storage says
 * so: somebody may have given it back meanwhile (design invariant 1).
 */
export function staysStopped(context: ApplicationContext, transition: string): boolean {
  const proof = recordedProof(context, transition);
  return proof === "storage-fence" ? healthOf(context).sourceFenced : proof !== null;
}

/**
 * A person's word that the old site is off counts only for a Failover, only while the source can't be reached, and only
 * after the storage was asked and did not acknowledge (design invariant 1).
 */
export function isAttested(context: ApplicationContext, move: PlannedMove): boolean {
  const { transition } = move;
  if (transition.type !== "Failover" || transition.fence === null || context.source.cluster !== null) return false;
  return context.provider.fenceRefusal(stepContext(context), transition.id) !== null;
}

/** Nothing is promoted on hope: there is a drain to do, a fence in force, or one that can be asked for. */
export function stopBlockers(context: ApplicationContext, move: PlannedMove): readonly Blocker[] {
  const { id } = move.transition;
  if (drains(context) || healthOf(context).sourceFenced || staysStopped(context, id)) return [];
  if (isAttested(context, move)) return [];
  const refusal = context.provider.fenceRefusal(stepContext(context), id);
  if (refusal !== null) return [refusedFence(context, refusal)];
  const fence = context.provider.steps({ type: "fence", transition: id }, stepContext(context));
  if (fence.some((draft) => draft.action === "fence")) return [];
  return [
    {
      code: "fence-refused",
      message: `${context.source.name} does not answer, and no storage can be asked to keep it from writing`,
      remedy: `make ${context.source.name} reachable, or set spec.portworx.clusterDomain of both clusters`,
    },
  ];
}

function refusedFence(context: ApplicationContext, refusal: string): Blocker {
  return {
    code: "fence-refused",
    message: `the storage did not fence ${context.source.name}: ${refusal}`,
    remedy: `mend the storage and open a new failover, or make sure that ${context.source.name} is off and open one with --attest TEXT`,
  };
}
