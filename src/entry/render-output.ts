import type { Palette } from "../core/report/palette.ts";
import { type RenderedAll, renderReportList } from "../core/report/render-list.ts";
import { renderMarkdown } from "../core/report/render-markdown.ts";
import { renderText } from "../core/report/render-text.ts";
import type { CommonOptions } from "./common-options.ts";

/** What `drover render` prints, in each format the whole of it: reports, refusals and notes. */
export function renderCapture(
  shown: { readonly result: RenderedAll; readonly format: CommonOptions["output"]; readonly explain: boolean },
  palette: Palette,
): string {
  const { result, format, explain } = shown;
  switch (format) {
    case "json":
      return `${JSON.stringify(renderReportList(result), null, 2)}\n`;
    case "markdown":
      return renderMarkdown({ ...result, explain });
    case "text":
      return renderText({ ...result, explain }, palette);
  }
}
