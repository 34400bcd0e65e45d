import type { Finding, Location } from "../model/finding.ts";
import type { ClusterSpec } from "./cluster.ts";
import { parseFile } from "./documents.ts";
import type { DRPolicy } from "./dr-policy.ts";
import type { ProtectedApplication } from "./protected-application.ts";
import type { Entity, Kind, ReadDocument } from "./read-document.ts";
import { readDocument } from "./read-document.ts";
import type { Settings } from "./settings.ts";
import { SETTINGS_FILE } from "./folders.ts";
import { locate } from "./source.ts";

export interface Entities {
  readonly clusters: ReadonlyMap<string, ClusterSpec>;
  readonly policies: ReadonlyMap<string, DRPolicy>;
  readonly applications: ReadonlyMap<string, ProtectedApplication>;
}

/** All documents of a repository by kind and name, before they are compared with each other. */
export interface Collection extends Entities {
  readonly settings: Settings | null;
  /** What is left of documents with errors, and is good enough to be checked against others. */
  readonly partial: Entities;
  /** Names of documents that are there but cannot be used. */
  readonly broken: Readonly<Record<Kind, Set<string>>>;
  readonly findings: Finding[];
  /** Files with documents whose kind or name cannot be known; empty when the repository reads as a whole. */
  readonly uncertain: readonly string[];
}

interface FileDocuments {
  readonly file: string;
  readonly documents: readonly ReadDocument[];
  readonly findings: readonly Finding[];
  readonly parsed: boolean;
}

export function collect(files: ReadonlyMap<string, string>, previous: ReadonlyMap<string, string>): Collection {
  const read = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, text]) => readFile(file, text));
  const broken = { Settings: setOf(), Cluster: setOf(), DRPolicy: setOf(), ProtectedApplication: setOf() };
  const findings = read.flatMap((file) => [
    ...file.findings,
    ...file.documents.flatMap((document) => document.findings),
  ]);
  const duplicates = findDuplicates(read);
  findings.push(...duplicates.findings);
  for (const { kind, name } of duplicates.names) broken[kind].add(name);
  const entities: Entity[] = [];
  const partial: Entity[] = [];
  for (const file of read) {
    if (!isCertain(file))
      for (const { kind, name } of namesIn(previous.get(file.file), file.file)) broken[kind].add(name);
    for (const document of file.documents) {
      if (document.identity === null) continue;
      if (document.entity === null || !file.parsed) broken[document.identity.kind].add(document.identity.name);
      else entities.push(document.entity);
      if (document.partial !== null && file.parsed) partial.push(document.partial);
    }
  }
  const settings = settingsOf(read);
  findings.push(...settings.findings);
  return {
    settings: settings.value,
    ...byKind(entities),
    partial: byKind(partial),
    broken,
    findings,
    uncertain: read.filter((file) => !isCertain(file)).map(({ file }) => file),
  };
}

function isCertain(file: FileDocuments): boolean {
  return file.parsed && file.documents.every(({ identity }) => identity !== null);
}

function setOf(): Set<string> {
  return new Set();
}

function readFile(file: string, text: string): FileDocuments {
  const { documents, findings, parsed } = parseFile(file, text);
  return { file, documents: documents.map(readDocument), findings, parsed };
}

function namesIn(text: string | undefined, file: string): readonly { readonly kind: Kind; readonly name: string }[] {
  return text === undefined ? [] : readFile(file, text).documents.flatMap(({ identity }) => identity ?? []);
}

/** The first of several documents with one name is kept for reference checks; the name is broken all the same. */
function byKind(entities: readonly Entity[]): Entities {
  const clusters = new Map<string, ClusterSpec>();
  const policies = new Map<string, DRPolicy>();
  const applications = new Map<string, ProtectedApplication>();
  for (const { kind, value } of entities) {
    if (kind === "Cluster" && !clusters.has(value.name)) clusters.set(value.name, value);
    if (kind === "DRPolicy" && !policies.has(value.name)) policies.set(value.name, value);
    if (kind === "ProtectedApplication" && !applications.has(value.name)) applications.set(value.name, value);
  }
  return { clusters, policies, applications };
}

function findDuplicates(read: readonly FileDocuments[]): {
  readonly names: readonly { readonly kind: Kind; readonly name: string }[];
  readonly findings: readonly Finding[];
} {
  const first = new Map<string, Location>();
  const names: { readonly kind: Kind; readonly name: string }[] = [];
  const findings: Finding[] = [];
  for (const { identity, source } of read.flatMap(({ documents }) => documents)) {
    // Settings have a rule of their own: there is one, whatever its name.
    if (identity === null || identity.kind === "Settings") continue;
    const key = `${identity.kind} ${identity.name}`;
    const where = locate({ source }, ["metadata", "name"]);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, where);
      continue;
    }
    names.push(identity);
    findings.push({
      code: "duplicate-name",
      severity: "error",
      message: `The ${key} stands twice; the first is in ${other.file ?? ""}, line ${other.line ?? 0}.`,
      remedy: "Rename or remove one of them: it cannot be known which one is meant.",
      ...where,
    });
  }
  return { names, findings };
}

function settingsOf(read: readonly FileDocuments[]): {
  readonly value: Settings | null;
  readonly findings: readonly Finding[];
} {
  const all = read.flatMap(({ documents, parsed }) =>
    documents.filter(({ identity }) => identity?.kind === "Settings").map((document) => ({ document, parsed })),
  );
  const placed = all.filter(({ document }) => document.source.file === SETTINGS_FILE);
  const misplaced = all.filter(({ document }) => document !== placed[0]?.document);
  const findings = misplaced.map(({ document }): Finding => {
    const twice = document.source.file === SETTINGS_FILE;
    return {
      code: "settings-misplaced",
      severity: "error",
      message: twice
        ? `${SETTINGS_FILE} holds Settings more than once.`
        : `Settings stand outside of ${SETTINGS_FILE}.`,
      remedy: twice ? "Keep one of them." : `Move them into ${SETTINGS_FILE} at the repository's root.`,
      ...locate(document, ["kind"]),
    };
  });
  if (all.length === 0 && mayHaveNone(read)) findings.push(SETTINGS_MISSING);
  const only = placed.length === 1 ? placed[0] : undefined;
  const entity = only?.parsed === true ? only.document.entity : null;
  return { value: entity?.kind === "Settings" ? entity.value : null, findings };
}

/** When drover.yaml has errors that hide its kind or name, these say enough. */
function mayHaveNone(read: readonly FileDocuments[]): boolean {
  const file = read.find((candidate) => candidate.file === SETTINGS_FILE);
  return file === undefined || isCertain(file);
}

const SETTINGS_MISSING: Finding = {
  code: "settings-missing",
  severity: "error",
  message: `The repository has no ${SETTINGS_FILE} with a document of kind Settings at its root.`,
  remedy: "Run `drover init` in the repository, or pass its folder with --repo.",
  file: SETTINGS_FILE,
  line: 1,
  column: 1,
};
