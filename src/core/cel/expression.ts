import { Environment } from "@marcbachmann/cel-js";
import { isFields } from "../model/fields.ts";

/** What an expression gave: a JSON value, or the sentence that says why it has none. */
export type Evaluated =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

/** Evaluates with the variables that it was compiled for; values are JSON. */
export type Expression = (variables: Readonly<Record<string, unknown>>) => Evaluated;

export type Compiled =
  { readonly ok: true; readonly evaluate: Expression } | { readonly ok: false; readonly reason: string };

/** How whoever needs expressions gets them: the evaluator takes time to load, and most repositories have none. */
export type CompileExpression = (text: string, variables: readonly string[]) => Compiled;

/** Far more than a rule that people can review needs, and little enough that none takes noticeable time to read. */
const LIMITS = { maxAstNodes: 2000, maxDepth: 60 };
const MAX_LENGTH = 4000;

/**
 * A CEL expression over the named variables (Common Expression Language, with optional values and, as in Kubernetes,
 * `replace` on strings). Expressions read nothing but their variables, call nothing outside and always end.
 */
export function compileExpression(text: string, variables: readonly string[]): Compiled {
  if (text.length > MAX_LENGTH) return { ok: false, reason: `is longer than ${MAX_LENGTH} characters` };
  try {
    const parsed = environment(variables).parse(text);
    const checked = parsed.check();
    if (!checked.valid) return { ok: false, reason: firstLine(checked.error) };
    return { ok: true, evaluate: (values) => evaluated(parsed, values) };
  } catch (error) {
    return { ok: false, reason: firstLine(error) };
  }
}

function environment(variables: readonly string[]): Environment {
  const base = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true, limits: LIMITS });
  const withReplace = base.registerFunction(
    "string.replace(string, string): string",
    (text: string, from: string, to: string) => text.replaceAll(from, () => to),
  );
  return variables.reduce((known, name) => known.registerVariable(name, "dyn"), withReplace);
}

function evaluated(
  expression: (context: Record<string, unknown>) => unknown,
  values: Readonly<Record<string, unknown>>,
): Evaluated {
  try {
    const context = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toCel(value)]));
    return { ok: true, value: fromCel(expression(context)) };
  } catch (error) {
    return { ok: false, reason: firstLine(error) };
  }
}

/** The first line says what; the others draw the place, which may contain values of the object. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n")[0] ?? "").replace(/\.$/, "");
}

/** Whole numbers are CEL's `int`, so that `replicas * 2` needs no conversion. */
function toCel(value: unknown): unknown {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, nested]) => [key, toCel(nested)]));
}

function fromCel(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(fromCel);
  if (value === null || typeof value !== "object") return value;
  if (!isPlain(value)) throw new Error("the result is no JSON value: bytes, times and durations need string()");
  return Object.fromEntries(Object.entries(value).map(([key, nested]) => [key, fromCel(nested)]));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
