import { asList, asNumber, asString, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { duplicateValue, notSupported, required } from "../api-error.ts";
import type { StatusCause } from "../api-error.ts";
import { jsonEqual } from "../json-value.ts";
import { childNode } from "../schema/schema-node.ts";
import type { ListNode, MapNode, ScalarNode, SchemaNode } from "../schema/schema-node.ts";
import { itemElement } from "../server-side-apply/typed-value.ts";

/** Patterns longer than this are not tried: they come with a definition, which anybody may have written. */
const maximumPattern = 4096;

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "object" ? "object" : typeof value;
}

function wrongType(value: unknown, path: string, wanted: string): StatusCause {
  const found = JSON.stringify(typeName(value));
  const message = `Invalid value: ${found}: ${path} in body must be of type ${wanted}: ${found}`;
  return { reason: "FieldValueTypeInvalid", message, field: path };
}

function outOfRange(value: unknown, path: string, rule: string): StatusCause {
  const message = `Invalid value: ${JSON.stringify(value)}: ${path} in body ${rule}`;
  return { reason: "FieldValueInvalid", message, field: path };
}

function below(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

interface Bound {
  readonly keyword: string;
  readonly measure: number | null;
  readonly fits: (measure: number, limit: number) => boolean;
  readonly rule: (limit: number) => string;
}

function boundCauses(
  value: unknown,
  path: string,
  check: { raw: Fields; bounds: readonly Bound[] },
): readonly StatusCause[] {
  return check.bounds.flatMap(({ keyword, measure, fits, rule }) => {
    const limit = asNumber(check.raw[keyword]);
    if (limit === null || measure === null || fits(measure, limit)) return [];
    return [outOfRange(value, path, rule(limit))];
  });
}

const atLeast = (measure: number, limit: number): boolean => measure >= limit;
const atMost = (measure: number, limit: number): boolean => measure <= limit;

function scalarBounds(value: unknown, raw: Fields): readonly Bound[] {
  const number = asNumber(value);
  const length = typeof value === "string" ? [...value].length : null;
  const above = raw["exclusiveMinimum"] === true;
  const under = raw["exclusiveMaximum"] === true;
  return [
    {
      keyword: "minimum",
      measure: number,
      fits: above ? (one, limit) => one > limit : atLeast,
      rule: (limit) => `should be greater than ${above ? "" : "or equal to "}${limit}`,
    },
    {
      keyword: "maximum",
      measure: number,
      fits: under ? (one, limit) => one < limit : atMost,
      rule: (limit) => `should be less than ${under ? "" : "or equal to "}${limit}`,
    },
    { keyword: "minLength", measure: length, fits: atLeast, rule: (limit) => `should be at least ${limit} chars long` },
    { keyword: "maxLength", measure: length, fits: atMost, rule: (limit) => `should be at most ${limit} chars long` },
  ];
}

function patternCauses(value: unknown, path: string, raw: Fields): readonly StatusCause[] {
  const pattern = asString(raw["pattern"]);
  if (pattern === null || typeof value !== "string" || pattern.length > maximumPattern) return [];
  return new RegExp(pattern, "u").test(value) ? [] : [outOfRange(value, path, `should match '${pattern}'`)];
}

function enumCauses(value: unknown, path: string, raw: Fields): readonly StatusCause[] {
  const allowed = asList(raw["enum"]);
  if (allowed.length === 0 || allowed.some((entry) => jsonEqual(entry, value))) return [];
  return [notSupported(path, value, allowed.map(String))];
}

function scalarCauses(value: unknown, path: string, node: ScalarNode): readonly StatusCause[] {
  const fits = node.types.some((type) => (type === "integer" ? Number.isInteger(value) : typeof value === type));
  if (!fits) return [wrongType(value, path, node.types.join(","))];
  const { raw } = node;
  return [
    ...boundCauses(value, path, { raw, bounds: scalarBounds(value, raw) }),
    ...patternCauses(value, path, raw),
    ...enumCauses(value, path, raw),
  ];
}

function duplicateCauses(value: readonly unknown[], path: string, node: ListNode): readonly StatusCause[] {
  if (node.listType === "atomic") return [];
  const elements = value.map((item, index) => itemElement(node, item, index));
  return elements.flatMap((element, index) =>
    elements.indexOf(element) < index ? [duplicateValue(`${path}[${index}]`, value[index])] : [],
  );
}

function listCauses(value: unknown, path: string, node: ListNode): readonly StatusCause[] {
  if (!Array.isArray(value)) return [wrongType(value, path, "array")];
  const items: readonly unknown[] = value;
  const bounds: readonly Bound[] = [
    {
      keyword: "minItems",
      measure: items.length,
      fits: atLeast,
      rule: (limit) => `should have at least ${limit} items`,
    },
    { keyword: "maxItems", measure: items.length, fits: atMost, rule: (limit) => `should have at most ${limit} items` },
  ];
  return [
    ...boundCauses(value, path, { raw: node.raw, bounds }),
    ...duplicateCauses(items, path, node),
    ...items.flatMap((item, index) => valueCauses(item, `${path}[${index}]`, node.items())),
  ];
}

function mapCauses(value: unknown, path: string, node: MapNode): readonly StatusCause[] {
  if (!isFields(value)) return [wrongType(value, path, "object")];
  const missing = asList(node.raw["required"])
    .filter((key): key is string => typeof key === "string" && !Object.hasOwn(value, key))
    .map((key) => required(below(path, key)));
  const entries = Object.entries(value).flatMap(([key, entry]) => {
    const child = childNode(node, key);
    return child === undefined ? [] : valueCauses(entry, below(path, key), child);
  });
  return [...missing, ...entries];
}

function valueCauses(value: unknown, path: string, node: SchemaNode): readonly StatusCause[] {
  if (value === null && node.nullable) return [];
  switch (node.shape) {
    case "any":
      return [];
    case "scalar":
      return scalarCauses(value, path, node);
    case "list":
      return listCauses(value, path, node);
    case "map":
      return mapCauses(value, path, node);
  }
}

/**
 * What a custom resource's content breaks of its structural schema: types, required fields and value bounds, as
 * apiextensions-apiserver words it. CEL rules (`x-kubernetes-validations`) and logical combinations are not evaluated.
 */
export function customCauses(object: Fields, schema: SchemaNode): readonly StatusCause[] {
  const causes = Object.entries(object).flatMap(([key, value]) => {
    const child = key === "metadata" ? undefined : childNode(schema, key);
    return child === undefined ? [] : valueCauses(value, key, child);
  });
  const missing = asList(schema.raw["required"])
    .filter((key): key is string => typeof key === "string" && !Object.hasOwn(object, key))
    .map((key) => required(key));
  return [...missing, ...causes].toSorted((left, right) => ((left.field ?? "") < (right.field ?? "") ? -1 : 1));
}
