import { asString, at, isFields } from "../../model/fields.ts";
import type { Issue } from "../issue.ts";
import { invalidField, missingField } from "../issue.ts";

const PATH = ["spec", "placement", "transition"];

/** Which fields each type needs and must not have; `from` and `notAfter` may stay when a move becomes a Cancel. */
const SHAPES = {
  Failover: { needs: ["from", "notAfter", "reason"], forbids: [] },
  Relocate: { needs: ["from", "notAfter"], forbids: ["acceptRecoveryPoint", "fence"] },
  Cancel: {
    needs: ["reason"],
    forbids: ["acceptRecoveryPoint", "fence", "discardDivergedData", "acceptMixedPoints", "unprotectedNamespaces"],
  },
} as const satisfies Record<string, { readonly needs: readonly string[]; readonly forbids: readonly string[] }>;

const WHY_FORBIDDEN: Readonly<Record<string, string>> = {
  acceptRecoveryPoint: "only a Failover may lose anything",
  fence: "only a Failover rests on a person's word",
};

/** The rules of a transition that need no other document. */
export function transitionRules(document: unknown): readonly Issue[] {
  const transition = at(document, ...PATH);
  const type = asString(at(transition, "type"));
  if (!isFields(transition) || type === null || !isType(type)) return [];
  const shape = SHAPES[type];
  const missing = shape.needs
    .filter((field) => !Object.hasOwn(transition, field))
    .map((field) =>
      missingField([...PATH, field], `A ${type} needs ${[...PATH, field].join(".")}.`, `Add it: ${HOW[field]}.`),
    );
  const forbidden = shape.forbids
    .filter((field) => Object.hasOwn(transition, field))
    .map((field) =>
      invalidField(
        [...PATH, field],
        `A ${type} must not have ${field}: ${WHY_FORBIDDEN[field] ?? "it only takes a transition back"}.`,
        "Remove the field.",
      ),
    );
  return [...missing, ...forbidden, ...direction(document, type)];
}

const HOW = {
  from: "the cluster that is active before",
  notAfter: "the time before which it must begin, such as 2026-11-23T06:00:00Z",
  reason: "why, in 3 to 500 characters",
} as const;

function direction(document: unknown, type: keyof typeof SHAPES): readonly Issue[] {
  const from = at(document, ...PATH, "from");
  const to = at(document, "spec", "placement", "activeCluster");
  if (type === "Cancel" || typeof from !== "string" || from !== to) return [];
  return [
    invalidField(
      [...PATH, "from"],
      `The transition goes from ${from} to ${from}.`,
      "from is the cluster that is active before; activeCluster is where the application goes. Remove a transition that is done with.",
    ),
  ];
}

function isType(text: string): text is keyof typeof SHAPES {
  return Object.hasOwn(SHAPES, text);
}
