import { asFields, asList, asNumber, asString, asStringMap, isFields } from "../model/fields.ts";
import type { ObjectRef } from "../model/kube-object.ts";
import { buildSubfolder } from "./build-folder.ts";
import type { ApplicationFolder } from "./capture-input.ts";
import type {
  ApplicationFolderRecord,
  RecordedClaim,
  RecordedNamespace,
  RecordedVolume,
  RecordedWorkload,
} from "./folder-record.ts";
import { FolderUnreadable } from "./read-kustomization.ts";
import { OMIT_RULES, type OmitRule } from "./render-rules.ts";
import type { Requirement } from "./render-result.ts";

export const RECORD_FILE = "record.json";

/**
 * What a DR branch holds for one application. A folder that is not as Drover wrote it comes back with its problem, and
 * then nothing is rendered over it: against an unreadable folder no removal can be judged.
 */
export function readFolder(files: ReadonlyMap<string, string>): ApplicationFolder | null {
  if (files.size === 0) return null;
  const raw = parseRecord(files.get(RECORD_FILE));
  if (raw === null) return { files, record: readRecord({}), problem: `${RECORD_FILE} is missing or is not Drover's` };
  return lazily(files, readRecord(raw));
}

/** Only a folder that is going to change is read to the last line: what stays as it is need not be understood. */
function lazily(files: ReadonlyMap<string, string>, record: ApplicationFolderRecord): ApplicationFolder {
  let problem: string | null | undefined;
  return {
    files,
    record,
    get problem() {
      if (problem === undefined) problem = buildProblem(files);
      return problem;
    },
  };
}

/** The record alone; null when there is none that Drover wrote. */
export function readRecordFile(files: ReadonlyMap<string, string>): ApplicationFolderRecord | null {
  const raw = parseRecord(files.get(RECORD_FILE));
  return raw === null ? null : readRecord(raw);
}

function buildProblem(files: ReadonlyMap<string, string>): string | null {
  try {
    buildSubfolder(files, "base");
    return null;
  } catch (error) {
    if (error instanceof FolderUnreadable) return error.message;
    throw error;
  }
}

function parseRecord(text: string | undefined): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isFields(value) && value["apiVersion"] === "drover.dev/v1alpha1" && value["kind"] === "ApplicationRecord"
      ? value
      : null;
  } catch {
    return null;
  }
}

function readRecord(raw: Readonly<Record<string, unknown>>): ApplicationFolderRecord {
  const selector = raw["selector"];
  return {
    apiVersion: "drover.dev/v1alpha1",
    kind: "ApplicationRecord",
    application: text(raw["application"]),
    sourceCluster: text(raw["sourceCluster"]),
    standbyCluster: text(raw["standbyCluster"]),
    selector: isFields(selector) ? asStringMap(selector) : null,
    namespaces: each(raw["namespaces"], readNamespace),
    claims: each(raw["claims"], readClaim),
    volumes: each(raw["volumes"], readVolume),
    workloads: each(raw["workloads"], readWorkload),
    requirements: each(raw["requirements"], readRequirement),
    omitted: each(raw["omitted"], (fields) => ({
      object: readRef(asFields(fields["object"])),
      rule: readRule(fields["rule"]),
    })),
    accepted: texts(raw["accepted"]),
  };
}

function readNamespace(fields: Readonly<Record<string, unknown>>): RecordedNamespace {
  return {
    name: text(fields["name"]),
    labels: asStringMap(fields["labels"]),
    annotations: asStringMap(fields["annotations"]),
  };
}

function readClaim(fields: Readonly<Record<string, unknown>>): RecordedClaim {
  return {
    namespace: text(fields["namespace"]),
    name: text(fields["name"]),
    volume: asString(fields["volume"]),
    storageClass: asString(fields["storageClass"]),
    bytes: asNumber(fields["bytes"]),
    accessModes: texts(fields["accessModes"]),
  };
}

function readVolume(fields: Readonly<Record<string, unknown>>): RecordedVolume {
  const claim = asFields(fields["claim"]);
  return {
    name: text(fields["name"]),
    claim: { namespace: text(claim["namespace"]), name: text(claim["name"]) },
    driver: asString(fields["driver"]),
  };
}

function readWorkload(fields: Readonly<Record<string, unknown>>): RecordedWorkload {
  return { ...readRef(fields), replicas: asNumber(fields["replicas"]) ?? 1, claims: texts(fields["claims"]) };
}

function readRequirement(fields: Readonly<Record<string, unknown>>): Requirement {
  const { type, keys, referenced } = fields as { type?: unknown; keys?: unknown; referenced?: unknown };
  return { ...readRef(fields), type: asString(type), keys: texts(keys), referenced: referenced === true };
}

function readRef(fields: Readonly<Record<string, unknown>>): ObjectRef {
  return {
    apiVersion: text(fields["apiVersion"]),
    kind: text(fields["kind"]),
    namespace: asString(fields["namespace"]),
    name: text(fields["name"]),
  };
}

function readRule(value: unknown): OmitRule {
  const known = Object.keys(OMIT_RULES).find((rule): rule is OmitRule => rule === value);
  return known ?? "kind-not-rendered";
}

function each<T>(value: unknown, read: (fields: Readonly<Record<string, unknown>>) => T): readonly T[] {
  return asList(value).map((item) => read(asFields(item)));
}

function text(value: unknown): string {
  return asString(value) ?? "";
}

function texts(value: unknown): readonly string[] {
  return asList(value).filter((item) => typeof item === "string");
}
