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
  for (const step of steps) {
    const missing = step.after.find((id) => !done.has(id));
    const outcome: StepOutcome =
      missing === undefined ? await runStep(execution, step) : { state: "skipped", why: `${missing} was not done` };
    if (outcome.state === "done") done.add(step.id);
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
