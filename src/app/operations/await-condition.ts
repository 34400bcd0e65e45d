import type { Operation } from "../../core/model/operation.ts";
import type { Step } from "../../core/model/step.ts";
import { checkCondition } from "../conditions.ts";
import type { StepOutcome } from "../events.ts";
import type { Execution } from "../execution.ts";

/**
 * Milliseconds to the second look, doubled from look to look up to the longest: a failover's minute is made of such
 * waits, and most of them end soon.
 */
const FIRST_POLL = 125;
const LONGEST_POLL = 1_000;

/** Waits for a condition by looking again; the Lease is kept alive meanwhile. */
export async function awaitCondition(
  execution: Execution,
  step: Step,
  operation: Extract<Operation, { type: "wait" }>,
): Promise<StepOutcome> {
  const { condition, timeoutMs } = operation;
  const port = execution.readFrom(condition.cluster);
  if (port === null) return { state: "again", why: `${condition.cluster} is not reachable` };
  const deadline = execution.clock.now() + timeoutMs;
  let told = "";
  for (let poll = FIRST_POLL; ; poll = Math.min(2 * poll, LONGEST_POLL)) {
    const verdict = await checkCondition(port, condition, execution.providers);
    if (verdict.state === "met") return { state: "done", detail: null };
    if (verdict.state === "failed") return { state: "refused", why: verdict.why };
    if (execution.clock.now() >= deadline) return { state: "timed-out", why: verdict.why };
    if (verdict.why !== told) execution.events({ type: "step-waiting", step, why: verdict.why });
    told = verdict.why;
    await execution.keepLeases();
    await execution.clock.sleep(poll);
  }
}
