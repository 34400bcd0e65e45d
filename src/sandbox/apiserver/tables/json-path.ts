import { asFields, asList, isFields } from "../../../core/model/fields.ts";

/** One step of a path: a field, a position, all entries, or those whose field equals a value. */
type Step =
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "index"; readonly index: number }
  | { readonly type: "all" }
  | { readonly type: "where"; readonly field: readonly string[]; readonly value: string };

const tokens =
  /\.(?<field>(?:\\.|[^.[\]\\])+)|\['(?<quoted>[^']*)'\]|\[(?<index>-?\d+)\]|\[\?\(@\.(?<where>[^=!<>)]+?)\s*==\s*["'](?<value>[^"']*)["']\)\]|(?<all>\[\*\])/gy;

function stepOf(groups: Readonly<Record<string, string | undefined>>): Step {
  const { index, where, value, all } = groups;
  if (index !== undefined) return { type: "index", index: Number(index) };
  if (where !== undefined) return { type: "where", field: where.split("."), value: value ?? "" };
  if (all !== undefined) return { type: "all" };
  const name = groups["quoted"] ?? (groups["field"] ?? "").replaceAll(/\\(.)/g, "$1");
  return name === "*" ? { type: "all" } : { type: "field", name };
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (current, key) => (isFields(current) && Object.hasOwn(current, key) ? current[key] : undefined),
    value,
  );
}

function walk(values: readonly unknown[], step: Step): readonly unknown[] {
  return values.flatMap((value) => {
    switch (step.type) {
      case "field":
        return isFields(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
      case "index": {
        const list = asList(value);
        return list.slice(step.index, step.index === -1 ? undefined : step.index + 1);
      }
      case "all":
        return Array.isArray(value) ? value : Object.values(asFields(value));
      case "where":
        return asList(value).filter((entry) => String(valueAt(entry, step.field)) === step.value);
    }
  });
}

/**
 * The values at a path of the kind that `additionalPrinterColumns` use: fields, positions, `[*]` and filters for
 * equality. Empty for a path in any other form.
 */
export function jsonPath(path: string): (object: unknown) => readonly unknown[] {
  const steps: Step[] = [];
  let end = 0;
  for (const match of path.matchAll(tokens)) {
    steps.push(stepOf(match.groups ?? {}));
    end = match.index + match[0].length;
  }
  if (end !== path.length) return () => [];
  return (object) => steps.reduce<readonly unknown[]>(walk, [object]);
}
