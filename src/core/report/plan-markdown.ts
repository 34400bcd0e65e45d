import { counted } from "../model/counted.ts";
import { formatDuration } from "../model/duration.ts";
import { describeRef } from "../model/kube-object.ts";
import type { Step } from "../model/step.ts";
import type { Plan, PlannedApplication } from "../plan/plan.ts";
import { code, plain } from "./markdown-escape.ts";
import { folded } from "./markdown-folded.ts";
import { driftLines, driftSentence, hasDrift, uncapturedLines, uncapturedSentence } from "./drift-words.ts";
import { fenceSentences, inRiskOrder, symbolOf, verdictSentence } from "./plan-words.ts";

/** The plan as GitHub shows it: who goes where and what may be lost in ten seconds, the steps folded below. */
export function planMarkdown(plan: Plan): string {
  const lines = [`### ${plain(verdictSentence(plan))}`, ""];
  for (const fence of fenceSentences(plan)) lines.push(`**${plain(fence)}**`, "");
  lines.push(...summaryTable(plan), "");
  for (const application of inRiskOrder(plan)) lines.push(...applicationSection(plan, application));
  const site = plan.steps.filter((step) => step.application === null);
  if (site.length > 0) lines.push(...folded(`Whole site (${counted(site.length, "step")})`, site.map(stepLine)));
  const findings = plan.findings.filter((finding) => finding.severity !== "info");
  if (findings.length > 0) lines.push("#### Findings", "");
  for (const finding of findings) {
    const place = finding.file === null ? "" : ` ${code(`${finding.file}:${finding.line ?? 1}`)}`;
    lines.push(
      `- **${finding.severity}** ${code(finding.code)}${place}: ${plain(finding.message)}. → ${plain(finding.remedy)}`,
    );
  }
  lines.push(
    "",
    `<sub>${plain(verdictSentence(plan))}<br>revision ${code(plan.revision)} · plan digest ${code(plan.digest)} (what is approved) · observed ${plan.observedAt}</sub>`,
    "",
  );
  return lines.join("\n");
}

function summaryTable(plan: Plan): readonly string[] {
  return [
    "| application | verdict | from → to | expected data loss | expected recovery | objectives |",
    "| --- | --- | --- | --- | --- | --- |",
    ...inRiskOrder(plan).map((application) =>
      [
        "",
        ` ${code(application.name)} `,
        ` **${application.verdict}** `,
        ` ${plain(application.activeCluster ?? "?")} → ${plain(application.targetCluster ?? "?")} `,
        ` ${moving(application) ? shown(application.expectedDataLoss) : "–"} `,
        ` ${moving(application) ? shown(application.expectedRecoveryTime) : "–"} `,
        ` ${application.objectivesMet === null ? "–" : application.objectivesMet ? "met" : "**not met**"} `,
        "",
      ].join("|"),
    ),
  ];
}

function moving(application: PlannedApplication): boolean {
  return application.intent.type === "move" && application.intent.move.stage !== "serving";
}

function shown(milliseconds: number | null): string {
  return milliseconds === null ? "unknown" : formatDuration(milliseconds);
}

function applicationSection(plan: Plan, application: PlannedApplication): readonly string[] {
  const steps = plan.steps.filter((step) => step.application === application.name);
  const lines: string[] = [];
  for (const blocker of application.blockers) {
    lines.push(
      `- **${plain(application.name)}** is refused: ${plain(blocker.message)} (${code(blocker.code)}). → ${plain(blocker.remedy)}`,
    );
  }
  for (const waiting of application.waitingFor)
    lines.push(`- **${plain(application.name)}** waits for ${plain(waiting)}`);
  if (lines.length > 0) lines.push("");
  lines.push(...afterwards(application));
  if (steps.length > 0)
    lines.push(...folded(`${application.name} (${counted(steps.length, "step")})`, steps.map(stepLine)));
  const { uncaptured } = application;
  if (uncaptured !== null) {
    lines.push(...folded(`Not captured: ${uncapturedSentence(uncaptured)}`, uncapturedLines(uncaptured)));
  }
  for (const drift of application.drift.filter(hasDrift)) {
    lines.push(...folded(`Drift of ${application.name}: ${driftSentence(drift)}`, driftLines(drift)));
  }
  return lines;
}

/** What the same approval leads to later, so that nobody approves half of a story. */
function afterwards(application: PlannedApplication): readonly string[] {
  if (application.intent.type !== "move" || application.intent.move.stage === "serving") return [];
  const from = plain(application.activeCluster ?? "?");
  const to = plain(application.targetCluster ?? "?");
  return [
    `Afterwards, as soon as ${from} answers: its workloads are stopped, its storage is brought in sync from ${to}, and it becomes the standby of **${plain(application.name)}**. Its own copy is overwritten by that.`,
    "",
  ];
}

function stepLine(step: Step, index: number): string {
  const object = step.object === null ? "" : ` ${describeRef(step.object)}`;
  return `${symbolOf(step)} ${String(index + 1).padStart(2)}. ${step.action}${object} @${step.cluster}: ${step.why}`;
}
