import { asList, asString, at, isFields } from "../../model/fields.ts";
import type { Issue } from "../issue.ts";
import { invalidField, missingField } from "../issue.ts";
import type { FieldPath } from "../source.ts";
import { describePath } from "../source.ts";

const RULES: FieldPath = ["spec", "render", "rules"];

/** What the fields of `spec.render.rules` owe each other. */
export function renderRuleRules(document: unknown): readonly Issue[] {
  const rules = asList(at(document, "spec", "render", "rules"));
  return [
    ...sameNames(rules),
    ...rules.flatMap((rule, index) => [
      ...oneChange(rule, [...RULES, index]),
      ...emptyMatch(rule, [...RULES, index, "match"]),
      ...asList(at(rule, "patch")).flatMap((operation, step) =>
        operationRules(operation, [...RULES, index, "patch", step]),
      ),
      ...protectedField(at(rule, "path"), [...RULES, index, "path"]),
    ]),
  ];
}

function sameNames(rules: readonly unknown[]): readonly Issue[] {
  const seen = new Set<string>();
  return rules.flatMap((rule, index) => {
    const name = asString(at(rule, "name"));
    if (name === null) return [];
    const again = seen.has(name);
    seen.add(name);
    const path = [...RULES, index, "name"];
    return again
      ? [invalidField(path, `${describePath(path)}: ${name} stands there twice.`, "Give it another name.")]
      : [];
  });
}

function oneChange(rule: unknown, path: FieldPath): readonly Issue[] {
  if (!isFields(rule)) return [];
  const [patch, cel, field] = ["patch", "cel", "path"].map((key) => at(rule, key) !== undefined);
  const where = describePath(path);
  if (patch === cel) {
    const what = patch === true ? "has both patch and cel" : "has neither patch nor cel";
    return [
      invalidField(
        path,
        `${where} ${what}.`,
        "Write one of them: patch for JSON patch operations, cel for an expression.",
      ),
    ];
  }
  if (field !== true || cel === true) return [];
  return [
    invalidField([...path, "path"], `${where}.path is for cel only.`, "Write the paths in the operations of patch."),
  ];
}

function emptyMatch(rule: unknown, path: FieldPath): readonly Issue[] {
  const match = at(rule, "match");
  if (!isFields(match) || Object.keys(match).length > 0) return [];
  return [invalidField(path, `${describePath(path)} is empty and would change everything.`, "Name a kind or a name.")];
}

function operationRules(operation: unknown, path: FieldPath): readonly Issue[] {
  const op = asString(at(operation, "op")) ?? "";
  const needs = ["add", "replace", "test"].includes(op) ? "value" : ["move", "copy"].includes(op) ? "from" : null;
  const missing =
    needs !== null && at(operation, needs) === undefined
      ? [missingField([...path, needs], `${describePath(path)}: ${op} needs ${needs}.`, `Add ${needs}.`)]
      : [];
  const written = op === "test" ? [] : protectedField(at(operation, "path"), [...path, "path"]);
  const taken = op === "move" ? protectedField(at(operation, "from"), [...path, "from"]) : [];
  return [...missing, ...written, ...taken];
}

/** What an object is called is how it is found again; what Drover keeps in it is how it knows that it stands by. */
function protectedField(pointer: unknown, path: FieldPath): readonly Issue[] {
  const text = asString(pointer) ?? "";
  const identity = /^\/(?:apiVersion|kind|metadata(?:\/(?:name|namespace))?)$/.test(text);
  const mark = text.startsWith("/metadata/annotations/drover.dev~1");
  if (!identity && !mark) return [];
  const what = identity ? "is part of what identifies the object" : "is Drover's own annotation";
  return [invalidField(path, `${describePath(path)}: ${text} ${what}.`, "Change another field.")];
}
