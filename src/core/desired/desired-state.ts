import type { Finding } from "../model/finding.ts";
import { sortFindings } from "../model/finding.ts";
import { blockedApplications } from "./blocked.ts";
import type { Problem, World } from "./checks/problem.ts";
import type { ClusterSpec } from "./cluster.ts";
import type { Collection } from "./collect.ts";
import { collect } from "./collect.ts";
import { crossCheck } from "./cross-check.ts";
import type { DRPolicy } from "./dr-policy.ts";
import { emptyFolders, foldersOf, isDocumentFile, SETTINGS_FILE } from "./folders.ts";
import type { ProtectedApplication } from "./protected-application.ts";
import type { Settings } from "./settings.ts";

/** What the repository asks for, typed, with defaults filled in. Keys are the documents' names. */
export interface DesiredState {
  /** null: missing or invalid; then every application is blocked. */
  readonly settings: Settings | null;
  readonly clusters: ReadonlyMap<string, ClusterSpec>;
  readonly policies: ReadonlyMap<string, DRPolicy>;
  readonly applications: ReadonlyMap<string, ProtectedApplication>;
}

export interface DesiredResult {
  readonly state: DesiredState;
  /** All problems of all documents, sorted. */
  readonly findings: readonly Finding[];
  /**
   * Applications with an error, or that refer to something with an error, or that stood in a file that no longer
   * parses: nothing is written for them, and their absence from `state` never means removal.
   */
  readonly blocked: ReadonlySet<string>;
  /** Every document of every file is known by kind and name: only then does a document's absence mean its removal. */
  readonly complete: boolean;
  /** Files with documents whose kind or name cannot be known: those whose last readable version is worth looking up. */
  readonly uncertain: readonly string[];
}

/**
 * Turns the repository's files into the desired state. Never throws, whatever the text.
 * `files` maps paths relative to the repository to their text: `drover.yaml` and everything in the settings' folders;
 * other files are ignored. `previous` holds the last parsable version of files: it tells which documents a file named
 * that no longer parses.
 */
export function buildDesiredState(
  files: ReadonlyMap<string, string>,
  previous: ReadonlyMap<string, string> = new Map(),
): DesiredResult {
  const folders = foldersOf(files.get(SETTINGS_FILE) ?? null);
  const read = new Map([...files].filter(([path]) => isDocumentFile(path, folders)));
  const collection = collect(read, previous);
  const { settings, clusters, policies, applications, broken } = collection;
  const world: World = {
    clusters,
    policies,
    applications,
    broken: { clusters: broken.Cluster, policies: broken.DRPolicy },
  };
  const problems = [...crossCheck(world), ...partialProblems(world, collection.partial)];
  const blocked =
    settings === null ? everyName(collection) : blockedApplications(world, spoiltBy(problems, collection));
  return {
    state: { settings, clusters, policies, applications },
    findings: sortFindings([
      ...collection.findings,
      ...(settings === null ? [] : emptyFolders(settings, read.keys())),
      ...problems.map(({ finding }) => finding),
    ]),
    blocked,
    complete: collection.uncertain.length === 0 && settings !== null,
    uncertain: collection.uncertain,
  };
}

/**
 * What documents with errors owe others, so that everything is reported in one run. Their claims accuse nobody else: an
 * invalid document blocks only what it names or what refers to it.
 */
function partialProblems(world: World, partial: Collection["partial"]): readonly Problem[] {
  const { clusters, policies, applications } = partial;
  if (clusters.size + policies.size + applications.size === 0) return [];
  const named = { Cluster: clusters, DRPolicy: policies, ProtectedApplication: applications };
  const whole = { Cluster: world.clusters, DRPolicy: world.policies, ProtectedApplication: world.applications };
  const all: World = {
    broken: world.broken,
    clusters: new Map([...clusters, ...world.clusters]),
    policies: new Map([...policies, ...world.policies]),
    applications: new Map([...applications, ...world.applications]),
  };
  return crossCheck(all).filter(
    ({ finding, spoils }) =>
      finding.severity === "error" && named[spoils.kind].has(spoils.name) && !whole[spoils.kind].has(spoils.name),
  );
}

/** Without settings nobody knows which approvals count, so nothing may be done for anybody. */
function everyName({ applications, broken }: Collection): ReadonlySet<string> {
  return new Set([...applications.keys(), ...broken.ProtectedApplication]);
}

function spoiltBy(problems: readonly Problem[], { broken }: Collection): Parameters<typeof blockedApplications>[1] {
  const errors = problems.filter(({ finding }) => finding.severity === "error").map(({ spoils }) => spoils);
  const named = (kind: Problem["spoils"]["kind"]): ReadonlySet<string> =>
    new Set([...broken[kind], ...errors.filter((error) => error.kind === kind).map(({ name }) => name)]);
  return {
    clusters: named("Cluster"),
    policies: named("DRPolicy"),
    applications: named("ProtectedApplication"),
  };
}
