import type { ApplyResult } from "../app/apply.ts";
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
  if (incomplete || hasErrors(plan.findings.filter((finding) => isInvalid(plan, finding.code)))) return EXIT.fault;
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

/** Findings of invalid documents, as opposed to those that repeat a blocker. */
function isInvalid(plan: Plan, code: string): boolean {
  return !plan.applications.some((application) => application.blockers.some((blocker) => blocker.code === code));
}

/** 1 before 3: something invalid or unreadable is the more urgent news. */
export function applyExitCode(result: ApplyResult): number {
  const blockers = [...result.refused.values()].flat();
  const invalid = result.plan.findings.some(
    (finding) => finding.severity === "error" && isInvalid(result.plan, finding.code),
  );
  if (invalid || blockers.some((blocker) => FAULTS.has(blocker.code))) return EXIT.fault;
  const stuck = result.results.some(({ outcome }) => outcome.state === "refused" || outcome.state === "timed-out");
  return blockers.length > 0 || stuck || result.busy.length > 0 ? EXIT.refused : EXIT.done;
}
