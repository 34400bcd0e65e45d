import { formatDuration } from "../model/duration.ts";
import { describeRef } from "../model/kube-object.ts";
import type { Step } from "../model/step.ts";
import type { Plan, PlannedApplication } from "../plan/plan.ts";
import { fenceSentences, inRiskOrder, symbolOf, verdictSentence } from "./plan-words.ts";
import { driftLines, driftSentence, hasDrift, uncapturedLines, uncapturedSentence } from "./drift-words.ts";
import type { Palette } from "./palette.ts";

/** The plan for a terminal: verdict first, dangerous things first, every object with its cluster, the verdict again. */
export function planText(plan: Plan, palette: Palette): string {
  const lines = [headline(plan, palette), ...fenceSentences(plan).map((fence) => palette.warn(fence)), ""];
  for (const application of inRiskOrder(plan)) lines.push(...applicationLines(plan, application, palette), "");
  const site = plan.steps.filter((step) => step.application === null);
  if (site.length > 0) lines.push(palette.bold("Whole site"), ...site.map((step) => stepLine(step, palette)), "");
  const findings = plan.findings.filter((finding) => finding.severity !== "info");
  for (const finding of findings) {
    const place = finding.file === null ? "" : `${finding.file}:${finding.line ?? 1}:${finding.column ?? 1}: `;
    lines.push(
      `${palette.warn(finding.severity)} ${place}${finding.message} [${finding.code}]`,
      `  → ${finding.remedy}`,
    );
  }
  if (findings.length > 0) lines.push("");
  lines.push(headline(plan, palette));
  lines.push(
    palette.dim(
      `revision ${plan.revision} · plan digest ${plan.digest.slice(0, 16)} (what is approved) · observed ${plan.observedAt}`,
    ),
  );
  return `${lines.join("\n")}\n`;
}

function headline(plan: Plan, palette: Palette): string {
  const text = verdictSentence(plan);
  switch (plan.verdict) {
    case "no-changes":
      return palette.good(text);
    case "changes":
      return palette.bold(text);
    case "needs-approval":
      return palette.warn(text);
    case "refused":
      return palette.bad(text);
  }
}

function applicationLines(plan: Plan, application: PlannedApplication, palette: Palette): readonly string[] {
  const way =
    application.activeCluster === null ? "" : ` ${application.activeCluster} → ${application.targetCluster ?? "?"}`;
  const lines = [`${palette.bold(application.name)}${way}: ${application.verdict}`];
  if (application.intent.type === "move" && application.intent.move.stage !== "serving") {
    lines.push(
      `  expected data loss ${shown(application.expectedDataLoss)}, recovery in ${shown(application.expectedRecoveryTime)}`,
    );
  }
  for (const blocker of application.blockers)
    lines.push(`  ${palette.bad("!")} ${blocker.message}`, `    → ${blocker.remedy}`);
  for (const waiting of application.waitingFor) lines.push(`  … waiting for ${waiting}`);
  const steps = plan.steps.filter((step) => step.application === application.name);
  lines.push(...steps.map((step) => stepLine(step, palette)));
  const { uncaptured } = application;
  if (uncaptured !== null) {
    const paths = uncapturedLines(uncaptured).map((line) => `    ${line}`);
    lines.push(`  ${palette.warn("not captured")}: ${uncapturedSentence(uncaptured)}`, ...paths);
  }
  for (const drift of application.drift.filter(hasDrift)) {
    lines.push(
      `  ${palette.warn("drift")}: ${driftSentence(drift)}`,
      ...driftLines(drift).map((line) => `    ${line}`),
    );
  }
  return lines;
}

function shown(milliseconds: number | null): string {
  return milliseconds === null ? "unknown" : formatDuration(milliseconds);
}

function stepLine(step: Step, palette: Palette): string {
  const object = step.object === null ? "" : ` ${describeRef(step.object)}`;
  const text = `  ${symbolOf(step)} ${step.action}${object} @${step.cluster}: ${step.why}`;
  return step.risk === "routine" ? text : palette.warn(text);
}
