import type { Exclusion, RenderTarget, StartupStep } from "../desired/protected-application.ts";
import type { KubeObject } from "../model/kube-object.ts";
import type { ApplicationFolderRecord } from "./folder-record.ts";

/** How Secrets are treated: `external` lists them as requirements of the standby, `omit` only reports them. */
export type SecretMode = "sops" | "external" | "omit";

export interface RenderOptions {
  readonly secrets: SecretMode;
  /** The mappings of the standby alone. */
  readonly target: RenderTarget;
  readonly exclude: readonly Exclusion[];
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

export interface CaptureInput {
  readonly application: string;
  readonly sourceCluster: string;
  readonly standbyCluster: string;
  readonly namespaces: readonly string[];
  /** `selector.matchLabels`; null protects whole namespaces. */
  readonly selector: Readonly<Record<string, string>> | null;
  /**
   * A complete read of the namespaces, the PersistentVolumes of their claims and the Namespace objects. A partial read
   * must never get here: what is missing from this list is gone.
   */
  readonly objects: readonly KubeObject[];
  readonly render: RenderOptions;
  /** What the standby's branch holds now; null before the first render. */
  readonly previous: ApplicationFolder | null;
  readonly startup: readonly StartupStep[];
  /** A collision-resistant hash (SHA-256) of a text, in lower-case hexadecimal. */
  readonly digest: (text: string) => string;
}
