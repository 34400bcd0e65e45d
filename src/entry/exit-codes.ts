import type { ApplyResult } from "../app/apply.ts";
import type { StepOutcome } from "../app/events.ts";
import type { Blocker } from "../core/failover/intent.ts";
import { hasErrors } from "../core/model/finding.ts";
import type { Plan } from "../core/plan/plan.ts";

/** contracts.md section 2. */
export const EXIT = { done: 0, fault: 1, changes: 2, refused: 3, usage: 64 } as const;

/** An answer that is incomplete because something could not be read is a fault, not a refusal. */
const FAULTS: ReadonlySet<Blocker["code"]> = new Set([
  "cluster-unreachable",
  "cluster-unreadable",
  "cluster-identity",
  "record-unreadable",
]);

export function planExitCode(plan: Plan, detailed: boolean): number {
  const incomplete = plan.applications.some((application) =>
    application.blockers.some((blocker) => FAULTS.has(blocker.code)),
  );
  if (incomplete || hasInvalid(plan)) return EXIT.fault;
  if (!detailed) return EXIT.done;
  switch (plan.verdict) {
    case "no-changes":
      return EXIT.done;
    case "changes":
      return EXIT.changes;
    case "needs-approval":
    case "refused":
      return EXIT.refused;
  }
}

/** Errors of invalid documents, as opposed to findings that repeat a blocker with its application's name before it. */
function hasInvalid(plan: Plan): boolean {
  const blockers = plan.applications.flatMap((application) => application.blockers);
  return hasErrors(
    plan.findings.filter(
      ({ code, message }) => !blockers.some((blocker) => blocker.code === code && message.endsWith(blocker.message)),
    ),
  );
}

/** How the steps of the last plan ended; what an earlier pass wanted and the last one did not is settled. */
function lastOutcomes(result: ApplyResult): readonly StepOutcome["state"][] {
  const wanted = new Set(result.plan.steps.map((step) => step.id));
  const last = new Map(result.results.map(({ step, outcome }) => [step.id, outcome.state]));
  return [...last].flatMap(([id, state]) => (wanted.has(id) ? [state] : []));
}

/** 1 before 3: something invalid or unreadable is the more urgent news. */
export function applyExitCode(result: ApplyResult): number {
  const blockers = [...result.refused.values()].flat();
  if (hasInvalid(result.plan) || blockers.some((blocker) => FAULTS.has(blocker.code))) return EXIT.fault;
  const states = lastOutcomes(result);
  const stuck = states.includes("refused") || states.includes("timed-out");
  if (!stuck && states.includes("again")) return EXIT.fault;
  return blockers.length > 0 || stuck || result.busy.length > 0 ? EXIT.refused : EXIT.done;
}
