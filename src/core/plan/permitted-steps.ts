import type { Intent } from "../failover/intent.ts";
import type { StepAction } from "../model/step.ts";

const PROTECT: readonly StepAction[] = [
  "create",
  "update",
  "suspend",
  "resume",
  "demote",
  "deliver",
  "render",
  "wait",
  "verify",
];
const PROMOTE: readonly StepAction[] = ["update", "promote", "activate", "wait", "verify"];
const DRAIN: readonly StepAction[] = ["update", "suspend", "quiesce", "create", "wait"];
const SETTLE: readonly StepAction[] = [...PROTECT, "quiesce", "unfence"];

/**
 * What an approved change may do, for a source that answers and for one that doesn't. The digest covers both, so that an
 * approval given while the source answered still holds when it dies, and the planner may emit nothing else
 * (design invariant 4).
 */
export function permittedSteps(intent: Intent): {
  readonly reachable: readonly StepAction[];
  readonly unreachable: readonly StepAction[];
} {
  switch (intent.type) {
    case "blocked":
      return { reachable: [], unreachable: [] };
    case "protect":
      return { reachable: PROTECT, unreachable: [] };
    case "cancel":
      return { reachable: SETTLE, unreachable: [] };
    case "move":
      return intent.move.transition.type === "Failover"
        ? {
            reachable: unique([...DRAIN, ...PROMOTE, ...SETTLE]),
            unreachable: unique(["update", "fence", "wait", ...PROMOTE]),
          }
        : { reachable: unique([...DRAIN, ...PROMOTE, ...SETTLE]), unreachable: unique(PROMOTE) };
  }
}

function unique(actions: readonly StepAction[]): readonly StepAction[] {
  return [...new Set(actions)].sort();
}
