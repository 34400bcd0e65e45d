import type { Step } from "../core/model/step.ts";
import type { StepOutcome } from "./events.ts";
import { executeStep } from "./execute-step.ts";
import type { Execution } from "./execution.ts";

export interface StepResult {
  readonly step: Step;
  readonly outcome: StepOutcome;
}

/**
 * Carries out steps in their order. A step runs only after everything it depends on was done in this run; one
 * application that fails does not hold up the others. Dying between any two lines is safe: every step looks first.
 */
export async function executePlan(execution: Execution, steps: readonly Step[]): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  const done = new Set<string>();
  const begun = new Set<string | null>();
  for (const step of steps) {
    const missing = step.after.find((id) => !done.has(id));
    const late = step.beginBefore !== null && !begun.has(step.application) && execution.clock.now() >= step.beginBefore;
    const outcome: StepOutcome =
      missing !== undefined
        ? { state: "skipped", why: `${missing} was not done` }
        : late
          ? { state: "refused", why: "the transition had to begin before its deadline, which has passed" }
          : await runStep(execution, step);
    if (outcome.state === "done") done.add(step.id);
    if (step.beginBefore !== null && outcome.state !== "refused") begun.add(step.application);
    results.push({ step, outcome });
  }
  return results;
}

async function runStep(execution: Execution, step: Step): Promise<StepOutcome> {
  const started = execution.clock.now();
  execution.events({ type: "step-started", step });
  const outcome = await executeStep(execution, step);
  execution.events({ type: "step-finished", step, outcome, milliseconds: execution.clock.now() - started });
  return outcome;
}
