import type { AppEvent } from "../app/events.ts";
import { formatDuration } from "../core/model/duration.ts";
import { describeRef } from "../core/model/kube-object.ts";
import type { Step } from "../core/model/step.ts";
import type { Palette } from "../core/report/palette.ts";

/** Progress as lines on stderr: one when a step starts to wait, one when it ends. Results never come this way. */
export function progressLines(write: (text: string) => void, palette: Palette): (event: AppEvent) => void {
  return (event) => {
    const line = lineOf(event, palette);
    if (line !== null) write(`${line}\n`);
  };
}

function lineOf(event: AppEvent, palette: Palette): string | null {
  switch (event.type) {
    case "reading":
      return null;
    case "cluster-away":
      return palette.warn(`  ${event.cluster} can't be read: ${event.why}`);
    case "lease":
      return event.state === "busy" ? palette.warn(`  the Lease on ${event.cluster} is held by another run`) : null;
    case "lease-waiting":
      return palette.dim(
        `  … the Lease on ${event.cluster} is held by ${event.holder}; if that run is dead it is ours in ${formatDuration(event.milliseconds)}`,
      );
    case "step-started":
      return event.step.risk === "routine" ? null : palette.dim(`  > ${nameOf(event.step)}: ${event.step.why}`);
    case "step-waiting":
      return palette.dim(`  … ${nameOf(event.step)}: ${event.why}`);
    case "step-finished":
      return finished(event, palette);
  }
}

function finished(event: Extract<AppEvent, { type: "step-finished" }>, palette: Palette): string {
  const { step, outcome, milliseconds } = event;
  const time = milliseconds < 1000 ? "" : ` (${formatDuration(Math.round(milliseconds / 100) * 100)})`;
  switch (outcome.state) {
    case "done":
      return `  ${palette.good("✓")} ${nameOf(step)}: ${outcome.detail ?? step.why}${time}`;
    case "refused":
      return `  ${palette.bad("✗")} ${nameOf(step)}: refused: ${outcome.why}${time}`;
    case "timed-out":
      return `  ${palette.bad("✗")} ${nameOf(step)}: gave up waiting: ${outcome.why}${time}`;
    case "again":
    case "skipped":
      return `  ${palette.warn("-")} ${nameOf(step)}: ${outcome.state}: ${outcome.why}${time}`;
  }
}

/** Several applications move at once: each line says whose it is, unless it is the whole site's. */
function nameOf(step: Step): string {
  const application = step.application === null ? "" : `${step.application}: `;
  const object = step.object === null ? "" : ` ${describeRef(step.object)}`;
  return `${application}${step.action}${object} @${step.cluster}`;
}
