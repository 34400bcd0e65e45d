import { asFields, asList, asString, asStringMap, at } from "../model/fields.ts";

type Labels = Readonly<Record<string, string>>;

/** Whether labels satisfy `matchLabels`, a Service's selector or the like; an empty map is satisfied by all. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** Whether labels satisfy a `LabelSelector` (`matchLabels` and `matchExpressions`); an empty one is satisfied by all. */
export function selects(selector: unknown, labels: Labels): boolean {
  if (!hasLabels(labels, asStringMap(at(selector, "matchLabels")))) return false;
  return asList(at(selector, "matchExpressions")).every((expression) => satisfies(asFields(expression), labels));
}

function satisfies(expression: Readonly<Record<string, unknown>>, labels: Labels): boolean {
  const { key, operator, values } = expression as { key?: unknown; operator?: unknown; values?: unknown };
  const name = asString(key) ?? "";
  const present = Object.hasOwn(labels, name);
  const listed = present && asList(values).includes(labels[name]);
  switch (operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return present;
    case "DoesNotExist":
      return !present;
    default:
      return false;
  }
}
