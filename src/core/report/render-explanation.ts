import { describeRef } from "../model/kube-object.ts";
import type { RenderReport } from "../render/render-result.ts";
import { CHANGE_RULES, OMIT_RULES } from "../render/render-rules.ts";
import type { Palette } from "./palette.ts";

/** One line of the table: what a rule did, and the sentence that says why. */
interface Row {
  readonly what: string;
  readonly why: string;
}

/**
 * `drover render --explain`: for each object what was dropped, changed or left out, by which rule, and why. Objects that
 * were written come first, in the report's order.
 */
export function explanation(report: RenderReport, palette: Palette): readonly string[] {
  const changed = Map.groupBy(report.changed, ({ object }) => describeRef(object));
  const rows = new Map<string, readonly Row[]>();
  for (const [object, changes] of changed)
    rows.set(
      object,
      changes.map(({ rule, count }) => ({ what: `${rule} × ${count}`, why: CHANGE_RULES[rule] })),
    );
  for (const { object, rule } of report.omitted) {
    const key = describeRef(object);
    rows.set(key, [...(rows.get(key) ?? []), { what: `left out: ${rule}`, why: OMIT_RULES[rule] }]);
  }
  const width = Math.max(0, ...[...rows.values()].flat().map(({ what }) => what.length));
  return [...rows].flatMap(([object, each]) => [
    `  ${palette.bold(object)}`,
    ...each.map(({ what, why }) => `    ${what.padEnd(width)}  ${palette.dim(why)}`),
  ]);
}

/** The same in a few lines: how often each rule did something. */
export function ruleCounts(report: RenderReport): readonly string[] {
  const omitted = counted(report.omitted.map(({ rule }) => ({ rule, count: 1 })));
  const changed = counted(report.changed);
  return [...(omitted === "" ? [] : [`  left out: ${omitted}`]), ...(changed === "" ? [] : [`  changed: ${changed}`])];
}

function counted(each: readonly { readonly rule: string; readonly count: number }[]): string {
  const counts = new Map<string, number>();
  for (const { rule, count } of each) counts.set(rule, (counts.get(rule) ?? 0) + count);
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([rule, count]) => `${rule} × ${count}`)
    .join(", ");
}
