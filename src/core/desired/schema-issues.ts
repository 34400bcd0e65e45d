import type { z } from "zod";
import type { Issue } from "./issue.ts";
import { invalidField, missingField } from "./issue.ts";
import { readRule } from "./schemas/fields.ts";
import { nearest } from "./nearest.ts";
import { fieldsAt } from "./schema-fields.ts";
import type { FieldPath } from "./source.ts";
import { describePath } from "./source.ts";

type ZodIssue = z.core.$ZodIssue;

interface Subject {
  readonly schema: z.ZodType;
  /** The document, as it was read. */
  readonly value: unknown;
}

/** What a schema says about a document, in Drover's own words: one issue for each wrong field. */
export function schemaIssues(subject: Subject, issues: readonly ZodIssue[]): readonly Issue[] {
  return issues.flatMap((issue) => translate(subject, issue, []));
}

function translate(subject: Subject, issue: ZodIssue, prefix: FieldPath): readonly Issue[] {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownField(subject, path, key));
    case "invalid_type":
      return [wrongType(subject, path, issue.expected)];
    case "invalid_value":
      return [wrongValue(subject, path, issue.values.map(String))];
    case "invalid_union":
      return wrongUnion(subject, path, issue);
    case "invalid_key":
      return issue.issues.map((inner) => ({ ...ruled(subject, path, inner.message), at: "key" as const }));
    default:
      return [ruled(subject, path, issue.message)];
  }
}

function unknownField(subject: Subject, path: FieldPath, key: string): Issue {
  const known = fieldsAt(subject.schema, path);
  const inside = path.length === 0 ? "the document" : describePath(path);
  const guess = nearest(key, known);
  return {
    code: "unknown-field",
    severity: "error",
    path: [...path, key],
    at: "key",
    message: `${inside} has no field ${JSON.stringify(key.slice(0, 80))}.`,
    remedy: guess === null ? `Remove it. Fields here: ${known.join(", ")}.` : `Did you mean ${guess}?`,
  };
}

function wrongType(subject: Subject, path: FieldPath, expected: string): Issue {
  const value = valueAt(subject.value, path);
  const field = path.length === 0 ? "The document" : describePath(path);
  if (value === undefined) return missingField(path, `${field} is required.`, `Add it${under(path)}.`);
  if (value === null) {
    return invalidField(path, `${field} is empty (null).`, "Give it a value, or leave the field out.");
  }
  const wanted = TYPE_NAMES[expected] ?? expected;
  const quotable = wanted === "text" && (typeof value === "number" || typeof value === "boolean");
  const remedy = quotable ? `Put it in quotes: "${String(value)}".` : `Write ${wanted}.`;
  return invalidField(path, `${field} is ${typeName(value)} and must be ${wanted}.`, remedy);
}

function wrongValue(subject: Subject, path: FieldPath, allowed: readonly string[]): Issue {
  const value = valueAt(subject.value, path);
  if (value === undefined) {
    return missingField(path, `${describePath(path)} is required.`, `Add it: ${allowed.join(", ")}.`);
  }
  if (value === null) return wrongType(subject, path, "string");
  const guess = typeof value === "string" ? nearest(value, allowed) : null;
  const choice = allowed.length === 1 ? `Write ${allowed[0] ?? ""}.` : `Write one of: ${allowed.join(", ")}.`;
  const remedy = guess === null ? choice : `Did you mean ${guess}? ${choice}`;
  return invalidField(path, `${shown(path, value)} is not allowed here.`, remedy);
}

function wrongUnion(subject: Subject, path: FieldPath, issue: z.core.$ZodIssueInvalidUnion): readonly Issue[] {
  // The branch that got beyond the value's own type is the one that the author meant.
  const meant = issue.errors.find((branch) => !branch.some((i) => i.code === "invalid_type" && i.path.length === 0));
  if (meant !== undefined) return meant.flatMap((inner) => translate(subject, inner, path));
  return [ruled(subject, path, issue.message)];
}

function ruled(subject: Subject, path: FieldPath, message: string): Issue {
  const found = readRule(message);
  const what = shown(path, valueAt(subject.value, path));
  if (found === null) return invalidField(path, `${describePath(path)}: ${message}.`, "Correct the value.");
  return invalidField(path, `${what} ${found.reason}.`, found.remedy);
}

/** Field and value; never the value of a field where people paste secrets by mistake, and never a long one. */
function shown(path: FieldPath, value: unknown): string {
  const field = describePath(path);
  const secret = path.includes("age") || path.includes("env") || path.includes("elsewhere");
  if (secret || (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")) return field;
  const text = JSON.stringify(value);
  return text.length > 60 ? field : `${field}: ${text}`;
}

function under(path: FieldPath): string {
  return path.length < 2 ? "" : ` under ${describePath(path.slice(0, -1))}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

function typeName(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  const names: Readonly<Record<string, string>> = {
    string: "text",
    number: "a number",
    boolean: "true or false",
    object: "a mapping",
  };
  return names[typeof value] ?? "something else";
}

/** Undefined when the path leads nowhere. */
function valueAt(value: unknown, path: FieldPath): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return undefined;
    current = Reflect.get(current, step);
  }
  return current;
}
