import type { z } from "zod";
import type { FieldPath } from "./source.ts";

type Schema = z.core.$ZodType;

/** The field names that a schema knows at a path of a document; empty where it knows none. */
export function fieldsAt(schema: Schema, path: FieldPath): readonly string[] {
  let current: Schema | null = unwrap(schema);
  for (const step of path) {
    current = current === null ? null : stepInto(current, step);
    if (current !== null) current = unwrap(current);
  }
  return current === null ? [] : fieldsOf(current);
}

function fieldsOf(schema: Schema): readonly string[] {
  const { def } = internals(schema);
  if (def.type === "object") return Object.keys(def.shape);
  return def.type === "union" ? def.options.flatMap((option) => fieldsOf(unwrap(option))) : [];
}

function stepInto(schema: Schema, step: string | number): Schema | null {
  const { def } = internals(schema);
  if (def.type === "object") return Object.hasOwn(def.shape, step) ? (def.shape[step] ?? null) : null;
  if (def.type === "array") return def.element;
  if (def.type === "record") return def.valueType;
  return def.type === "union" ? (def.options.find((option) => internals(option).def.type === "object") ?? null) : null;
}

/** The schema behind defaults, optionality and transformation. */
function unwrap(schema: Schema): Schema {
  const { def } = internals(schema);
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
      return unwrap(def.innerType);
    case "pipe":
      return unwrap(def.in);
    default:
      return schema;
  }
}

function internals(schema: Schema): z.core.$ZodTypes["_zod"] {
  return (schema as z.core.$ZodTypes)._zod;
}
