import { parse } from "yaml";
import { type Fields, asStringMap, at, isFields } from "../model/fields.ts";
import { flowScalar } from "./yaml-scalar.ts";

/**
 * Anything but printable ASCII in lines, an escape of such a thing, a number that is none, the merge key, a line so long that
 * its key may be too long, and a text that begins with a tab.
 */
const UNPROVEN = /[^\n -~]|\\[xu]|Infinity|NaN|<<|\n[^\n]{1000}|"\\t/;
/** A key's colon must come within 1024 characters (YAML 1.2.2, section 7.4.2); go-yaml and npm's `yaml` insist on it. */
const LONGEST_KEY = 1000;

/** True for the text of an object in which nothing can stand that `findNotPortable` or `readsBackAs` would refuse. */
export function isProvenText(text: string): boolean {
  return !UNPROVEN.test(text);
}

/** Where in an object something stands that some reader of the DR branch would change; null when nothing does. */
export function findNotPortable(value: unknown, path = ""): string | null {
  if (typeof value === "string") return isPortable(value) ? null : path;
  if (typeof value === "number") return Number.isFinite(value) ? null : path;
  if (Array.isArray(value))
    return firstIn(
      value.map((item, index) => [String(index), item] as const),
      path,
    );
  if (!isFields(value)) return null;
  const entries = Object.entries(value);
  const badKey = entries.find(([key]) => !isPortableKey(key));
  return badKey === undefined ? firstIn(entries, path) : path;
}

/**
 * The annotation that the kustomize in kubectl 1.36.3 can't print: it begins with a tab and has several lines. As a value
 * elsewhere the same text passes. Null: there is none.
 */
export function findTabbedAnnotation(object: Fields): string | null {
  const annotations = asStringMap(at(object, "metadata", "annotations"));
  const found = Object.entries(annotations).find(([, text]) => text.startsWith("\t") && text.includes("\n"));
  return found === undefined ? null : `/metadata/annotations/${found[0]}`;
}

function firstIn(entries: readonly (readonly [string, unknown])[], path: string): string | null {
  for (const [key, value] of entries) {
    const found = findNotPortable(value, `${path}/${key}`);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Lone surrogates have no UTF-8 form. The kustomize in kubectl 1.36.3 fails on U+007F to U+009F, U+FFFE and U+FFFF however
 * they are escaped, writes U+0085, U+2028 and U+2029 so that they read as spaces, and loses a mapping key `<<`.
 */
function isPortable(text: string): boolean {
  return text.isWellFormed() && !/[\u007f-\u009f\u2028\u2029\ufffe\uffff]/.test(text);
}

function isPortableKey(key: string): boolean {
  return isPortable(key) && key !== "<<" && flowScalar(key).length <= LONGEST_KEY;
}

/** Reads the text back in both versions of YAML; true when each gives exactly the object (nulls count as absent). */
export function readsBackAs(text: string, object: unknown): boolean {
  return (["1.2", "1.1"] as const).every((version) => {
    try {
      return sameValue(parse(text, { version, maxAliasCount: 0, logLevel: "error", intAsBigInt: true }), object);
    } catch {
      return false;
    }
  });
}

/** Deep equality of JSON values; null, undefined and absent fields are the same. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (isFields(a) && isFields(b)) return sameFields(a, b);
  return (isNothing(a) && isNothing(b)) || isSameInteger(a, b);
}

/** An integer is the same as a `bigint` of the same value; a reader may give either. */
function isSameInteger(a: unknown, b: unknown): boolean {
  const [left, right] = [a, b].map((each) => (Number.isInteger(each) ? BigInt(each as number) : each));
  return typeof left === "bigint" && left === right;
}

function sameFields(a: Fields, b: Fields): boolean {
  return (
    Object.keys(a).every((key) => sameValue(a[key], own(b, key))) &&
    Object.keys(b).every((key) => Object.hasOwn(a, key) || isNothing(b[key]))
  );
}

function own(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}
