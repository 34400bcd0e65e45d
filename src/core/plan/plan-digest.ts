import type { Intent } from "../failover/intent.ts";
import type { ApplicationPlan } from "./plan-application.ts";
import { permittedSteps } from "./permitted-steps.ts";

/**
 * What people approve, as one value: end state, bounds and permitted steps of every application. Measured values, the
 * revision and the time of observation are not in it, so that it does not move while people read (design invariant 4).
 */
export function planDigest(plans: readonly ApplicationPlan[], digest: (text: string) => string): string {
  const content = plans
    .map((plan) => ({
      application: plan.document.name,
      namespaces: plan.document.namespaces,
      placement: { ...plan.document.placement, transition: plan.document.placement.transition },
      doing: doing(plan.intent),
      permitted: permittedSteps(plan.intent),
    }))
    .sort((a, b) => (a.application < b.application ? -1 : 1));
  return digest(canonical(content));
}

/** The direction, not how far it got: a begun transition has the digest of the one that was approved. */
function doing(intent: Intent): unknown {
  switch (intent.type) {
    case "blocked":
      return { type: "blocked" };
    case "protect":
      return { type: "protect", active: intent.active };
    case "cancel":
      return { type: "cancel", id: intent.begun.id };
    case "move":
      return { type: "move", to: intent.move.to, transition: intent.move.transition };
  }
}

/** JSON with sorted keys: one text for one value. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}
