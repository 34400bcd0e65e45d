/**
 * Control characters, which move a cursor, set a title or clear a screen; line separators; and what turns the direction
 * of reading, so that a text shows other words than it holds (Unicode Standard Annex 9, section 2).
 */
const HARMFUL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A colour, a tab or a line feed: what a text that was put together here may contain. */
const OWN = /(\u001b\[[0-9;]*m|[\t\n])/;

/** Names and messages of clusters, repositories and people, in one line: anybody may have written them. */
export function harmless(text: string): string {
  return text.replace(HARMFUL, "\ufffd");
}

/** A whole text for a terminal: only colours, tabs and line feeds pass. */
export function harmlessText(text: string): string {
  return text
    .split(OWN)
    .map((part, index) => (index % 2 === 1 ? part : harmless(part)))
    .join("");
}
