/**
 * How a string is written so that YAML 1.1 (kubectl, Argo CD), YAML 1.2 (Node tools) and kustomize's mixture of both read
 * the same string back. Libraries decide by one dialect; the DR branch is read by all three.
 *
 * Plain is what matches `[A-Za-z_/][A-Za-z0-9_./@=,+-]*([ :][A-Za-z0-9_./@=,+-]+)*` and no other type's spelling. The test
 * runs for every key and value of every object, so it is a walk over character codes instead of an expression.
 */

const PLAIN_LIMIT = 1024;
const FIRST = 1;
const BODY = 2;
const SEPARATOR = 4;
const CLASSES = characterClasses();

const RETYPED = /^(?:null|true|false|yes|no|on|off|y|n|inf|nan|infinity)$/i;
const LONGEST_RETYPED = "infinity".length;
/** Read as a broken float by the 1.1 mode of npm's `yaml`. */
const EXPONENT = /^[eE][-+]?[0-9]+$/;

const NOT_IN_BLOCK = /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff\ue000-\uf8ff]/;
const ESCAPED = /["\\\u0000-\u001f\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff\ue000-\uf8ff]/;
const EACH_ESCAPED = new RegExp(ESCAPED, "g");
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** One line: plain where every dialect agrees on a string, double-quoted otherwise. Also right for mapping keys. */
export function flowScalar(text: string): string {
  if (isPlain(text)) return text;
  return `"${escapeText(text)}"`;
}

/** The text as it stands between double quotes. */
export function escapeText(text: string): string {
  return ESCAPED.test(text) ? text.replaceAll(EACH_ESCAPED, escapeCharacter) : text;
}

/** True when the text reads best, and safely, as a literal block. */
export function fitsBlock(text: string): boolean {
  if (!text.includes("\n")) return false;
  const first = text.charCodeAt(0);
  const startsBlank = first === 0x20 || first === 0x09 || first === 0x0a;
  const blankEnds = text.includes(" \n") || text.endsWith(" ") || text.endsWith("\n\n");
  return !startsBlank && !blankEnds && !NOT_IN_BLOCK.test(text);
}

function isPlain(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > PLAIN_LIMIT || (classAt(text, 0) & FIRST) === 0) return false;
  for (let index = 1; index < length; index += 1) {
    const type = classAt(text, index);
    if ((type & BODY) !== 0) continue;
    if ((type & SEPARATOR) === 0 || index + 1 === length || (classAt(text, index + 1) & BODY) === 0) return false;
  }
  return (length > LONGEST_RETYPED || !RETYPED.test(text)) && !EXPONENT.test(text);
}

function classAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (CLASSES[code] ?? 0) : 0;
}

function characterClasses(): Uint8Array {
  const classes = new Uint8Array(128);
  const mark = (characters: string, type: number): void => {
    for (const character of characters)
      classes[character.charCodeAt(0)] = (classes[character.charCodeAt(0)] ?? 0) | type;
  };
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  mark(`${letters}_/`, FIRST);
  mark(`${letters}0123456789_./@=,+-`, BODY);
  mark(" :", SEPARATOR);
  return classes;
}

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.charCodeAt(0).toString(16).toUpperCase();
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
}
