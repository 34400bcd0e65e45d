import type { DesiredResult } from "../desired/desired-state.ts";
import type { ProtectedApplication } from "../desired/protected-application.ts";
import type { ClusterDrift } from "../diff/drift.ts";
import type { Blocker } from "../failover/intent.ts";
import type { RecordedActive } from "../failover/recorded-active.ts";
import type { RecordedApproval } from "../model/record.ts";
import type { ClusterFacts } from "../observed/cluster-facts.ts";
import type { Provider } from "../provider.ts";
import type { RenderOptions } from "../render/capture-input.ts";
import type { SealedFolder } from "../render/sealed-objects.ts";

/** Everything a plan is made of: values that the shell gathered, and nothing else. */
export interface PlanInput {
  readonly desired: DesiredResult;
  /** Commit of the documents, with `-dirty` when they are a work tree's. */
  readonly revision: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Only the DR branches will be written; nothing is asked of a cluster. */
  readonly renderOnly: boolean;
  readonly clusters: ReadonlyMap<string, ClusterFacts>;
  /** By cluster name: what its DR branch holds. */
  readonly branches: ReadonlyMap<string, BranchFacts>;
  readonly recorded: ReadonlyMap<string, RecordedActive>;
  readonly documentAt: (application: string, commit: string) => ProtectedApplication | null;
  /** Commit that last changed the application's file; what approvals are checked on. Null: not committed. */
  readonly changedIn: ReadonlyMap<string, string>;
  /** Applications whose change is not approved, with the reason: nothing is planned for them. */
  readonly withheld: ReadonlyMap<string, readonly Blocker[]>;
  /** Verified approvals by commit, for the record; empty when nothing was verified (a preview). */
  readonly approvals: ReadonlyMap<string, readonly RecordedApproval[]>;
  /** With `secrets: sops`, by `sealedKey`: what was encrypted of the active cluster for its standby. */
  readonly sealed: ReadonlyMap<string, SealedFolder>;
  /** By application: how far clusters are from their branches; empty when nobody looked. Never part of a decision. */
  readonly drift: ReadonlyMap<string, readonly ClusterDrift[]>;
  readonly providers: Readonly<Record<string, Provider>>;
  /** For rules with expressions; null when no document has one. */
  readonly compile: RenderOptions["compile"];
  /** Hex SHA-256 of a text. */
  readonly digest: (text: string) => string;
  readonly version: string;
}

export interface BranchFacts {
  readonly branch: string;
  /** Null: the branch does not exist. */
  readonly tip: string | null;
  /** Application to its folder's files, relative to `applications/<application>/`. */
  readonly folders: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Applications whose folder somebody else than Drover changed, with what is known of it. Absent: nobody looked. */
  readonly byHand?: ReadonlyMap<string, string>;
}
