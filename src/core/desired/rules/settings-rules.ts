import { asList, asString, at } from "../../model/fields.ts";
import type { Issue } from "../issue.ts";
import { invalidField } from "../issue.ts";
import { OWN_BRANCHES } from "../../model/own-branches.ts";

/** What the fields of one Settings document owe each other. Reads the raw document: other fields may be wrong too. */
export function settingsRules(document: unknown): readonly Issue[] {
  return [...verification(document), ...policyFolder(document), ...branches(document)];
}

function verification(document: unknown): readonly Issue[] {
  const verify = at(document, "spec", "approvals", "verify") ?? "forge";
  if (verify !== "forge" || at(document, "spec", "forge") !== undefined) return [];
  return [
    invalidField(
      ["spec", "approvals", "verify"],
      "spec.approvals.verify is forge (the default), but spec.forge is absent.",
      "Add spec.forge, or write verify: merge, which declares that being on the protected branch is the approval.",
    ),
  ];
}

function policyFolder(document: unknown): readonly Issue[] {
  const policies = normalised(at(document, "spec", "policies") ?? "policies");
  const folders = asList(at(document, "spec", "folders") ?? ["clusters", "apps"]).map(normalised);
  const clash = folders.find((folder) => policies !== null && folder !== null && overlap(folder, policies));
  if (clash === undefined) return [];
  return [
    invalidField(
      ["spec", "policies"],
      `spec.policies (${policies}) and the folder ${clash} of spec.folders overlap.`,
      "Keep policy rules in a folder of their own: they are read differently from documents.",
    ),
  ];
}

function branches(document: unknown): readonly Issue[] {
  const branch = asString(at(document, "spec", "protectedBranch")) ?? "main";
  const prefix = asString(at(document, "spec", "branchPrefix")) ?? "dr/";
  if (!prefix.endsWith("/")) return [];
  return [
    ...ownBranches("protectedBranch", `${branch}/`, "main"),
    ...ownBranches("branchPrefix", prefix, "dr/"),
    ...apart(branch, prefix),
  ];
}

function ownBranches(field: string, value: string, instead: string): readonly Issue[] {
  if (!value.startsWith(OWN_BRANCHES)) return [];
  return [
    invalidField(
      ["spec", field],
      `spec.${field} is among the branches ${OWN_BRANCHES}…, which hold Drover's evidence and the changes it proposes.`,
      `Choose another name, such as ${instead}: two things written to one branch destroy each other.`,
    ),
  ];
}

function apart(branch: string, prefix: string): readonly Issue[] {
  const inside = `${branch}/`.startsWith(prefix);
  // Git keeps branches like files: where there is a branch `main`, there is no `main/dr/west`.
  if (!inside && !prefix.startsWith(`${branch}/`)) return [];
  return [
    invalidField(
      ["spec", "branchPrefix"],
      inside
        ? `The protected branch ${branch} has the prefix ${prefix} of the branches that Drover writes.`
        : `Beside the protected branch ${branch} git allows no branch that begins with ${prefix}.`,
      "Choose another prefix: Drover must never write the branch that people approve.",
    ),
  ];
}

function normalised(path: unknown): string | null {
  const text = asString(path);
  return (
    text
      ?.split("/")
      .filter((step) => step !== "" && step !== ".")
      .join("/") ?? null
  );
}

function overlap(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}
