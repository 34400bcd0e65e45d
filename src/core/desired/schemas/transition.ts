import { z } from "zod";
import type { Transition } from "../transition.ts";
import { foreignNamespace, instant, login, name, rule, text } from "./fields.ts";

/** What JSON Schema can say about the three types; `rules/transition-rules.ts` says it with reasons. */
const BY_TYPE = [
  {
    if: { properties: { type: { const: "Failover" } } },
    then: { required: ["from", "notAfter", "reason"] },
  },
  {
    if: { properties: { type: { const: "Relocate" } } },
    then: { required: ["from", "notAfter"], properties: { acceptRecoveryPoint: false, fence: false } },
  },
  { if: { properties: { type: { const: "Cancel" } } }, then: { required: ["reason"] } },
];

export const transition = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9-]{4,40}$/, {
        error: rule("is not an id", "Use 4 to 40 lower-case letters, digits and dashes, never used before."),
      })
      .meta({ description: "Used once: names of one-shot objects derive from it." }),
    type: z.enum(["Failover", "Relocate", "Cancel"]).meta({
      description:
        "Failover: unplanned, may lose up to the lag. Relocate: planned, loses nothing. Cancel: undoes the begun transition whose id it repeats.",
    }),
    from: name.optional().meta({ description: "The cluster that is recorded as active." }),
    acceptRecoveryPoint: instant.optional().meta({
      description: "The oldest state that may be promoted. Required for an async Failover; forbidden for Relocate.",
    }),
    notAfter: instant.optional().meta({
      description: "The first disruptive step starts before it; a begun transition is finished whatever the time.",
    }),
    reason: text({ min: 3, max: 500 }).optional().meta({ description: "For people and for the evidence; no proof." }),
    fence: z
      .strictObject({ attestation: text({ min: 10, max: 500 }), by: login })
      .optional()
      .meta({
        description:
          "A person's word that the old site is off. Failover only; honoured only while the source cannot be reached and no storage acknowledges a fence. Needs one more approval.",
      }),
    discardDivergedData: z.boolean().default(false).meta({
      description: "The old side's diverged data may be overwritten without a snapshot.",
    }),
    acceptMixedPoints: z.boolean().default(false).meta({
      description: "Volumes may be promoted at recovery points that differ.",
    }),
    unprotectedNamespaces: z.array(foreignNamespace).default([]).meta({
      description: "Namespaces outside Drover whose volumes are fenced with the site.",
    }),
  })
  .meta({ allOf: BY_TYPE, description: "One approved move. May stay when it is done; it is inert then." });

type Raw = z.output<typeof transition>;

/** The typed form. The rules have seen the document before: what a type requires is there. */
export function toTransition(raw: Raw): Transition {
  const { id, type, from = "", notAfter = 0, reason } = raw;
  if (type === "Cancel") return { type, id, reason: reason ?? "" };
  const { discardDivergedData, acceptMixedPoints, unprotectedNamespaces } = raw;
  const move = { id, from, notAfter, discardDivergedData, acceptMixedPoints, unprotectedNamespaces };
  if (type === "Relocate") return { type, ...move, reason: reason ?? null };
  const acceptRecoveryPoint = raw.acceptRecoveryPoint ?? null;
  return { type, ...move, reason: reason ?? "", acceptRecoveryPoint, fence: raw.fence ?? null };
}
