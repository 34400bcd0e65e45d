import { formatDuration } from "../model/duration.ts";
import type { ApplicationStatus, TargetStatus } from "../plan/status.ts";
import { code, plain } from "./markdown-escape.ts";
import { driftLines, driftSentence, hasDrift, uncapturedSentence } from "./drift-words.ts";
import type { Palette } from "./palette.ts";
import { isoOrNull } from "./plan-json.ts";

export interface StatusReport {
  readonly revision: string;
  readonly observedAt: string;
  readonly applications: readonly ApplicationStatus[];
}

/** The `Status` document of contracts.md section 3: the top level repeats the best target. */
export function statusDocument(report: StatusReport): Readonly<Record<string, unknown>> {
  return {
    apiVersion: "drover.dev/v1alpha1",
    kind: "Status",
    revision: report.revision,
    observedAt: report.observedAt,
    applications: report.applications.map((application) => ({
      name: application.name,
      activeCluster: application.activeCluster,
      phase: application.phase,
      ...targetFields(bestTarget(application)),
      blockers: application.blockers,
      conditions: application.conditions,
      drift: application.drift,
      uncaptured: application.uncaptured,
      targets: application.targets.map((target) => ({
        cluster: target.cluster,
        ...targetFields(target),
        blockers: target.blockers,
      })),
    })),
  };
}

function bestTarget(application: ApplicationStatus): TargetStatus | null {
  const ranked = [...application.targets].sort((a, b) => score(a) - score(b));
  return ranked[0] ?? null;
}

function score(target: TargetStatus): number {
  return (target.canFailover ? 0 : 1e15) + (target.dataLossIfFailedNow ?? 1e14);
}

function targetFields(target: TargetStatus | null): Readonly<Record<string, unknown>> {
  return {
    recoveryPoint: target?.recoveryPoint ?? null,
    dataLossIfFailedNow: isoOrNull(target?.dataLossIfFailedNow ?? null),
    recoveryTimeIfFailedNow: isoOrNull(target?.recoveryTimeIfFailedNow ?? null),
    canFailover: target?.canFailover ?? false,
    canRelocate: target?.canRelocate ?? false,
  };
}

/** One question at a glance: if the site died now, what would be lost, and how long would it take? */
export function statusText(report: StatusReport, palette: Palette): string {
  const rows = report.applications.map((application) => {
    const target = bestTarget(application);
    return [
      application.name,
      application.phase,
      application.activeCluster ?? "?",
      target?.cluster ?? "–",
      shown(target?.dataLossIfFailedNow ?? null),
      shown(target?.recoveryTimeIfFailedNow ?? null),
      target?.canFailover === true ? "yes" : "no",
      target?.canRelocate === true ? "yes" : "no",
    ];
  });
  const table = columns([
    ["APPLICATION", "PHASE", "ACTIVE", "STANDBY", "LOST IF IT DIED NOW", "BACK IN", "CAN FAIL OVER", "CAN RELOCATE"],
    ...rows,
  ]);
  const lines = table.map((line, index) => (index === 0 ? palette.bold(line) : line));
  for (const application of report.applications) {
    for (const blocker of application.blockers) {
      lines.push(`${palette.bad("!")} ${application.name}: ${blocker.message}`, `  → ${blocker.remedy}`);
    }
  }
  for (const { name, drift, uncaptured } of report.applications) {
    if (uncaptured !== null) lines.push(`${palette.warn("not captured")} ${name}: ${uncapturedSentence(uncaptured)}`);
    for (const found of drift.filter(hasDrift)) {
      lines.push(`${palette.warn("drift")} ${name}: ${driftSentence(found)}`);
      lines.push(...driftLines(found).map((line) => `  ${line}`));
    }
  }
  lines.push(palette.dim(`revision ${report.revision.slice(0, 12)} · observed ${report.observedAt}`));
  return `${lines.join("\n")}\n`;
}

export function statusMarkdown(report: StatusReport): string {
  const rows = report.applications.map((application) => {
    const target = bestTarget(application);
    const cells = [
      code(application.name),
      `**${application.phase}**`,
      plain(application.activeCluster ?? "?"),
      plain(target?.cluster ?? "–"),
      shown(target?.dataLossIfFailedNow ?? null),
      shown(target?.recoveryTimeIfFailedNow ?? null),
      target?.canFailover === true ? "yes" : "**no**",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const blockers = report.applications.flatMap((application) =>
    application.blockers.map(
      (blocker) => `- ${code(application.name)}: ${plain(blocker.message)}. → ${plain(blocker.remedy)}`,
    ),
  );
  const drift = report.applications.flatMap(({ name, drift: found, uncaptured }) => [
    ...(uncaptured === null ? [] : [`- ${code(name)} is not captured: ${plain(uncapturedSentence(uncaptured))}.`]),
    ...found.filter(hasDrift).map((each) => `- ${code(name)} drifted: ${plain(driftSentence(each))}.`),
  ]);
  return [
    "| application | phase | active | standby | lost if it died now | back in | can fail over |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
    ...blockers,
    ...drift,
    "",
  ].join("\n");
}

function shown(milliseconds: number | null): string {
  return milliseconds === null ? "unknown" : formatDuration(milliseconds);
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
