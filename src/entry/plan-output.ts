import type { Plan } from "../core/plan/plan.ts";
import { planDocument } from "../core/report/plan-json.ts";
import { planMarkdown } from "../core/report/plan-markdown.ts";
import { planText } from "../core/report/plan-text.ts";
import type { Palette } from "../core/report/palette.ts";
import type { CommonOptions } from "./common-options.ts";

export function renderPlan(plan: Plan, format: CommonOptions["output"], palette: Palette): string {
  switch (format) {
    case "text":
      return planText(plan, palette);
    case "json":
      return `${JSON.stringify(planDocument(plan), null, 2)}\n`;
    case "markdown":
      return planMarkdown(plan);
  }
}
