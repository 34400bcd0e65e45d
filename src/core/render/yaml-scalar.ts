/**
 * How a string is written so that YAML 1.1 (kubectl, Argo CD), YAML 1.2 (Node tools) and kustomize's mixture of both read
 * the same string back. Libraries decide by one dialect; the DR branch is read by all three.
 */

const PLAIN = /^[A-Za-z_/][A-Za-z0-9_./@=,+-]*(?:[ :][A-Za-z0-9_./@=,+-]+)*$/;
const RETYPED = /^(?:~|null|true|false|yes|no|on|off|y|n|\.?inf|\.?nan|infinity|=|<<)$/i;
/** Read as a broken float by the 1.1 mode of npm's `yaml`. */
const EXPONENT = /^[eE][-+]?[0-9]+$/;
const PLAIN_LIMIT = 1024;

const NOT_IN_BLOCK = /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff\ue000-\uf8ff]/;
const ESCAPED = /["\\\u0000-\u001f\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff\ue000-\uf8ff]/g;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** One line: plain where every dialect agrees on a string, double-quoted otherwise. Also right for mapping keys. */
export function flowScalar(text: string): string {
  return isPlain(text) ? text : doubleQuoted(text);
}

/** True when the text reads best, and safely, as a literal block. */
export function fitsBlock(text: string): boolean {
  return (
    text.includes("\n") &&
    !NOT_IN_BLOCK.test(text) &&
    !/^[ \t\n]/.test(text) &&
    !/ (?:\n|$)/.test(text) &&
    !text.endsWith("\n\n")
  );
}

function isPlain(text: string): boolean {
  return text.length <= PLAIN_LIMIT && PLAIN.test(text) && !RETYPED.test(text) && !EXPONENT.test(text);
}

function doubleQuoted(text: string): string {
  return `"${text.replaceAll(ESCAPED, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.charCodeAt(0).toString(16).toUpperCase();
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
}
