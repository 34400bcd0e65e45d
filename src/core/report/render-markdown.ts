import type { Blocker } from "../failover/intent.ts";
import { counted } from "../model/counted.ts";
import { describeRef } from "../model/kube-object.ts";
import { describeUnread } from "../observed/unread-kind.ts";
import type { RenderReport } from "../render/render-result.ts";
import { code, plain } from "./markdown-escape.ts";
import { folded } from "./markdown-folded.ts";
import { PLAIN } from "./palette.ts";
import { explanation, ruleCounts } from "./render-explanation.ts";
import type { RenderedAll } from "./render-list.ts";

/** The capture as GitHub shows it: refusals first, then what was written; with `explain`, the rules folded below. */
export function renderMarkdown(result: RenderedAll & { readonly explain: boolean }): string {
  const { reports, refused, notes, revision, explain } = result;
  const headline = `${counted(reports.length, "application")} captured, ${refused.size} refused`;
  const lines = [`### ${headline}`, ""];
  for (const [application, blockers] of refused) {
    lines.push(...blockers.map((blocker) => `- **${plain(application)}** is refused: ${reason(blocker)}`));
  }
  lines.push(...notes.map((note) => `- ${reason(note)}`));
  if (refused.size + notes.length > 0) lines.push("");
  if (reports.length > 0) lines.push(...table(reports), "");
  for (const report of reports) lines.push(...incomplete(report), ...rules(report, explain));
  lines.push(`<sub>rendered from revision ${code(revision)}</sub>`, "");
  return lines.join("\n");
}

function reason({ code: id, message, remedy }: Blocker): string {
  return `${plain(message)} (${code(id)}). → ${plain(remedy)}`;
}

function table(reports: readonly RenderReport[]): readonly string[] {
  return [
    "| application | from → to | objects | commit |",
    "| --- | --- | --- | --- |",
    ...reports.map(({ application, source, cluster, objects, commit }) => {
      const written = commit === null ? "no change" : code(commit.slice(0, 12));
      return `| ${code(application)} | ${plain(source)} → ${plain(cluster)} | ${objects} | ${written} |`;
    }),
  ];
}

/** What a person has to see to: what could not be read, and what must exist on the standby. */
function incomplete({ application, cluster, unread, requirements }: RenderReport): readonly string[] {
  const name = code(application);
  const lines = [
    ...unread.map((each) => `- ${name}: **not read** ${plain(describeUnread(each))}`),
    ...requirements.map((need) => `- ${name} needs ${plain(describeRef(need))} on ${plain(cluster)}`),
  ];
  return lines.length === 0 ? [] : [...lines, ""];
}

function rules(report: RenderReport, explain: boolean): readonly string[] {
  const lines = explain ? explanation(report, PLAIN) : ruleCounts(report);
  return lines.length === 0 ? [] : folded(`${report.application}: what was left out or changed`, lines);
}
