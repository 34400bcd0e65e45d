import type { AppEvent } from "../../../app/events.ts";
import type { Step } from "../../../core/model/step.ts";
import type { Palette } from "../../../core/report/palette.ts";
import type { Narrator } from "./narrator.ts";
import { spaced, subjectOf } from "./plan-essence.ts";
import { seconds } from "./promises.ts";

/** Tells the steps of an apply that people care about as they end, each with the time since `started`. */
export function milestones(narrator: Narrator, started: number): (event: AppEvent) => void {
  const told = new Set<string>();
  const waited = new Set<string>();
  return (event) => {
    if (event.type === "step-waiting") waited.add(event.step.id);
    if (event.type !== "step-finished" || event.outcome.state !== "done") return;
    if (!isMilestone(event.step, waited.has(event.step.id))) return;
    const line = lineOf(event.step);
    if (told.has(line)) return;
    told.add(line);
    narrator.moment(seconds(Date.now() - started), line, toneOf(event.step));
  };
}

/** A point of no return is written to both clusters and told once. */
function lineOf(step: Step): string {
  const place = step.operation.type === "set-active" ? "" : ` @${step.cluster}`;
  const action = step.action === "wait" ? "waited" : step.action;
  return `${action}${spaced(subjectOf(step))}${place}: ${step.why}`;
}

/** What takes something away, starts something, or had to be waited for; bookkeeping is only counted. */
function isMilestone(step: Step, waited: boolean): boolean {
  switch (step.operation.type) {
    case "commit-folder":
    case "deliver":
    case "quiesce":
    case "set-active":
      return step.action !== "update";
    case "wait":
      return waited;
    default:
      return step.action === "fence" || step.action === "unfence";
  }
}

function toneOf(step: Step): keyof Palette {
  return step.risk === "routine" ? "dim" : "warn";
}
