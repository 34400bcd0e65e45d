import type { PlannedMove } from "../failover/intent.ts";
import { type ApplicationContext, healthOf, recordOf } from "./application-context.ts";
import type { PlannedApplication } from "./plan.ts";

/** Milliseconds: Stork looks at its objects about every 10 s (Stork 24.3), so a fence takes up to two looks. */
const FENCE = 20_000;

type Expectation = Pick<PlannedApplication, "expectedDataLoss" | "expectedRecoveryTime" | "objectivesMet">;

/** What a move would cost, said before anybody approves it. Unknown stays null and never counts as met. */
export function expectation(context: ApplicationContext, move: PlannedMove): Expectation {
  const expectedDataLoss = move.transition.type === "Relocate" ? 0 : dataLossNow(context);
  const expectedRecoveryTime = recoveryTimeNow(context);
  const { rpo, rto } = context.policy.objectives;
  const known = expectedDataLoss !== null && expectedRecoveryTime !== null;
  return {
    expectedDataLoss,
    expectedRecoveryTime,
    objectivesMet: known ? expectedDataLoss <= rpo && expectedRecoveryTime <= rto : null,
  };
}

/** Milliseconds between now and the target's recovery point; null when no point is known. */
export function dataLossNow(context: ApplicationContext): number | null {
  const { recoveryPoint } = healthOf(context);
  return recoveryPoint === null ? null : Math.max(0, context.input.now - Date.parse(recoveryPoint));
}

/**
 * Fence plus the slowest start that the application's own pods showed: on a side that can be read, or as the record
 * remembers it. Null when none was ever seen: an estimate out of nothing would be believed.
 */
export function recoveryTimeNow(context: ApplicationContext): number | null {
  const seconds = slowestStart(context) ?? recordOf(context.target)?.startupSeconds ?? null;
  return seconds === null ? null : FENCE + seconds * 1000;
}

/** Seconds from a pod's creation until it was Ready, of the slowest pod that can be seen. */
export function slowestStart(context: ApplicationContext): number | null {
  const pods = [context.source, context.target].flatMap((end) => end.application?.facts.pods ?? []);
  const seconds = pods.flatMap((pod) => pod.startupSeconds ?? []);
  return seconds.length === 0 ? null : Math.max(...seconds);
}
