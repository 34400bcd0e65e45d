import type { Approvals } from "../desired/settings.ts";
import type { Intent } from "../failover/intent.ts";
import type { Risk } from "../model/step.ts";

/**
 * How many people a change needs. A move is approved once for everything it may lead to, so it needs the stricter of
 * disruptive and destructive; an attested fence needs one more (contracts.md section 1).
 */
function requiredApprovals(approvals: Approvals, intent: Intent, risk: Risk): number {
  const move = Math.max(approvals.disruptive, approvals.destructive);
  switch (intent.type) {
    case "move": {
      const { transition } = intent.move;
      return transition.type === "Failover" && transition.fence !== null ? move + 1 : move;
    }
    case "cancel":
      return move;
    case "protect":
    case "blocked":
      return approvals[risk];
  }
}

/** The stricter number of two settings: a change that lowers a threshold does not profit from it. */
export function strictest(
  settings: readonly Approvals[],
  change: { readonly intent: Intent; readonly risk: Risk },
): number {
  return Math.max(0, ...settings.map((approvals) => requiredApprovals(approvals, change.intent, change.risk)));
}
