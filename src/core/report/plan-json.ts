import { formatIsoDuration } from "../model/duration.ts";
import type { Plan } from "../plan/plan.ts";

/** The `Plan` document of contracts.md section 3. The operations themselves are the executor's and are not in it. */
export function planDocument(plan: Plan): Readonly<Record<string, unknown>> {
  return {
    apiVersion: "drover.dev/v1alpha1",
    kind: "Plan",
    verdict: plan.verdict,
    revision: plan.revision,
    digest: plan.digest,
    observedAt: plan.observedAt,
    steps: plan.steps.map(({ id, application, cluster, action, object, risk, why, after, authorisedBy }) => ({
      id,
      application,
      cluster,
      action,
      object,
      risk,
      why,
      after,
      authorisedBy,
    })),
    applications: plan.applications.map((application) => ({
      name: application.name,
      verdict: application.verdict,
      activeCluster: application.activeCluster,
      targetCluster: application.targetCluster,
      expectedDataLoss: isoOrNull(application.expectedDataLoss),
      expectedRecoveryTime: isoOrNull(application.expectedRecoveryTime),
      objectivesMet: application.objectivesMet,
      blockers: application.blockers,
      waitingFor: application.waitingFor,
      drift: application.drift,
      uncaptured: application.uncaptured,
    })),
    findings: plan.findings,
  };
}

export function isoOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : formatIsoDuration(milliseconds);
}
