import type { Finding } from "../model/finding.ts";
import type { ClusterSpec } from "./cluster.ts";
import type { DRPolicy } from "./dr-policy.ts";
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
  /** Every file was read and parsed: only then does the absence of a document mean that it was removed. */
  readonly complete: boolean;
}

/**
 * Turns the repository's files into the desired state. Never throws, whatever the text.
 * `files` maps paths relative to the repository to their text: `drover.yaml` and everything in the settings' folders.
 * `previous` holds the last parsable version of files; it tells which applications a file named that no longer parses.
 */
export declare function buildDesiredState(
  files: ReadonlyMap<string, string>,
  previous?: ReadonlyMap<string, string>,
): DesiredResult;
