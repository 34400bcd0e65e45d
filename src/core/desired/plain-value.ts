import type { Alias, Node, Range, Scalar } from "yaml";
import { isAlias, isMap, isPair, isScalar, isSeq } from "yaml";
import type { FindingCode } from "../model/finding-codes.ts";
import type { FieldPath } from "./source.ts";
import { describePath, pathKey } from "./source.ts";

/** Values one document may expand to. A large application has some hundred; an alias bomb has billions. */
const MAX_VALUES = 50_000;
const MAX_DEPTH = 64;

/** Something that makes a document's content uncertain, at an offset into the text. */
export interface Flaw {
  readonly code: FindingCode;
  readonly offset: number;
  readonly message: string;
  readonly remedy: string;
}

export interface PlainValue {
  readonly value: unknown;
  /** Offsets into the text, by `pathKey`. */
  readonly values: ReadonlyMap<string, number>;
  readonly keys: ReadonlyMap<string, number>;
  readonly flaws: readonly Flaw[];
}

interface Walk {
  readonly values: Map<string, number>;
  readonly keys: Map<string, number>;
  readonly flaws: Flaw[];
  /** What an alias stands for; only anchors that were passed already, as YAML 1.2 section 7.1 demands. */
  readonly anchors: Map<string, Node>;
  count: number;
}

/**
 * The plain value of a parsed YAML document with the position of everything in it. Duplicate keys, keys that are not
 * text, foreign tags and expansion without end are flaws; the rest of the document is still read, so that all its
 * errors can be reported at once.
 */
export function toPlainValue(root: Node | null): PlainValue {
  const walk: Walk = { values: new Map(), keys: new Map(), flaws: [], anchors: new Map(), count: 0 };
  const value = visit(root, [], walk);
  return { value, values: walk.values, keys: walk.keys, flaws: walk.flaws };
}

function visit(node: Node | null | undefined, path: FieldPath, walk: Walk): unknown {
  if (node === null || node === undefined) return null;
  walk.count += 1;
  if (walk.count > MAX_VALUES || path.length > MAX_DEPTH) {
    // Said once: when the limit is reached, everything that follows is beyond it too.
    if (!walk.flaws.some((flaw) => flaw.code === "yaml-alias-limit")) walk.flaws.push(tooMuch(node));
    return null;
  }
  walk.values.set(pathKey(path), offsetOf(node));
  if (isAlias(node)) return visitAlias(node, path, walk);
  if (typeof node.anchor === "string") walk.anchors.set(node.anchor, node);
  if (isMap(node)) return visitMap(node.items, path, walk);
  if (isSeq(node)) return node.items.map((item, index) => visit(asNode(item), [...path, index], walk));
  if (isScalar(node)) return visitScalar(node, path, walk);
  return null;
}

function visitAlias(node: Alias, path: FieldPath, walk: Walk): unknown {
  const target = walk.anchors.get(node.source);
  if (target === undefined) {
    walk.flaws.push({
      code: "yaml-syntax",
      offset: offsetOf(node),
      message: `The alias *${node.source} stands before its anchor, or has none.`,
      remedy: "Define the anchor first, or write the value out.",
    });
    return null;
  }
  const aliasAt = offsetOf(node);
  const value = visit(target, path, walk);
  // A problem inside an aliased value is shown where it is used, which is the place the reader knows.
  walk.values.set(pathKey(path), aliasAt);
  return value;
}

function visitMap(items: readonly unknown[], path: FieldPath, walk: Walk): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const pair of items) {
    if (!isPair(pair)) continue;
    const node = asNode(pair.key);
    const key = keyText(node);
    const flaw = keyFlaw(key, node, { result, path });
    if (flaw !== null) {
      walk.flaws.push(flaw);
      continue;
    }
    const at = [...path, key ?? ""];
    walk.keys.set(pathKey(at), offsetOf(node));
    result[key ?? ""] = visit(asNode(pair.value), at, walk);
    if (!walk.values.has(pathKey(at))) walk.values.set(pathKey(at), offsetOf(node));
  }
  return result;
}

function keyFlaw(
  key: string | null,
  node: Node | null,
  into: { readonly result: object; readonly path: FieldPath },
): Flaw | null {
  const offset = offsetOf(node);
  const inside = into.path.length === 0 ? "the document" : describePath(into.path);
  if (key === null) {
    return {
      code: "yaml-syntax",
      offset,
      message: `A key in ${inside} is not text.`,
      remedy: "Use plain text as key.",
    };
  }
  if (key === "__proto__") {
    return {
      code: "unknown-field",
      offset,
      message: `The key __proto__ in ${inside} is not a field of anything.`,
      remedy: "Remove it.",
    };
  }
  if (!Object.hasOwn(into.result, key)) return null;
  return {
    code: "yaml-duplicate-key",
    offset,
    message: `The key ${JSON.stringify(key.slice(0, 80))} stands twice in ${inside}.`,
    remedy: "Keep one of them: it cannot be known which one is meant.",
  };
}

function keyText(node: Node | null): string | null {
  if (!isScalar(node)) return null;
  const { value } = node;
  if (typeof value === "string") return value;
  // `80: x` in a map of strings: the reader means the text.
  return typeof value === "number" || typeof value === "boolean" ? (node.source ?? String(value)) : null;
}

function visitScalar(node: Scalar, path: FieldPath, walk: Walk): unknown {
  const { value } = node;
  const plain = typeof value === "string" || typeof value === "boolean" || typeof value === "number" || value === null;
  const foreign = typeof node.tag === "string" && !/^tag:yaml\.org,2002:(str|int|float|bool|null)$/.test(node.tag);
  if (plain && !foreign) return value;
  walk.flaws.push({
    code: "invalid-field",
    offset: offsetOf(node),
    message: `${describePath(path)} has a YAML tag that Drover does not read.`,
    remedy: "Write the plain value without a tag.",
  });
  return null;
}

function tooMuch(node: Node): Flaw {
  return {
    code: "yaml-alias-limit",
    offset: offsetOf(node),
    message: `The document is nested deeper than ${MAX_DEPTH} levels or expands to more than ${MAX_VALUES} values.`,
    remedy: "Write it without aliases that multiply each other, and split it into several documents.",
  };
}

function asNode(value: unknown): Node | null {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value : null;
}

function offsetOf(node: { readonly range?: Range | null | undefined } | null): number {
  return node?.range?.[0] ?? 0;
}
