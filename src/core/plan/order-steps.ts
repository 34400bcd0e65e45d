import type { Operation } from "../model/operation.ts";
import type { Authorisation, Step, StepDraft } from "../model/step.ts";
import { permittedSteps } from "./permitted-steps.ts";
import { PHASES, type PhaseName, SITE_PHASES } from "./phases.ts";
import type { ApplicationPlan } from "./plan-application.ts";
import type { PlanInput } from "./plan-input.ts";

/**
 * One list in the order of execution. Steps of an application follow each other; a site's step waits for all
 * applications that need it, and what they do afterwards waits for it. Deterministic: same plans, same bytes.
 */
export function orderSteps(input: PlanInput, plans: readonly ApplicationPlan[]): readonly Step[] {
  const steps: Step[] = [];
  const last = new Map<string, string>();
  const seen = new Set<string>();
  for (const phase of PHASES) {
    if (SITE_PHASES.has(phase)) addSitePhase(input, plans, { phase, steps, last });
    else for (const plan of plans) addPhase(input, plan, { phase, steps, last, seen });
  }
  return withCreations(input, steps);
}

/** What Drover keeps in a cluster is created by the first step that writes it there; until then it is absent. */
function withCreations(input: PlanInput, steps: readonly Step[]): readonly Step[] {
  const written = new Set<string>();
  return steps.map((step) => {
    const key = `${step.cluster}/${step.object?.name ?? ""}`;
    if (step.action !== "update" || written.has(key) || !createsItsObject(input, step)) return step;
    written.add(key);
    return { ...step, action: "create" };
  });
}

function createsItsObject({ clusters }: PlanInput, { cluster, operation }: Step): boolean {
  const facts = clusters.get(cluster);
  if (facts?.reachable !== true) return false;
  switch (operation.type) {
    case "record":
      return facts.applications.get(operation.application)?.record.state === "absent";
    case "raise-epoch":
    case "set-active":
      return facts.epoch.state === "absent";
    case "record-site":
      return facts.sites.size === 0;
    default:
      return false;
  }
}

interface Progress {
  readonly phase: PhaseName;
  readonly steps: Step[];
  /** Application to the id of its last step. */
  readonly last: Map<string, string>;
}

function addPhase(input: PlanInput, plan: ApplicationPlan, progress: Progress & { readonly seen: Set<string> }): void {
  const { name } = plan.document;
  for (const draft of plan.phases[progress.phase] ?? []) {
    const id = `${name}/${draft.slug}`;
    if (progress.seen.has(id)) continue;
    progress.seen.add(id);
    const after = progress.last.get(name);
    progress.steps.push(
      toStep(input, plan, { draft, id, application: name, after: after === undefined ? [] : [after] }),
    );
    progress.last.set(name, id);
  }
}

/** Steps of one slug are one step; raising an epoch names all applications that asked for it. */
function addSitePhase(input: PlanInput, plans: readonly ApplicationPlan[], progress: Progress): void {
  const wanted = new Map<string, { draft: StepDraft; plans: ApplicationPlan[] }>();
  for (const plan of plans) {
    for (const draft of plan.phases[progress.phase] ?? []) {
      const key = `${draft.cluster}/${progress.phase}/${draft.slug}`;
      const known = wanted.get(key);
      if (known === undefined) wanted.set(key, { draft, plans: [plan] });
      else wanted.set(key, { draft: mergeDraft(known.draft, draft), plans: [...known.plans, plan] });
    }
  }
  let previous: string | null = null;
  for (const [id, site] of wanted) {
    const [first] = site.plans;
    if (first === undefined) continue;
    const after: string[] = site.plans.flatMap((plan) => progress.last.get(plan.document.name) ?? []);
    if (previous !== null) after.push(previous);
    const application = site.plans.length === 1 ? first.document.name : null;
    progress.steps.push(toStep(input, first, { draft: site.draft, id, application, after: [...new Set(after)] }));
    for (const plan of site.plans) progress.last.set(plan.document.name, id);
    previous = id;
  }
}

function mergeDraft(a: StepDraft, b: StepDraft): StepDraft {
  return { ...a, operation: mergeOperation(a.operation, b.operation) };
}

function mergeOperation(a: Operation, b: Operation): Operation {
  if (a.type !== "raise-epoch" || b.type !== "raise-epoch") return a;
  const applications = [...new Set([...a.applications, ...b.applications])];
  return { ...a, applications, stamp: [...a.stamp, ...b.stamp] };
}

function toStep(
  input: PlanInput,
  plan: ApplicationPlan,
  placed: Pick<Step, "id" | "application" | "after"> & { readonly draft: StepDraft },
): Step {
  const { draft, ...place } = placed;
  const { reachable, unreachable } = permittedSteps(plan.intent);
  if (!reachable.includes(draft.action) && !unreachable.includes(draft.action)) {
    throw new Error(`bug: step ${place.id} (${draft.action}) is not permitted by its intent`);
  }
  const { cluster, action, object, risk, why, operation } = draft;
  const authorisedBy = authorisation(input, plan, risk);
  return { ...place, cluster, action, object, risk, why, authorisedBy, beginBefore: deadline(plan, risk), operation };
}

/** The deadline bounds the first disruptive step; a begun transition is finished whatever the time (invariant 5). */
function deadline(plan: ApplicationPlan, risk: Step["risk"]): number | null {
  const { intent } = plan;
  return intent.type === "move" && intent.move.stage === "new" && risk !== "routine"
    ? intent.move.transition.notAfter
    : null;
}

function authorisation(input: PlanInput, plan: ApplicationPlan, risk: Step["risk"]): Authorisation | null {
  const { document, intent } = plan;
  if (intent.type === "protect" && risk === "routine") return null;
  const begun = intent.type === "move" ? intent.move.record : intent.type === "cancel" ? intent.begun : null;
  const commit = begun?.commit ?? input.changedIn.get(document.name) ?? input.revision;
  return {
    kind: "ProtectedApplication",
    name: document.name,
    file: document.source.file,
    field: "spec.placement.transition",
    commit,
  };
}
