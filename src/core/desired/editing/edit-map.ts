import type { Node, Pair, YAMLMap } from "yaml";
import { isCollection, isMap, isNode, isPair, isScalar } from "yaml";
import type { TextEdit } from "./text-edits.ts";
import { lineBreakOf, lineStart, nextLine } from "./text-edits.ts";

/** A mapping in a text, to be edited in place. */
export interface MapInText {
  readonly text: string;
  readonly map: YAMLMap;
}

export interface Entry {
  readonly key: string;
  /** YAML on one line, or a block that begins with its line break. */
  readonly value: string;
}

/** Gives a key another value; comments beside and around it stay. */
export function replaceValue({ text }: MapInText, pair: Pair, value: string): readonly TextEdit[] {
  const key = startOf(pair.key);
  const node = isNode(pair.value) ? pair.value : null;
  if (key === null || node?.range === undefined || node.range === null) return [];
  const end = endOf(node);
  const inline = isScalar(node) ? node.type !== "BLOCK_FOLDED" && node.type !== "BLOCK_LITERAL" : !isBlock(node);
  if (inline && end > node.range[0]) return [{ start: node.range[0], end, text: value }];
  const tail = text[end - 1] === "\n" ? lineBreakOf(text) : "";
  return [{ start: key.end, end, text: `: ${value}${tail}` }];
}

/** Takes a key out. A comment on its line stays, on a line of its own. */
export function removePair(place: MapInText, pair: Pair): readonly TextEdit[] {
  const { text, map } = place;
  const key = startOf(pair.key);
  if (key === null) return [];
  const end = Math.max(key.end, isNode(pair.value) ? endOf(pair.value) : key.end);
  if (!isBlock(map)) return removeFromFlow(place, pair, { start: key.start, end });
  const next = nextLine(text, end);
  const rest = next === end ? "" : text.slice(end, next);
  const comment = rest.indexOf("#");
  if (comment >= 0) return [{ start: key.start, end: end + comment, text: "" }];
  return [{ start: lineStart(text, key.start), end: next, text: "" }];
}

function removeFromFlow({ map }: MapInText, pair: Pair, own: { start: number; end: number }): readonly TextEdit[] {
  const index = map.items.indexOf(pair);
  const before = map.items[index - 1];
  const after = map.items[index + 1];
  if (before !== undefined) return [{ start: endOfPair(before), end: own.end, text: "" }];
  const next = after === undefined ? null : startOf(after.key);
  return [{ start: own.start, end: next?.start ?? own.end, text: "" }];
}

/** Adds keys behind one that is there, each on its line in a block, separated by commas in a flow mapping. */
export function insertAfter({ text, map }: MapInText, pair: Pair, entries: readonly Entry[]): readonly TextEdit[] {
  const key = startOf(pair.key);
  if (entries.length === 0 || key === null) return [];
  const end = endOfPair(pair);
  if (!isBlock(map)) {
    return [{ start: end, end, text: entries.map(({ key: name, value }) => `, ${name}: ${value}`).join("") }];
  }
  const newline = lineBreakOf(text);
  const indent = " ".repeat(columnOf({ text, map }, pair));
  const lines = entries.map(({ key: name, value }) => `${indent}${name}:${/^\r?\n/.test(value) ? "" : " "}${value}`);
  const at = nextLine(text, end);
  const open = at === text.length && !text.endsWith("\n");
  return [{ start: at, end: at, text: open ? newline + lines.join(newline) : lines.join(newline) + newline }];
}

/** From 0: the indentation of a block's keys. */
export function columnOf({ text }: MapInText, pair: Pair): number {
  const start = startOf(pair.key)?.start ?? 0;
  return start - lineStart(text, start);
}

export function findPair(map: YAMLMap, key: string): Pair | null {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key) ?? null;
}

export function isBlock(node: unknown): boolean {
  return isCollection(node) && node.flow !== true;
}

function endOfPair(pair: Pair): number {
  const key = startOf(pair.key);
  return Math.max(key?.end ?? 0, isNode(pair.value) ? endOf(pair.value) : 0);
}

/** Where the last thing that is no comment ends. The range of a block collection also covers comments behind it. */
function endOf(node: Node): number {
  if (!isCollection(node) || node.flow === true) return node.range?.[1] ?? 0;
  const last = node.items.at(-1);
  if (isMap(node) && isPair(last)) return endOfPair(last);
  return isNode(last) ? endOf(last) : (node.range?.[1] ?? 0);
}

function startOf(key: unknown): { readonly start: number; readonly end: number } | null {
  return isScalar(key) && key.range ? { start: key.range[0], end: key.range[1] } : null;
}
