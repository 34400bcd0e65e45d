import { counted } from "../model/counted.ts";
import { type Plan, type PlanVerdict, type PlannedApplication, highestRisk } from "../plan/plan.ts";
import type { Step } from "../model/step.ts";

const DANGER: readonly PlanVerdict[] = ["refused", "needs-approval", "changes", "no-changes"];

/** Refused and disruptive first, then by name. */
export function inRiskOrder(plan: Plan): readonly PlannedApplication[] {
  return [...plan.applications].sort(
    (a, b) => DANGER.indexOf(a.verdict) - DANGER.indexOf(b.verdict) || (a.name < b.name ? -1 : 1),
  );
}

/** One line that says what would happen; first and last line of every view. */
export function verdictSentence(plan: Plan): string {
  const count = (risk: Step["risk"]): number => plan.steps.filter((step) => step.risk === risk).length;
  const refused = plan.applications.filter((application) => application.verdict === "refused").length;
  const steps = `${counted(plan.steps.length, "step")}: ${count("destructive")} destructive, ${count("disruptive")} disruptive, ${count("routine")} routine`;
  const note = refused === 0 ? "" : `; ${refused} of ${counted(plan.applications.length, "application")} refused`;
  const errors = plan.findings.filter((finding) => finding.severity === "error").length;
  switch (plan.verdict) {
    case "no-changes":
      return errors > 0
        ? `No changes to what is valid in ${plan.revision.slice(0, 12)}; ${counted(errors, "error")} below.`
        : `No changes. Both clusters match ${plan.revision.slice(0, 12)} (${counted(plan.applications.length, "application")} compared).`;
    case "changes":
      return `Plan: ${steps}${note}.`;
    case "needs-approval":
      return `Plan: ${steps}; needs approval (${highestRisk(plan.steps)})${note}.`;
    case "refused":
      return `Refused: ${refused} of ${counted(plan.applications.length, "application")} can't be changed. ${steps}.`;
  }
}

/** For each fence of the plan, what the approval means for the whole site behind it. */
export function fenceSentences(plan: Plan): readonly string[] {
  const fences = plan.steps.filter((step) => step.action === "fence");
  return fences.map(({ why }) => `Fences: ${why}; nothing on that site can write until it is given back.`);
}

/** ASCII, so that nothing depends on colour: `!` takes something away, `+` adds, `~` changes, `=` only looks. */
export function symbolOf(step: Step): string {
  if (step.risk !== "routine") return "!";
  switch (step.action) {
    case "create":
    case "render":
    case "deliver":
      return "+";
    case "wait":
    case "verify":
      return "=";
    default:
      return "~";
  }
}
