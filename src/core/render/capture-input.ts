import type { CompileExpression } from "../cel/expression.ts";
import type { OwnerLookups } from "../capture/owners.ts";
import type { Exclusion, RenderRule, RenderTarget, StartupStep } from "../desired/protected-application.ts";
import type { ApiResource } from "../model/api-resource.ts";
import type { KubeObject } from "../model/kube-object.ts";
import type { UnreadKind } from "../observed/unread-kind.ts";
import type { ApplicationFolderRecord } from "./folder-record.ts";
import type { SealedFolder } from "./sealed-objects.ts";

/**
 * How Secrets are treated: `sops` writes them encrypted, `external` lists them as requirements of the standby, `omit` only
 * reports them.
 */
export type SecretMode = "sops" | "external" | "omit";

export interface RenderOptions {
  readonly secrets: SecretMode;
  /** The mappings of the standby alone. */
  readonly target: RenderTarget;
  readonly exclude: readonly Exclusion[];
  /** The user's own changes, in order. */
  readonly rules: readonly RenderRule[];
  /** For rules with expressions; null when no document has one. */
  readonly compile: CompileExpression | null;
  /** File of the document that holds them, for refusals. */
  readonly rulesFile: string;
  /** Digests of suspicious captures that an approved change accepted. */
  readonly accept: readonly string[];
}

/** What a DR branch holds for one application: paths relative to `applications/<application>/`. */
export interface ApplicationFolder {
  readonly files: ReadonlyMap<string, string>;
  readonly record: ApplicationFolderRecord;
  /** Why the folder can't be trusted as the last good render (a person changed it); null when it reads well. */
  readonly problem: string | null;
}

/** What was read around the objects of the namespaces, and what could not be read. */
export interface CaptureSurroundings {
  /** Every kind that the source serves; names of custom resource definitions follow from it. */
  readonly resources: readonly ApiResource[];
  /** Objects without namespaces that the application may refer to. */
  readonly companions: readonly KubeObject[];
  /** What could not be listed: the files that the branch has of it stay as they are. */
  readonly unread: readonly UnreadKind[];
  readonly owners: OwnerLookups;
}

export interface CaptureInput {
  readonly application: string;
  readonly sourceCluster: string;
  readonly standbyCluster: string;
  readonly namespaces: readonly string[];
  /** `selector.matchLabels`; null protects whole namespaces. */
  readonly selector: Readonly<Record<string, string>> | null;
  /**
   * A read of the namespaces, the PersistentVolumes of their claims and the Namespace objects, complete but for the kinds
   * that `around.unread` names: whatever else is missing from this list is gone.
   */
  readonly objects: readonly KubeObject[];
  /** Absent: everything was read, and nothing around the namespaces was asked for. */
  readonly around?: CaptureSurroundings;
  readonly render: RenderOptions;
  /** What the standby's branch holds now; null before the first render. */
  readonly previous: ApplicationFolder | null;
  readonly startup: readonly StartupStep[];
  /** With `secrets: sops`: the encrypted files, made beforehand. */
  readonly sealed?: SealedFolder;
  /** A collision-resistant hash (SHA-256) of a text, in lower-case hexadecimal. */
  readonly digest: (text: string) => string;
}
