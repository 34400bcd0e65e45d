import type { z } from "zod";
import type { Finding } from "../model/finding.ts";
import { hasErrors } from "../model/finding.ts";
import { asString, at, isFields } from "../model/fields.ts";
import type { ClusterSpec } from "./cluster.ts";
import type { LocatedDocument } from "./documents.ts";
import type { DRPolicy } from "./dr-policy.ts";
import type { Issue } from "./issue.ts";
import { toFinding } from "./issue.ts";
import { nearest } from "./nearest.ts";
import type { ProtectedApplication } from "./protected-application.ts";
import { applicationRules } from "./rules/application-rules.ts";
import { clusterRules } from "./rules/cluster-rules.ts";
import { policyRules } from "./rules/policy-rules.ts";
import { settingsRules } from "./rules/settings-rules.ts";
import { withoutErrors } from "./salvage.ts";
import { schemaIssues } from "./schema-issues.ts";
import { clusterDocument, toCluster } from "./schemas/cluster.ts";
import { policyDocument, toPolicy } from "./schemas/dr-policy.ts";
import { API_VERSION, name } from "./schemas/fields.ts";
import { applicationDocument, toApplication } from "./schemas/protected-application.ts";
import { settingsDocument, toSettings } from "./schemas/settings.ts";
import type { Settings } from "./settings.ts";
import type { Source } from "./source.ts";

export const KINDS = ["Settings", "Cluster", "DRPolicy", "ProtectedApplication"] as const;
export type Kind = (typeof KINDS)[number];

/** A valid document, by kind. */
export type Entity =
  | { readonly kind: "Settings"; readonly value: Settings }
  | { readonly kind: "Cluster"; readonly value: ClusterSpec }
  | { readonly kind: "DRPolicy"; readonly value: DRPolicy }
  | { readonly kind: "ProtectedApplication"; readonly value: ProtectedApplication };

export interface ReadDocument {
  /** null: what the document is about cannot be known, so it may have been about anything. */
  readonly identity: { readonly kind: Kind; readonly name: string } | null;
  readonly source: Source;
  /** null: invalid. */
  readonly entity: Entity | null;
  /** What is left of an invalid document without its errors, for checks against other documents only. */
  readonly partial: Entity | null;
  readonly findings: readonly Finding[];
}

/** One document, checked by itself: its schema and the rules between its own fields. All errors are collected. */
export function readDocument(document: LocatedDocument): ReadDocument {
  const { source, value } = document;
  const kind = kindOf(value);
  if (document.garbled) {
    const identity = kind === null ? null : identityOf(kind, value);
    return { identity, source, entity: null, partial: null, findings: [] };
  }
  if (kind === null) {
    const findings = [toFinding(unknownKind(value), { source })];
    return { identity: null, source, entity: null, partial: null, findings };
  }
  const { entity, issues } = READERS[kind](value, source);
  const findings = issues.map((issue) => toFinding(issue, { source }));
  const usable = !document.flawed && !hasErrors(findings);
  const left = entity ?? READERS[kind](withoutErrors(value, issues), source).entity;
  return {
    identity: identityOf(kind, value),
    source,
    entity: usable ? entity : null,
    partial: usable ? null : left,
    findings,
  };
}

/** Kind and name of a document whose content may be wrong; null when even these are. */
function identityOf(kind: Kind, value: unknown): ReadDocument["identity"] {
  const given = name.safeParse(at(value, "metadata", "name"));
  return given.success ? { kind, name: given.data } : null;
}

function kindOf(value: unknown): Kind | null {
  const kind = asString(at(value, "kind"));
  return at(value, "apiVersion") === API_VERSION && isKind(kind) ? kind : null;
}

function isKind(kind: string | null): kind is Kind {
  return KINDS.some((known) => known === kind);
}

function unknownKind(value: unknown): Issue {
  const common = { code: "unknown-kind", severity: "error", at: "value" } as const;
  if (!isFields(value)) {
    const remedy = "A document begins with apiVersion, kind, metadata and spec.";
    return { ...common, path: [], message: "The document is not a mapping.", remedy };
  }
  const kind = asString(at(value, "kind"));
  if (isKind(kind) || at(value, "apiVersion") !== API_VERSION) {
    const given = asString(at(value, "apiVersion"));
    const message = given === null ? "apiVersion is required." : `apiVersion ${quote(given)} is not one of Drover's.`;
    const remedy = `Write apiVersion: ${API_VERSION}, or move what is not Drover's out of the folders it reads.`;
    return { ...common, path: ["apiVersion"], message, remedy };
  }
  const message = kind === null ? "kind is required." : `The kind ${quote(kind)} is not one that Drover reads here.`;
  const guess = kind === null ? null : nearest(kind, KINDS);
  const remedy = guess === null ? `Kinds are ${KINDS.join(", ")}.${elsewhere(kind)}` : `Did you mean ${guess}?`;
  return { ...common, path: ["kind"], message, remedy };
}

function elsewhere(kind: string | null): string {
  return kind?.startsWith("Policy") === true ? " Policy rules belong into the folder that spec.policies names." : "";
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

interface Outcome {
  readonly entity: Entity | null;
  readonly issues: readonly Issue[];
}

interface Definition<Schema extends z.ZodType> {
  readonly schema: Schema;
  readonly rules: (value: unknown) => readonly Issue[];
  readonly convert: (value: z.output<Schema>, source: Source) => Entity;
}

function reader<Schema extends z.ZodType>(definition: Definition<Schema>): (value: unknown, source: Source) => Outcome {
  const { schema, rules, convert } = definition;
  return (value, source) => {
    const ruled = rules(value);
    const result = schema.safeParse(value, { reportInput: false });
    if (!result.success) {
      return { entity: null, issues: [...schemaIssues({ schema, value }, result.error.issues), ...ruled] };
    }
    return { entity: ruled.length > 0 ? null : convert(result.data, source), issues: ruled };
  };
}

const READERS = {
  Settings: reader({
    schema: settingsDocument,
    rules: settingsRules,
    convert: (value, source) => ({ kind: "Settings", value: toSettings(value, source) }),
  }),
  Cluster: reader({
    schema: clusterDocument,
    rules: clusterRules,
    convert: (value, source) => ({ kind: "Cluster", value: toCluster(value, source) }),
  }),
  DRPolicy: reader({
    schema: policyDocument,
    rules: policyRules,
    convert: (value, source) => ({ kind: "DRPolicy", value: toPolicy(value, source) }),
  }),
  ProtectedApplication: reader({
    schema: applicationDocument,
    rules: applicationRules,
    convert: (value, source) => ({ kind: "ProtectedApplication", value: toApplication(value, source) }),
  }),
} as const satisfies Record<Kind, (value: unknown, source: Source) => Outcome>;
