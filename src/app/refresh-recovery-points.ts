import { healthOf, recordOf } from "../core/plan/application-context.ts";
import { slowestStart } from "../core/plan/expectation.ts";
import { decideApplication } from "../core/plan/plan-application.ts";
import type { PlanInput } from "../core/plan/plan-input.ts";
import type { Execution } from "./execution.ts";
import { writeRecord } from "./operations/bookkeeping.ts";

/** Milliseconds between two notes of an unchanged good state. */
const EVERY = 60_000;

/**
 * Notes on the standby the newest moment that it could go back to, so that the surviving side knows it when nothing else
 * can be asked. Not a step of a plan: it follows from looking, and nobody has to approve it.
 */
export async function refreshRecoveryPoints(execution: Execution, input: PlanInput): Promise<void> {
  for (const document of input.desired.state.applications.values()) {
    const { intent, context } = decideApplication(input, document);
    if (intent.type !== "protect" || context === null) continue;
    const record = recordOf(context.target);
    const write = execution.writeTo(context.target.name);
    if (record === null || write === null) continue;
    const { recoveryPoints } = healthOf(context);
    const startupSeconds = slowestStart(context);
    const started = startupSeconds !== null && record.startupSeconds === null;
    if (!started && !isNewer(recoveryPoints, record.recoveryPoints)) continue;
    await writeRecord(write, document.name, { type: "learnt", recoveryPoints, startupSeconds });
  }
}

function isNewer(points: Readonly<Record<string, string>>, known: Readonly<Record<string, string>>): boolean {
  return Object.entries(points).some(
    ([claim, at]) => Date.parse(at) - Date.parse(known[claim] ?? "1970-01-01T00:00:00Z") >= EVERY,
  );
}
