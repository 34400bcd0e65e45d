import { type Fields, isFields } from "../model/fields.ts";
import { compareBytes } from "./byte-order.ts";
import { fitsBlock, flowScalar } from "./yaml-scalar.ts";

/** Keys that come first, in this order; all others follow in byte order. */
type KeyOrder = readonly string[];

const OBJECT_ORDER: KeyOrder = ["apiVersion", "kind", "metadata"];
const METADATA_ORDER: KeyOrder = ["name", "namespace", "labels", "annotations"];
const NO_ORDER: KeyOrder = [];

/**
 * A Kubernetes object as the one YAML text that the DR branch holds for it: fixed key order, two spaces, lists at the
 * column of their key, no anchors, no comments, one final newline. Nulls are not written.
 */
export function emitObject(object: Fields): string {
  return `${mappingLines(object, 0, OBJECT_ORDER).join("\n")}\n`;
}

/** A mapping whose keys come in the given order; nested mappings are in byte order. */
export function emitMapping(fields: Fields, order: readonly string[]): string {
  return `${mappingLines(fields, 0, order).join("\n")}\n`;
}

/** A list as a document of its own, for the text of a JSON patch. */
export function emitList(items: readonly unknown[]): string {
  return `${listLines(items, 0).join("\n")}\n`;
}

function mappingLines(fields: Fields, indent: number, order: KeyOrder): string[] {
  const lines: string[] = [];
  for (const key of orderedKeys(fields, order)) {
    const nested = order === OBJECT_ORDER && key === "metadata" ? METADATA_ORDER : NO_ORDER;
    const head = `${pad(indent)}${flowScalar(key)}:`;
    for (const line of entryLines(head, fields[key], { indent, order: nested })) lines.push(line);
  }
  return lines;
}

function entryLines(
  head: string,
  value: unknown,
  { indent, order }: { readonly indent: number; readonly order: KeyOrder },
): readonly string[] {
  if (Array.isArray(value)) return value.length === 0 ? [`${head} []`] : [head, ...listLines(value, indent)];
  if (isFields(value)) {
    const lines = mappingLines(value, indent + 2, order);
    return lines.length === 0 ? [`${head} {}`] : [head, ...lines];
  }
  return scalarLines(`${head} `, value, indent);
}

function listLines(items: readonly unknown[], indent: number): string[] {
  const lines: string[] = [];
  for (const item of items) for (const line of itemLines(item, indent)) lines.push(line);
  return lines;
}

/** The item's own lines, two deeper, with the dash in the place of the first line's indentation. */
function itemLines(item: unknown, indent: number): readonly string[] {
  const dash = `${pad(indent)}- `;
  if (!Array.isArray(item) && !isFields(item)) return scalarLines(dash, item, indent);
  const lines = Array.isArray(item) ? listLines(item, indent + 2) : mappingLines(item, indent + 2, NO_ORDER);
  const [first, ...rest] = lines;
  if (first === undefined) return [`${dash}${Array.isArray(item) ? "[]" : "{}"}`];
  return [`${dash}${first.slice(indent + 2)}`, ...rest];
}

function scalarLines(head: string, value: unknown, indent: number): readonly string[] {
  if (typeof value === "string" && fitsBlock(value)) return blockLines(head, value, indent + 2);
  return [`${head}${scalar(value)}`];
}

function scalar(value: unknown): string {
  if (typeof value === "string") return flowScalar(value);
  if (typeof value === "number") return numeral(value);
  return value === true ? "true" : value === false ? "false" : "null";
}

/** Integers never get an exponent: the API reads `1e+21` as a float. */
function numeral(value: number): string {
  if (Object.is(value, -0)) return "0";
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

function blockLines(head: string, text: string, indent: number): readonly string[] {
  const closed = text.endsWith("\n");
  const body = (closed ? text.slice(0, -1) : text).split("\n");
  return [`${head}${closed ? "|" : "|-"}`, ...body.map((line) => (line === "" ? "" : `${pad(indent)}${line}`))];
}

function orderedKeys(fields: Fields, order: KeyOrder): readonly string[] {
  const keys = Object.keys(fields).filter((key) => fields[key] !== null && fields[key] !== undefined);
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return keys.sort((a, b) => rank(a) - rank(b) || compareBytes(a, b));
}

function pad(indent: number): string {
  return " ".repeat(indent);
}
