import { z } from "zod";
import type { Hook, ProtectedApplication, RenderTarget, StartupStep } from "../protected-application.ts";
import type { Source } from "../source.ts";
import { document, duration, labels, name, rule, stringMap, word } from "./fields.ts";
import { renderRule, toExclusion, toRenderRule, exclusion } from "./render-rule.ts";
import { toTransition, transition } from "./transition.ts";

const NEEDS_ONE = rule("is empty", "Write at least one entry.");

const hook = z.strictObject({
  select: labels.meta({ description: "Labels of the pods; the command runs in all that match." }),
  container: word.optional(),
  exec: z
    .array(z.string().max(4096))
    .min(1, { error: NEEDS_ONE })
    .meta({ description: "Command and arguments; no shell." }),
  timeout: duration
    .refine((value) => value > 0, { error: rule("is zero", "Write how long the command may take.") })
    .prefault("60s"),
});

const target = z.strictObject({
  storageClasses: stringMap.default({}),
  ingressClasses: stringMap.default({}).meta({ description: "Also the classes of Gateways." }),
  priorityClasses: stringMap.default({}),
  hosts: stringMap.default({}).meta({
    description:
      "Host names in Ingresses, Routes, HTTPRoutes and the like. A key is a whole name, or a domain with a leading dot (.east.example.com) for all hosts below it; a whole name counts before a domain, a longer domain before a shorter one.",
    examples: [{ "shop.east.example.com": "shop.example.com", ".apps.east.example.com": ".apps.west.example.com" }],
  }),
  images: stringMap.default({}).meta({ description: "Images by leading components of their path, registry first." }),
  cidrs: stringMap.default({}).meta({
    description: "Address ranges as they are written, or single addresses.",
    examples: [{ "10.10.0.0/16": "10.20.0.0/16", "192.0.2.10": "198.51.100.10" }],
  }),
});

const startup = z.strictObject({
  kind: word,
  name: word,
  apiVersion: word.optional(),
  namespace: name.optional(),
});

/** One rule of each form: a JSON patch, and a value by CEL. */
const RULES_EXAMPLE = [
  {
    name: "fewer-workers",
    clusters: ["west"],
    match: { kind: "Deployment", name: "worker" },
    patch: [{ op: "replace", path: "/spec/replicas", value: 2 }],
  },
  {
    name: "local-time-server",
    match: { kind: "ConfigMap", matchLabels: { app: "shop" } },
    path: "/data/ntp",
    cel: "object.metadata.namespace + '.ntp.west.example.com'",
  },
];

const render = z.strictObject({
  secrets: z.enum(["sops", "external", "omit"]).default("external").meta({
    description: "sops: encrypted in the branch. external: another tool brings them. omit: left out.",
  }),
  targets: z.record(name, target).default({}).meta({
    description: "By receiving cluster: what is written there instead. Values as they are wanted on that cluster.",
  }),
  accept: z
    .array(
      z.string().regex(/^[\w:./+=-]{1,200}$/, {
        error: rule("is not a digest", "Copy it from the finding suspicious-capture."),
      }),
    )
    .default([])
    .meta({ description: "Digests of suspicious captures that are approved by this." }),
  exclude: z
    .array(exclusion)
    .default([])
    .meta({
      description: "Objects that are not captured: all fields given in an entry match exactly.",
      examples: [[{ kind: "ConfigMap", name: "debug" }, { group: "monitoring.coreos.com" }]],
    }),
  rules: z
    .array(renderRule)
    .default([])
    .meta({
      description:
        "Your own changes of what is written for a standby, in this order, after Drover's own rules and before an object is brought to rest: what a rule starts still stands by at zero. What each one changed stands in `drover render --explain`.",
      examples: [RULES_EXAMPLE],
    }),
});

export const applicationDocument = document(
  "ProtectedApplication",
  z.strictObject({
    policies: z.array(name).min(1, { error: NEEDS_ONE }).meta({ description: "Names of DRPolicy documents." }),
    namespaces: z.array(name).min(1, { error: NEEDS_ONE }).meta({ description: "Namespaces that are protected." }),
    selector: z
      .strictObject({
        matchLabels: labels
          .refine((value) => Object.keys(value).length > 0, { error: NEEDS_ONE })
          .meta({ minProperties: 1, description: "Labels that all objects of the application carry." }),
      })
      .optional()
      .meta({ description: "Absent: whole namespaces." }),
    placement: z.strictObject({
      preferredCluster: name.meta({ description: "Where the application belongs." }),
      activeCluster: name.meta({ description: "Where it runs; changed only together with a transition." }),
      transition: transition.optional(),
    }),
    consistency: z
      .strictObject({ before: z.array(hook).default([]), after: z.array(hook).default([]) })
      .prefault({})
      .meta({ description: "Commands around a recovery point. No effect with synchronous replication." }),
    configuration: z
      .strictObject({
        owner: z.enum(["git", "stork"]).default("git").meta({
          description: "Who brings the configuration to the standby: the DR branch, or Stork itself.",
        }),
      })
      .prefault({}),
    render: render.prefault({}),
    startup: z.array(startup).default([]).meta({
      description: "Order of starting; stopping is the reverse. Empty: by dependency.",
    }),
  }),
).meta({ description: "An application: what is protected, by which policies, where it runs." });

type Raw = z.output<typeof applicationDocument>;

export function toApplication(value: Raw, source: Source): ProtectedApplication {
  const { spec } = value;
  const { preferredCluster, activeCluster } = spec.placement;
  const move = spec.placement.transition;
  return {
    name: value.metadata.name,
    source,
    labels: value.metadata.labels ?? {},
    policies: spec.policies,
    namespaces: spec.namespaces,
    matchLabels: spec.selector?.matchLabels ?? null,
    placement: { preferredCluster, activeCluster, transition: move === undefined ? null : toTransition(move) },
    consistency: { before: spec.consistency.before.map(toHook), after: spec.consistency.after.map(toHook) },
    configuration: spec.configuration,
    render: {
      secrets: spec.render.secrets,
      targets: new Map<string, RenderTarget>(Object.entries(spec.render.targets)),
      accept: spec.render.accept,
      exclude: spec.render.exclude.map(toExclusion),
      rules: spec.render.rules.map(toRenderRule),
    },
    startup: spec.startup.map(toStartupStep),
  };
}

function toHook(raw: Raw["spec"]["consistency"]["before"][number]): Hook {
  return { ...raw, container: raw.container ?? null };
}

function toStartupStep(raw: Raw["spec"]["startup"][number]): StartupStep {
  return { kind: raw.kind, name: raw.name, apiVersion: raw.apiVersion ?? null, namespace: raw.namespace ?? null };
}
