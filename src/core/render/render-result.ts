import type { ObjectRef } from "../model/kube-object.ts";
import type { UnreadKind } from "../observed/unread-kind.ts";
import type { ApplicationFolderRecord } from "./folder-record.ts";
import type { ChangeRule, OmitRule, RefusalRule } from "./render-rules.ts";

/** One captured object that is not in the rendered files, and the rule that left it out. */
export interface Omission {
  readonly object: ObjectRef;
  readonly rule: OmitRule;
}

/** How often one rule changed one object. */
export interface Change {
  readonly object: ObjectRef;
  readonly rule: ChangeRule;
  readonly count: number;
}

/**
 * Something that must exist on the standby before the application can start there. Secrets carry their type and keys,
 * never a value; for the other kinds `type` is null and `keys` names fields, if any.
 */
export interface Requirement extends ObjectRef {
  readonly type: string | null;
  readonly keys: readonly string[];
  /** True when a rendered workload or service account refers to it and cannot start without it. */
  readonly referenced: boolean;
}

/** The document of `drover render` for one application and standby (contracts.md section 3). */
export interface RenderReport {
  readonly apiVersion: "drover.dev/v1alpha1";
  readonly kind: "RenderReport";
  readonly application: string;
  /** The cluster that was captured. */
  readonly source: string;
  /** The receiving cluster. */
  readonly cluster: string;
  /** Set by whoever commits; null: nothing changed. */
  readonly commit: string | null;
  /** Objects in the folder. */
  readonly objects: number;
  readonly omitted: readonly Omission[];
  readonly changed: readonly Change[];
  readonly requirements: readonly Requirement[];
  /** What the source could not list. The branch keeps the files that it has of it, and nothing of it is removed. */
  readonly unread: readonly UnreadKind[];
}

export type SuspiciousItem =
  | { readonly what: "namespace-removed"; readonly object: ObjectRef; readonly terminating: boolean }
  | { readonly what: "object-removed"; readonly object: ObjectRef }
  | { readonly what: "workload-with-claims-removed"; readonly object: ObjectRef; readonly claims: readonly string[] }
  | { readonly what: "claim-removed"; readonly object: ObjectRef }
  | { readonly what: "count-turned-zero"; readonly object: ObjectRef; readonly recorded: number };

/** A complete read that looks like an accident (design invariant 7). The last good render stays. */
export interface SuspiciousCapture {
  /** What `render.accept` must contain to let exactly this set pass, once. */
  readonly digest: string;
  readonly items: readonly SuspiciousItem[];
}

/** Why nothing may be written for this application. Never contains a value from the cluster. */
export interface RenderRefusal {
  readonly rule: RefusalRule;
  /** File of the folder that would have been written; null when the refusal is not about one. */
  readonly file: string | null;
  readonly object: ObjectRef | null;
  readonly message: string;
  readonly remedy: string;
}

export interface RenderResult {
  /**
   * What the folder must hold, complete, relative to `applications/<application>/`. When the result is refused or
   * suspicious these are the previous files (none before the first render: then write nothing).
   */
  readonly files: ReadonlyMap<string, string>;
  /** What this capture would do, even when it is held back. */
  readonly report: RenderReport;
  /** The record of this capture; it is in `files` only when nothing held the render back. */
  readonly record: ApplicationFolderRecord;
  readonly suspicious: SuspiciousCapture | null;
  readonly refusals: readonly RenderRefusal[];
  /** Names of the document's rules for this standby that match nothing of what is rendered. */
  readonly idleRules: readonly string[];
}
