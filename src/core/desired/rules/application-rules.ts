import { asList, asString, at, isFields } from "../../model/fields.ts";
import type { Issue } from "../issue.ts";
import { invalidField } from "../issue.ts";
import type { FieldPath } from "../source.ts";
import { describePath } from "../source.ts";
import { renderRuleRules } from "./render-rule-rules.ts";
import { transitionRules } from "./transition-rules.ts";

/** What the fields of one ProtectedApplication owe each other. */
export function applicationRules(document: unknown): readonly Issue[] {
  return [
    ...twice(document, ["spec", "policies"]),
    ...twice(document, ["spec", "namespaces"]),
    ...transitionRules(document),
    ...emptyExclusions(document),
    ...renderRuleRules(document),
    ...startupNamespaces(document),
  ];
}

function twice(document: unknown, path: readonly string[]): readonly Issue[] {
  const seen = new Set<string>();
  return asList(at(document, ...path)).flatMap((entry, index) => {
    if (typeof entry !== "string") return [];
    const again = seen.has(entry);
    seen.add(entry);
    return again
      ? [
          invalidField(
            [...path, index],
            `${describePath([...path, index])}: ${entry} stands there twice.`,
            "Remove one.",
          ),
        ]
      : [];
  });
}

function emptyExclusions(document: unknown): readonly Issue[] {
  return asList(at(document, "spec", "render", "exclude")).flatMap((entry, index) => {
    if (!isFields(entry) || Object.keys(entry).length > 0) return [];
    const path: FieldPath = ["spec", "render", "exclude", index];
    return [
      invalidField(path, `${describePath(path)} is empty and would leave everything out.`, "Name a kind or a name."),
    ];
  });
}

function startupNamespaces(document: unknown): readonly Issue[] {
  const namespaces = new Set(asList(at(document, "spec", "namespaces")));
  return asList(at(document, "spec", "startup")).flatMap((entry, index) => {
    const namespace = asString(at(entry, "namespace"));
    if (namespace === null || namespaces.has(namespace)) return [];
    const path: FieldPath = ["spec", "startup", index, "namespace"];
    return [
      invalidField(
        path,
        `${describePath(path)}: ${namespace} is not one of the application's namespaces.`,
        `Write one of: ${[...namespaces].map(String).join(", ")}.`,
      ),
    ];
  });
}
