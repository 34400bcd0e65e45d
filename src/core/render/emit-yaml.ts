import { type Fields, isFields } from "../model/fields.ts";
import { compareBytes } from "./byte-order.ts";
import { fitsBlock, flowScalar } from "./yaml-scalar.ts";

const OBJECT_ORDER = ["apiVersion", "kind", "metadata"];
const METADATA_ORDER = ["name", "namespace", "labels", "annotations"];

/**
 * A Kubernetes object as the one YAML text that the DR branch holds for it: fixed key order, two spaces, lists at the
 * column of their key, no anchors, no comments, one final newline. Nulls are not written.
 */
export function emitObject(object: Fields): string {
  let text = "";
  for (const key of orderedKeys(object, OBJECT_ORDER)) {
    const value = object[key];
    const isMetadata = key === "metadata" && isFields(value);
    text += `${flowScalar(key)}:`;
    text += isMetadata ? nested(orderedLines(value, METADATA_ORDER, INDENT)) : valueText(value, "");
  }
  return text === "" ? "{}\n" : text;
}

/** A mapping whose keys come in the given order; nested mappings are in byte order. */
export function emitMapping(fields: Fields, order: readonly string[]): string {
  const text = orderedLines(fields, order, "");
  return text === "" ? "{}\n" : text;
}

/** A list as a document of its own, for the text of a JSON patch. */
export function emitList(items: readonly unknown[]): string {
  return items.length === 0 ? "[]\n" : listText(items, "", "");
}

const INDENT = "  ";

/** What stands behind `key:`, up to and with the end of its last line. `indent` is the key's own. */
function valueText(value: unknown, indent: string): string {
  if (typeof value === "string") return ` ${stringText(value, indent)}\n`;
  if (Array.isArray(value)) return value.length === 0 ? " []\n" : `\n${listText(value, indent, indent)}`;
  if (isFields(value)) return nested(linesOf(value, indent + INDENT, indent + INDENT));
  return ` ${scalar(value)}\n`;
}

function nested(lines: string): string {
  return lines === "" ? " {}\n" : `\n${lines}`;
}

/** The mapping's lines. The first may begin with something else than its indentation: the dash of a list. */
function linesOf(fields: Fields, indent: string, first: string): string {
  let text = "";
  let head = first;
  for (const key of sortedKeys(fields)) {
    text += head + flowScalar(key) + ":" + valueText(fields[key], indent);
    head = indent;
  }
  return text;
}

function orderedLines(fields: Fields, order: readonly string[], indent: string): string {
  let text = "";
  for (const key of orderedKeys(fields, order)) text += indent + flowScalar(key) + ":" + valueText(fields[key], indent);
  return text;
}

function listText(items: readonly unknown[], first: string, indent: string): string {
  let text = "";
  let head = `${first}- `;
  const deeper = indent + INDENT;
  for (const item of items) {
    text += itemText(item, head, deeper);
    head = `${indent}- `;
  }
  return text;
}

/** One item from its dash on; `deeper` is the column behind the dash. */
function itemText(item: unknown, head: string, deeper: string): string {
  if (typeof item === "string") return `${head}${stringText(item, deeper.slice(INDENT.length))}\n`;
  if (Array.isArray(item)) return item.length === 0 ? `${head}[]\n` : listText(item, head, deeper);
  if (!isFields(item)) return `${head}${scalar(item)}\n`;
  const lines = linesOf(item, deeper, head);
  return lines === "" ? `${head}{}\n` : lines;
}

function scalar(value: unknown): string {
  if (typeof value === "number") return numeral(value);
  if (typeof value === "bigint") return value.toString();
  return value === true ? "true" : value === false ? "false" : "null";
}

/** Integers never get an exponent, which the API reads as a float, and beyond 2^53 they get all their digits. */
function numeral(value: number): string {
  if (Number.isSafeInteger(value) || !Number.isInteger(value)) return value === 0 ? "0" : String(value);
  return BigInt(value).toString();
}

function stringText(text: string, indent: string): string {
  return fitsBlock(text) ? blockText(text, indent + INDENT) : flowScalar(text);
}

/** Without the end of the last line, which every value gets from its caller. */
function blockText(text: string, indent: string): string {
  const closed = text.endsWith("\n");
  const body = closed ? text.slice(0, -1) : text;
  // Only lines with content are indented.
  return `${closed ? "|" : "|-"}\n${indent}${body.replaceAll(/\n(?!\n)/g, `\n${indent}`)}`;
}

/** Keys that have a value: those of `order` first, all others in byte order. */
function orderedKeys(fields: Fields, order: readonly string[]): readonly string[] {
  const first = order.filter((key) => Object.hasOwn(fields, key) && isWritten(fields[key]));
  return [...first, ...sortedKeys(fields).filter((key) => !order.includes(key))];
}

function sortedKeys(fields: Fields): readonly string[] {
  const keys: string[] = [];
  let sorted = true;
  for (const key of Object.keys(fields)) {
    if (!isWritten(fields[key])) continue;
    const before = keys.at(-1);
    if (before !== undefined && sorted && compareBytes(before, key) > 0) sorted = false;
    keys.push(key);
  }
  return sorted ? keys : keys.sort(compareBytes);
}

function isWritten(value: unknown): boolean {
  return value !== null && value !== undefined;
}
