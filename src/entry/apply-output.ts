import type { ApplyResult } from "../app/apply.ts";
import { counted } from "../core/model/counted.ts";
import type { Palette } from "../core/report/palette.ts";
import { planDocument } from "../core/report/plan-json.ts";
import { planMarkdown } from "../core/report/plan-markdown.ts";
import type { CommonOptions } from "./common-options.ts";

/** What was done, what was not and why, and what to do next. */
export function renderApply(result: ApplyResult, format: CommonOptions["output"], palette: Palette): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(applyDocument(result), null, 2)}\n`;
    case "markdown":
      return planMarkdown(result.plan);
    case "text":
      return applyText(result, palette);
  }
}

function applyDocument(result: ApplyResult): Readonly<Record<string, unknown>> {
  return {
    ...planDocument(result.plan),
    results: result.results.map(({ step, outcome }) => ({ step: step.id, ...outcome })),
    refused: Object.fromEntries(result.refused),
    busy: result.busy,
  };
}

function applyText(result: ApplyResult, palette: Palette): string {
  const lines: string[] = [];
  for (const [application, blockers] of result.refused) {
    for (const blocker of blockers) {
      lines.push(
        `${palette.bad("refused")} ${application}: ${blocker.message} [${blocker.code}]`,
        `  → ${blocker.remedy}`,
      );
    }
  }
  for (const { cluster, holder } of result.busy) {
    lines.push(
      `${palette.warn("busy")} ${cluster}: another run (${holder}) holds the Lease; nothing was written there`,
    );
  }
  const open = result.results.filter(({ outcome }) => outcome.state !== "done" && outcome.state !== "skipped");
  for (const { step, outcome } of open) {
    const why = "why" in outcome ? outcome.why : "";
    lines.push(`${palette.warn(outcome.state)} ${step.id}: ${why}`, "  → run drover apply again; it continues here");
  }
  for (const application of result.plan.applications) {
    for (const waiting of application.waitingFor) lines.push(`${application.name} waits for ${waiting}`);
  }
  const done = result.results.filter(({ outcome }) => outcome.state === "done").length;
  const sentence = `Apply: ${counted(done, "step")} done, ${open.length} open, ${counted(result.refused.size, "application")} refused.`;
  lines.push(
    open.length + result.refused.size + result.busy.length === 0 ? palette.good(sentence) : palette.bold(sentence),
  );
  return `${lines.join("\n")}\n`;
}
