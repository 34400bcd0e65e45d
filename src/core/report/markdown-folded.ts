import { harmlessText } from "./harmless.ts";
import { html } from "./markdown-escape.ts";

/** Lines that GitHub shows when the title is clicked, verbatim, coloured as a diff. `rows` may hold anything. */
export function folded(title: string, rows: readonly string[]): readonly string[] {
  const text = harmlessText(rows.join("\n"));
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = "`".repeat(longest + 1);
  return [`<details><summary>${html(title)}</summary>`, "", `${fence}diff`, text, fence, "", "</details>", ""];
}
