import { harmless } from "./harmless.ts";

/**
 * Text from clusters, documents and people, made harmless in GitHub's Markdown: no mention, reference, link, HTML or
 * fence comes out of it (a zero-width space follows what would start one).
 */
export function plain(text: string): string {
  return html(text).replaceAll(/([\\`*_{}[\]()|~!$])/g, "\\$1");
}

/**
 * The same within a line of HTML, where GitHub reads no Markdown and would show the backslashes. Mentions and references
 * are found there nevertheless.
 */
export function html(text: string): string {
  return oneLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "@\u200b")
    .replaceAll("#", "#\u200b")
    .replaceAll(/\bGH-/gi, "GH\u200b-")
    .replaceAll(/(https?|ftp):/gi, "$1\u200b:")
    .replaceAll(/\bwww\./gi, "www\u200b.");
}

/** Such text as inline code: longer back-tick runs inside can't end it. */
export function code(text: string): string {
  // An empty span would be a longer fence, which swallows what follows.
  const content = oneLine(text).replaceAll("|", "\\|") || " ";
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${content}${fence}` : `${fence} ${content} ${fence}`;
}

function oneLine(text: string): string {
  return harmless(text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " "));
}
