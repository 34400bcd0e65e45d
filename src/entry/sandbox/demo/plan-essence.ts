import { counted } from "../../../core/model/counted.ts";
import { formatDuration } from "../../../core/model/duration.ts";
import type { Step } from "../../../core/model/step.ts";
import type { Plan } from "../../../core/plan/plan.ts";
import { verdictSentence } from "../../../core/report/plan-words.ts";
import type { Narrator } from "./narrator.ts";

/** What a reviewer reads first: the verdict, who goes where at what price, and every step that takes something away. */
export function tellPlan(narrator: Narrator, plan: Plan): void {
  narrator.detail(verdictSentence(plan), "warn");
  for (const application of plan.applications) {
    const { name, activeCluster, targetCluster, expectedDataLoss, expectedRecoveryTime } = application;
    const price = `data loss ${shown(expectedDataLoss)}, back in ${shown(expectedRecoveryTime)}`;
    narrator.detail(`${name} ${activeCluster ?? "?"} → ${targetCluster ?? "?"}: ${price}`, "bold");
  }
  for (const line of disruptiveLines(plan.steps)) narrator.detail(`! ${line}`, "warn");
  const routine = plan.steps.filter((step) => step.risk === "routine").length;
  narrator.detail(`and ${counted(routine, "routine step")} to record, wait and verify`);
}

function shown(milliseconds: number | null): string {
  return milliseconds === null ? "unknown" : formatDuration(milliseconds);
}

/** Steps that say the same for several applications are one line with all their names. */
function disruptiveLines(steps: readonly Step[]): readonly string[] {
  const grouped = new Map<string, Set<string>>();
  for (const step of steps) {
    if (step.risk === "routine") continue;
    const key = `${step.action}%s @${step.cluster}: ${step.why}`;
    const names = grouped.get(key) ?? new Set();
    grouped.set(key, names.add(subjectOf(step)));
  }
  return [...grouped].map(([key, names]) => key.replace("%s", () => spaced([...names].join(", "))));
}

/** A word after the action, if there is one. */
export function spaced(subject: string): string {
  return subject === "" ? "" : ` ${subject}`;
}

/** A workload by its own name, everything else by its application; empty for what concerns a whole site. */
export function subjectOf(step: Step): string {
  const application = step.application ?? "";
  return step.action === "quiesce" && step.object !== null ? `${application}/${step.object.name}` : application;
}
