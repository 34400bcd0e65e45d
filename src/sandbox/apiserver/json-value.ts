import { isFields } from "../../core/model/fields.ts";
import type { Fields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";

/**
 * Objects in the store are frozen once and then shared by snapshots, watchers and answers, so their text needs to be
 * made only once too.
 */
const texts = new WeakMap<object, string>();

/** JSON text of a frozen value; kept for as long as the value lives. */
export function textOf(value: object): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}

/** Freezes a tree of plain data; parts that are frozen already are taken as they are. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

/** Equality of JSON values; the order of keys does not count, a missing key and null differ. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) return Array.isArray(right) && listsEqual(left, right);
  if (!isFields(left) || !isFields(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && jsonEqual(left[key], right[key]))
  );
}

function listsEqual(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((entry, index) => jsonEqual(entry, right[index]));
}

function changed(value: Fields, key: string, entry: unknown): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...value };
  if (entry === undefined) delete copy[key];
  else copy[key] = entry;
  return copy;
}

/** The object with one top-level field set, or without it when the value is undefined. */
export function withField(object: KubeObject, key: string, value: unknown): KubeObject {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, metadata, ...changed(object, key, value) };
}

/** The object with one metadata field set, or without it when the value is undefined. */
export function withMetadata(object: KubeObject, key: string, value: unknown): KubeObject {
  return { ...object, metadata: { name: object.metadata.name, ...changed(object.metadata, key, value) } };
}

/** A copy without the named keys. */
export function withoutKeys(value: Fields, ...keys: readonly string[]): Fields {
  const copy: Record<string, unknown> = { ...value };
  for (const key of keys) delete copy[key];
  return copy;
}

/** Sets a key that may be called `__proto__`: such a name is data like any other. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  else target[key] = value;
}

/** A mapping is empty when it has no own key. */
export function isEmptyMap(value: unknown): boolean {
  if (!isFields(value)) return false;
  for (const _ in value) return false;
  return true;
}
