import type { Blocker } from "../failover/intent.ts";
import type { ApplicationPlan } from "./plan-application.ts";

/** The same file of several applications' folders on one branch. */
interface Shared {
  readonly path: string;
  readonly texts: Set<string>;
  readonly applications: string[];
}

/**
 * Objects without a namespace that several applications bring to one cluster are the same object there. Brought alike
 * that harms nobody; otherwise whoever is delivered last wins, until the other one is delivered again.
 */
export function noteShared(plans: readonly ApplicationPlan[]): readonly ApplicationPlan[] {
  const differing = [...sharedFiles(plans).values()].filter(({ texts }) => texts.size > 1);
  if (differing.length === 0) return plans;
  return plans.map((plan) => {
    const own = differing.filter(({ applications }) => applications.includes(plan.document.name));
    return own.length === 0 ? plan : { ...plan, notes: [...plan.notes, ...own.map(sharedNote)] };
  });
}

function sharedFiles(plans: readonly ApplicationPlan[]): ReadonlyMap<string, Shared> {
  const shared = new Map<string, Shared>();
  for (const { document, context, render } of plans) {
    if (context === null || render === null) continue;
    for (const [path, text] of render.files) {
      if (!/^(?:components\/active\/)?cluster\/.*\//.test(path)) continue;
      const key = `${context.target.branch.branch}|${path}`;
      const known = shared.get(key) ?? { path, texts: new Set(), applications: [] };
      known.texts.add(text);
      known.applications.push(document.name);
      shared.set(key, known);
    }
  }
  return shared;
}

function sharedNote({ path, applications }: Shared): Blocker {
  return {
    code: "shared-object-differs",
    message: `${path} of ${applications.join(" and ")} is one object on the standby and not alike in their folders, so that each delivery overwrites the other's`,
    remedy:
      "make render.rules and render.targets of these applications agree, or leave it out in all but one of them (render.exclude)",
  };
}
