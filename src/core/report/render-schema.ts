import { z } from "zod";
import { CHANGE_RULES, OMIT_RULES } from "../render/render-rules.ts";
import { apiVersion, blocker, commit, objectRef } from "./schema-parts.ts";

const ruleOf = (rules: Readonly<Record<string, string>>): z.ZodType =>
  z.string().meta({ description: `One of: ${Object.keys(rules).join(", ")}.` });

/** The `RenderReport` document of one application and standby. */
export const renderReportSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("RenderReport"),
    application: z.string(),
    source: z.string().meta({ description: "The cluster that was captured." }),
    cluster: z.string().meta({ description: "The receiving cluster." }),
    commit: commit.nullable().meta({ description: "Null: nothing changed." }),
    objects: z.int().nonnegative().meta({ description: "Objects in the folder." }),
    omitted: z.array(z.strictObject({ object: objectRef, rule: ruleOf(OMIT_RULES) })),
    changed: z.array(z.strictObject({ object: objectRef, rule: ruleOf(CHANGE_RULES), count: z.int().positive() })),
    requirements: z
      .array(
        z.strictObject({
          ...objectRef.shape,
          type: z.string().nullable(),
          keys: z.array(z.string()),
          referenced: z.boolean().meta({ description: "Something that is rendered can't start without it." }),
        }),
      )
      .meta({ description: "What must exist on the standby before the application can start there." }),
    unread: z
      .array(
        z.strictObject({
          group: z.string().meta({ description: "API group; empty for the core group." }),
          kind: z.string().nullable().meta({ description: "Null: every kind of the group." }),
          namespace: z.string().nullable().meta({ description: "Null: a kind without namespaces, or all of them." }),
          reason: z.string(),
        }),
      )
      .meta({ description: "What could not be listed: the branch keeps its files of it, and nothing is removed." }),
  })
  .meta({ description: "What was captured of one application, for one standby: an item of a RenderReportList." });

/** One application that was committed, one that was not. */
const EXAMPLE = {
  apiVersion: "drover.dev/v1alpha1",
  kind: "RenderReportList",
  revision: "89e6c98d92887913cadf06b2adb97f26cde4849b",
  items: [
    {
      apiVersion: "drover.dev/v1alpha1",
      kind: "RenderReport",
      application: "shop",
      source: "east",
      cluster: "west",
      commit: "3f786850e387550fdab836ed7e6dc881de23001b",
      objects: 12,
      omitted: [
        {
          object: { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web-5d9c-x2k8q" },
          rule: "controller-owned",
        },
      ],
      changed: [
        {
          object: { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" },
          rule: "standby-replicas",
          count: 1,
        },
      ],
      requirements: [
        {
          apiVersion: "v1",
          kind: "Secret",
          namespace: "shop",
          name: "db",
          type: "Opaque",
          keys: ["password"],
          referenced: true,
        },
      ],
      unread: [
        { group: "example.com", kind: null, namespace: null, reason: "the API server behind it does not answer" },
      ],
    },
  ],
  refused: {
    cart: [
      {
        code: "namespace-missing",
        message: "namespace cart does not exist on east",
        remedy: "create it, or correct spec.namespaces",
      },
    ],
  },
  notes: [],
};

/** The `RenderReportList` document: one render of all applications. */
export const renderReportListSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("RenderReportList"),
    revision: commit.meta({
      description: "Commit of the desired state that says what is captured, and by which rules.",
    }),
    items: z
      .array(renderReportSchema)
      .meta({ description: "One for each application that was captured; refused ones have none." }),
    refused: z.record(z.string(), z.array(blocker)).meta({
      description: "By application: why nothing was written for it. The command ends with 3 unless it is empty.",
    }),
    notes: z.array(blocker).meta({ description: "What people must know and nothing stopped for." }),
  })
  .meta({
    description: "What `drover render -o json` prints: every application that it captured, and why others were not.",
    examples: [EXAMPLE],
  });
