import { z } from "zod";
import { clusterDocument } from "../desired/schemas/cluster.ts";
import { policyDocument } from "../desired/schemas/dr-policy.ts";
import { applicationDocument } from "../desired/schemas/protected-application.ts";
import { settingsDocument } from "../desired/schemas/settings.ts";
import { benchmarkSchema } from "./benchmark-schema.ts";
import { evidenceSchema } from "./evidence-schema.ts";
import { planSchema } from "./plan-schema.ts";
import { probeReportSchema } from "./probe-schema.ts";
import { proposalSchema } from "./proposal-schema.ts";
import { renderReportListSchema, renderReportSchema } from "./render-schema.ts";
import { sandboxSchema } from "./sandbox-schema.ts";
import { statusSchema } from "./status-schema.ts";
import { validationReportSchema } from "./validation-report.ts";

/** A JSON Schema, draft 7: what the YAML plugins of editors understand. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What people write. */
const DOCUMENTS = {
  Settings: settingsDocument,
  Cluster: clusterDocument,
  DRPolicy: policyDocument,
  ProtectedApplication: applicationDocument,
} as const satisfies Record<string, z.ZodType>;

/** What Drover prints. */
const OUTPUTS = {
  ValidationReport: validationReportSchema,
  Plan: planSchema,
  Status: statusSchema,
  RenderReport: renderReportSchema,
  RenderReportList: renderReportListSchema,
  ProbeReport: probeReportSchema,
  Proposal: proposalSchema,
  Evidence: evidenceSchema,
  Sandbox: sandboxSchema,
  Benchmark: benchmarkSchema,
} as const satisfies Record<string, z.ZodType>;

/** Name of the schema of a file that holds documents of any kind: what `# yaml-language-server: $schema=` points at. */
export const ANY_DOCUMENT = "Document";

export const SCHEMA_KINDS: readonly string[] = [ANY_DOCUMENT, ...Object.keys(DOCUMENTS), ...Object.keys(OUTPUTS)];

/** The JSON Schema of a kind; null when there is no such kind. */
export function schemaOf(kind: string): JsonSchema | null {
  if (kind === ANY_DOCUMENT) return anyDocument();
  const document = find(DOCUMENTS, kind);
  if (document !== null) return { ...generate(document, "input"), title: kind };
  const output = find(OUTPUTS, kind);
  return output === null ? null : { ...generate(output, "output"), title: kind };
}

/** File name of a kind's schema in `manifests/schemas/`. */
export function schemaFile(kind: string): string {
  const words = kind.replace(/([a-z])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3-$2$4");
  return `${words.toLowerCase()}.schema.json`;
}

function find(schemas: Readonly<Record<string, z.ZodType>>, kind: string): z.ZodType | null {
  return Object.hasOwn(schemas, kind) ? (schemas[kind] ?? null) : null;
}

function generate(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  return { ...z.toJSONSchema(schema, { target: "draft-7", io }) };
}

/** Decides by `kind` first, so that an editor shows the errors of that kind and not of all four. */
function anyDocument(): JsonSchema {
  const kinds = Object.keys(DOCUMENTS);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: ANY_DOCUMENT,
    description: "Any document of a Drover repository.",
    type: "object",
    required: ["apiVersion", "kind", "metadata", "spec"],
    properties: { kind: { enum: kinds } },
    allOf: Object.entries(DOCUMENTS).map(([kind, schema]) => {
      const { $schema: _dialect, ...body } = generate(schema, "input");
      return { if: { required: ["kind"], properties: { kind: { const: kind } } }, then: body };
    }),
  };
}
