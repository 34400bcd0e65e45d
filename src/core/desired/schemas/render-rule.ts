import { z } from "zod";
import type { Exclusion, RenderRule, RuleChange, RuleOperation } from "../protected-application.ts";
import { labels, name, rule, text, word } from "./fields.ts";

export const exclusion = z
  .strictObject({
    group: z.string().max(253).optional().meta({ description: 'API group; "" is the core group.' }),
    kind: word.optional(),
    namespace: name.optional(),
    name: word.optional(),
    matchLabels: labels.optional(),
  })
  .meta({ minProperties: 1 });

const pointer = z
  .string()
  .max(500)
  .regex(/^(?:\/(?:[^~/]|~[01])*)+$/, {
    error: rule(
      "is not a JSON pointer to a field",
      "Write it like /spec/template/spec/dnsPolicy; a / inside a key is ~1.",
    ),
  });

const NEEDS_VALUE = { if: { properties: { op: { enum: ["add", "replace", "test"] } } }, then: { required: ["value"] } };
const NEEDS_FROM = { if: { properties: { op: { enum: ["copy", "move"] } } }, then: { required: ["from"] } };

const operation = z
  .strictObject({
    op: z.enum(["add", "remove", "replace", "move", "copy", "test"]),
    path: pointer,
    from: pointer.optional().meta({ description: "For move and copy." }),
    value: z.unknown().optional().meta({ description: "For add, replace and test." }),
  })
  .meta({ allOf: [NEEDS_VALUE, NEEDS_FROM], description: "One operation of a JSON patch (RFC 6902)." });

/** `rules/render-rule-rules.ts` says with reasons what the alternatives owe each other. */
export const renderRule = z
  .strictObject({
    name: word.meta({ description: "Stands in reports and refusals; unique in the application." }),
    clusters: z.array(name).default([]).meta({ description: "Receiving clusters that it is for; empty: all." }),
    match: exclusion.meta({ description: "Objects that it changes: all given fields match exactly." }),
    patch: z
      .array(operation)
      .min(1, { error: rule("is empty", "Write at least one operation, or use cel.") })
      .optional()
      .meta({ description: "JSON patch operations. One that does not fit refuses the render." }),
    cel: text({ min: 1, max: 4000 }).optional().meta({
      description: "CEL over `object`: the new value at `path` (null removes it), or without `path` the new object.",
    }),
    path: pointer.optional().meta({ description: "Where the value of cel goes." }),
  })
  .meta({
    oneOf: [{ required: ["patch"] }, { required: ["cel"] }],
    dependencies: { path: ["cel"] },
    description: "Either a JSON patch or a CEL expression, on the objects that match.",
  });

type RawRule = z.output<typeof renderRule>;

export function toExclusion(raw: z.output<typeof exclusion>): Exclusion {
  return {
    group: raw.group ?? null,
    kind: raw.kind ?? null,
    namespace: raw.namespace ?? null,
    name: raw.name ?? null,
    matchLabels: raw.matchLabels ?? null,
  };
}

/** The typed form. The rules have seen the document before: what an alternative requires is there. */
export function toRenderRule(raw: RawRule): RenderRule {
  return { name: raw.name, clusters: raw.clusters, match: toExclusion(raw.match), change: toChange(raw) };
}

function toChange({ patch, cel = "", path }: RawRule): RuleChange {
  if (patch === undefined) return { type: "cel", expression: cel, path: path ?? null };
  return { type: "patch", operations: patch.map(toOperation) };
}

function toOperation({ op, path, from = "", value }: z.output<typeof operation>): RuleOperation {
  if (op === "remove") return { op, path };
  return op === "copy" || op === "move" ? { op, from, path } : { op, path, value };
}
