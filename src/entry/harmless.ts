/** A colour, or a control character other than tab and line feed. */
const CONTROL = /\u001b\[[0-9;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Text for a terminal: names and messages of clusters and repositories are in it, and none of them may move the cursor,
 * set a title or clear the screen. Only colours pass.
 */
export function harmless(text: string): string {
  return text.replaceAll(CONTROL, (found) => (found.endsWith("m") && found.length > 2 ? found : "\ufffd"));
}
