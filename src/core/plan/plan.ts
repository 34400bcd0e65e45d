import type { ClusterDrift } from "../diff/drift.ts";
import type { FolderDifference } from "../diff/folder-diff.ts";
import type { Finding } from "../model/finding.ts";
import type { Blocker, Intent } from "../failover/intent.ts";
import type { RenderReport } from "../render/render-result.ts";
import type { Risk, Step } from "../model/step.ts";

export type PlanVerdict = "no-changes" | "changes" | "needs-approval" | "refused";

/**
 * The plan is a value: the preview, the pull request's text, the execution and the evidence are views of this one
 * (design section 3). Only `observedAt` and the measured values of applications derive from the time of observation.
 */
export interface Plan {
  readonly verdict: PlanVerdict;
  readonly revision: string;
  readonly digest: string;
  readonly observedAt: string;
  readonly steps: readonly Step[];
  readonly applications: readonly PlannedApplication[];
  readonly findings: readonly Finding[];
}

export interface PlannedApplication {
  readonly name: string;
  readonly verdict: PlanVerdict;
  readonly intent: Intent;
  readonly activeCluster: string | null;
  /** Where it goes, or its standby. */
  readonly targetCluster: string | null;
  /** Milliseconds; null: unknown. Only for a move. */
  readonly expectedDataLoss: number | null;
  /** Milliseconds; null: unknown. */
  readonly expectedRecoveryTime: number | null;
  readonly objectivesMet: boolean | null;
  readonly blockers: readonly Blocker[];
  /** What people must know and nothing stopped for; also among the findings. */
  readonly notes: readonly Blocker[];
  /** What was captured for the standby; null when nothing was. */
  readonly render: RenderReport | null;
  /** What waits for something that nobody can hurry, e.g. a site that is away. */
  readonly waitingFor: readonly string[];
  /** What changed on a cluster outside git; observed, so it is not in the digest and nothing is decided on it. */
  readonly drift: readonly ClusterDrift[];
  /** What changed on the active cluster since its last render; null: nothing, or it could not be rendered. */
  readonly uncaptured: FolderDifference | null;
}

/** The highest risk among steps; routine when there are none. */
export function highestRisk(steps: readonly Pick<Step, "risk">[]): Risk {
  if (steps.some((step) => step.risk === "destructive")) return "destructive";
  return steps.some((step) => step.risk === "disruptive") ? "disruptive" : "routine";
}
