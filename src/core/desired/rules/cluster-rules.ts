import { at, isFields } from "../../model/fields.ts";
import type { Issue } from "../issue.ts";
import { invalidField } from "../issue.ts";

/** What the fields of one Cluster document owe each other. */
export function clusterRules(document: unknown): readonly Issue[] {
  const connection = at(document, "spec", "connection");
  if (!isFields(connection)) return [];
  const path = ["spec", "connection"];
  const issues = [...exactlyOne(connection, path, ["context", "env", "inCluster"])];
  const elsewhere = at(connection, "elsewhere");
  if (isFields(elsewhere)) issues.push(...exactlyOne(elsewhere, [...path, "elsewhere"], ["context", "env"]));
  if (elsewhere !== undefined && at(connection, "inCluster") !== true) {
    issues.push(
      invalidField(
        [...path, "elsewhere"],
        "spec.connection.elsewhere stands without inCluster.",
        "Write inCluster: true beside it, or put its entry directly under connection.",
      ),
    );
  }
  return issues;
}

function exactlyOne(value: object, path: readonly string[], names: readonly string[]): readonly Issue[] {
  const given = names.filter((name) => Object.hasOwn(value, name));
  if (given.length === 1) return [];
  const found = given.length === 0 ? "none of them" : given.join(" and ");
  return [
    invalidField(path, `${path.join(".")} needs exactly one of ${names.join(", ")}; it has ${found}.`, "Keep one."),
  ];
}
