import { counted } from "../model/counted.ts";
import { describeRef } from "../model/kube-object.ts";
import { describeUnread } from "../observed/unread-kind.ts";
import type { Palette } from "./palette.ts";
import { explanation, ruleCounts } from "./render-explanation.ts";
import type { RenderedAll } from "./render-list.ts";

/** What was captured, and how much was left out or changed by which rule; with `explain`, where and why. */
export function renderText(
  /** `explain`: each object with the rules that changed it, instead of counts alone. */
  result: RenderedAll & { readonly explain?: boolean },
  palette: Palette,
): string {
  const lines: string[] = [];
  for (const report of result.reports) {
    const commit = report.commit === null ? "no change, no commit" : `commit ${report.commit.slice(0, 12)}`;
    lines.push(
      `${palette.bold(report.application)} ${report.source} → ${report.cluster}: ${counted(report.objects, "object")}, ${commit}`,
    );
    for (const unread of report.unread) lines.push(`  ${palette.bad("not read")} ${describeUnread(unread)}`);
    lines.push(...(result.explain === true ? explanation(report, palette) : ruleCounts(report)));
    for (const need of report.requirements) lines.push(`  needs ${describeRef(need)} on ${report.cluster}`);
  }
  for (const note of result.notes) lines.push(`${note.message} [${note.code}]`, `  → ${note.remedy}`);
  for (const [application, blockers] of result.refused) {
    for (const blocker of blockers) {
      lines.push(
        `${palette.bad("refused")} ${application}: ${blocker.message} [${blocker.code}]`,
        `  → ${blocker.remedy}`,
      );
    }
  }
  lines.push(palette.dim(`rendered from revision ${result.revision}`));
  return `${lines.join("\n")}\n`;
}
