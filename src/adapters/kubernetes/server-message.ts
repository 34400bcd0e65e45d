import { asFields, asList, asString, at } from "../../core/model/fields.ts";

/**
 * What may be repeated of an API server's explanation. Kubernetes quotes refused values ("Invalid value: …"), and a
 * value can be a password, so values are cut out; about a Secret nothing is repeated but field names.
 */

const LONGEST_MESSAGE = 400;
const MOST_CAUSES = 5;

/** A printable sentence for people from a `Status` object; empty when nothing may be repeated. */
export function explainStatus(status: unknown, askedKind: string | null): string {
  const secret = askedKind === "Secret" || aboutSecret(status);
  const causes = describeCauses(status, secret);
  if (causes !== "") return causes;
  if (secret) return "";
  const message = asString(at(status, "message")) ?? "";
  return printable(withoutValues(message));
}

function aboutSecret(status: unknown): boolean {
  const kind = (asString(at(status, "details", "kind")) ?? "").toLowerCase();
  const message = (asString(at(status, "message")) ?? "").toLowerCase();
  return kind.startsWith("secret") || message.includes("secret");
}

function describeCauses(status: unknown, fieldOnly: boolean): string {
  const causes = asList(at(status, "details", "causes"));
  const told = causes.slice(0, MOST_CAUSES).map((cause) => describeCause(cause, fieldOnly));
  const more = causes.length - told.length;
  return [...told.filter((text) => text !== ""), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

function describeCause(cause: unknown, fieldOnly: boolean): string {
  const { field, message, reason } = asFields(cause);
  const name = printable(asString(field) ?? "");
  const why = fieldOnly ? (asString(reason) ?? "") : printable(withoutValues(asString(message) ?? ""));
  return [name, why].filter((text) => text !== "").join(": ");
}

const QUOTING = /(Invalid value|Unsupported value|Duplicate value|Too long|Too many|Not found|Internal error)(: )/;

/** `spec.x: Invalid value: "v": must be small` becomes `spec.x: Invalid value: must be small`. */
export function withoutValues(message: string): string {
  const match = QUOTING.exec(message);
  if (match === null) return message;
  const start = match.index + match[0].length;
  const rest = message.slice(start + lengthOfValue(message.slice(start)));
  const explanation = rest.startsWith(": ") ? `: ${withoutValues(rest.slice(2))}` : "";
  return `${message.slice(0, match.index)}${match[1] ?? ""}${explanation}`;
}

/** Length of the value that opens a text: a quoted string, a bracketed structure, or anything up to the next `: `. */
function lengthOfValue(text: string): number {
  const first = text[0] ?? "";
  if (!`"{[`.includes(first)) {
    const end = text.indexOf(": ");
    return end < 0 ? text.length : end;
  }
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? "";
    if (character === `"`) index = endOfString(text, index);
    else if ("{[".includes(character)) depth++;
    else if ("}]".includes(character)) depth--;
    if (depth === 0) return index + 1;
  }
  return text.length;
}

function endOfString(text: string, opening: number): number {
  for (let index = opening + 1; index < text.length; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === `"`) return index;
  }
  return text.length;
}

/** One line without control characters, which a terminal would obey, and not longer than people read. */
export function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE)}…`;
}
