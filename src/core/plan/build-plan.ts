import { locate } from "../desired/source.ts";
import type { Blocker } from "../failover/intent.ts";
import type { Finding } from "../model/finding.ts";
import { sortFindings } from "../model/finding.ts";
import { type ApplicationPlan, planApplication, planInvalid } from "./plan-application.ts";
import { uncapturedBy } from "./capture.ts";
import { planDigest } from "./plan-digest.ts";
import type { PlanInput } from "./plan-input.ts";
import { orderSteps } from "./order-steps.ts";
import { type Plan, type PlanVerdict, type PlannedApplication, highestRisk } from "./plan.ts";
import { noteShared } from "./shared-objects.ts";
import { guardSites } from "./site-guard.ts";

/** The pure line in one call: everything gathered → the plan (design section 3). */
export function buildPlan(input: PlanInput): Plan {
  const { applications } = input.desired.state;
  const names = [...applications.keys()].sort();
  const own = names.flatMap((name) => {
    const document = applications.get(name);
    if (document === undefined) return [];
    return (input.desired.blocked.has(name) ? planInvalid : planApplication)(input, document) ?? [];
  });
  const plans = noteShared(guardSites(input, own));
  const steps = orderSteps(input, plans);
  const planned = plans.map((plan) => {
    const ownSteps = steps.filter((step) => step.application === plan.document.name);
    const drift = input.drift.get(plan.document.name) ?? [];
    return { ...toPlanned(plan, ownSteps), drift, uncaptured: uncapturedBy(plan.context, plan.render) };
  });
  const finished = new Set(plans.map((plan) => plan.document.name));
  const invalid = names
    .filter((name) => input.desired.blocked.has(name) && !finished.has(name))
    .map(invalidApplication);
  const findings = sortFindings([...input.desired.findings, ...mergeOnly(input), ...plans.flatMap(findingsOf)]);
  const all = [...planned, ...invalid].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    verdict: worst(all.map((application) => application.verdict)),
    revision: input.revision,
    digest: planDigest(plans, input.digest),
    observedAt: new Date(input.now).toISOString(),
    steps,
    applications: all,
    findings,
  };
}

/** A weaker promise than reviews, so every plan says it (contracts.md section 1). */
function mergeOnly(input: PlanInput): readonly Finding[] {
  const { settings } = input.desired.state;
  if (settings === null || settings.approvals.verify !== "merge") return [];
  return [
    {
      code: "approvals-by-merge-only",
      severity: "warning",
      message: "being on the protected branch counts as the approval; nobody's review is checked",
      remedy: "set spec.approvals.verify: forge and name the forge",
      ...locate(settings, ["spec", "approvals", "verify"]),
    },
  ];
}

function toPlanned(plan: ApplicationPlan, steps: Plan["steps"]): Omit<PlannedApplication, "drift" | "uncaptured"> {
  const { document, intent, blockers, context, expected, waitingFor } = plan;
  const moving = intent.type === "move";
  return {
    name: document.name,
    verdict: verdictOf(plan, steps),
    intent,
    activeCluster: context === null ? null : moving ? intent.move.transition.from : context.source.name,
    targetCluster: context?.target.name ?? null,
    ...expected,
    blockers,
    notes: plan.notes,
    render: plan.render?.report ?? null,
    waitingFor,
  };
}

function verdictOf(plan: ApplicationPlan, steps: Plan["steps"]): PlanVerdict {
  if (plan.blockers.length > 0) return "refused";
  if (steps.length === 0) return "no-changes";
  const begun = plan.intent.type === "move" && plan.intent.move.stage !== "new";
  return highestRisk(steps) === "routine" || begun ? "changes" : "needs-approval";
}

function invalidApplication(name: string): PlannedApplication {
  const blockers: readonly Blocker[] = [
    { code: "invalid-field", message: `${name} has invalid documents`, remedy: "see the findings of drover validate" },
  ];
  return {
    name,
    verdict: "refused",
    intent: { type: "blocked", blockers },
    activeCluster: null,
    targetCluster: null,
    expectedDataLoss: null,
    expectedRecoveryTime: null,
    objectivesMet: null,
    blockers,
    notes: [],
    render: null,
    waitingFor: [],
    drift: [],
    uncaptured: null,
  };
}

const ORDER: readonly PlanVerdict[] = ["no-changes", "changes", "needs-approval", "refused"];

function worst(verdicts: readonly PlanVerdict[]): PlanVerdict {
  return verdicts.reduce<PlanVerdict>((a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a), "no-changes");
}

function findingsOf(plan: ApplicationPlan): readonly Finding[] {
  const place = locate(plan.document, ["spec", "placement", "activeCluster"]);
  const finding =
    (severity: Finding["severity"]) =>
    (blocker: Blocker): Finding => ({
      ...blocker,
      ...place,
      severity,
      message: blocker.message.includes(plan.document.name)
        ? blocker.message
        : `${plan.document.name}: ${blocker.message}`,
    });
  return [...plan.blockers.map(finding("error")), ...plan.notes.map(finding("warning"))];
}
