import type { Plan } from "../../src/core/plan/plan.ts";
import type { Step } from "../../src/core/model/step.ts";

/** Ids of all steps that must be done before this one, directly or through others. */
export function ancestors(plan: Pick<Plan, "steps">, step: Step): ReadonlySet<string> {
  const byId = new Map(plan.steps.map((each) => [each.id, each]));
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const before of byId.get(id)?.after ?? []) visit(before);
  };
  for (const before of step.after) visit(before);
  return found;
}

/** The step may start something on the new side, or says that it is active. */
export function startsTarget(step: Step): boolean {
  const { operation } = step;
  if (operation.type === "deliver") return operation.form === "active";
  if (operation.type === "commit-folder") return step.action === "activate";
  return step.action === "promote" || step.action === "activate";
}

/** The ids without the application's name, which is the same all over a test. */
export function slugs(plan: Pick<Plan, "steps">): readonly string[] {
  return plan.steps.map((step) => step.id.replace(/^shop\//, ""));
}

export function blockerCodes(plan: Plan, name = "shop"): readonly string[] {
  return (plan.applications.find((application) => application.name === name)?.blockers ?? []).map((each) => each.code);
}
