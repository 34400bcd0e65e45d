import type { KubeObject } from "../model/kube-object.ts";
import type { ApplicationFolderRecord } from "./folder-record.ts";

/** How Secrets are treated: `external` lists them as requirements of the standby, `omit` only reports them. */
export type SecretMode = "sops" | "external" | "omit";

/** Rewrites for the receiving cluster (contracts.md section 1, `render.targets.<cluster>`). */
export interface TargetMappings {
  readonly storageClasses: Readonly<Record<string, string>>;
  readonly ingressClasses: Readonly<Record<string, string>>;
  readonly priorityClasses: Readonly<Record<string, string>>;
  readonly hosts: Readonly<Record<string, string>>;
  /** Keys are path prefixes of image names, compared component by component; the longest wins. */
  readonly images: Readonly<Record<string, string>>;
  readonly cidrs: Readonly<Record<string, string>>;
}

export const NO_MAPPINGS: TargetMappings = {
  storageClasses: {},
  ingressClasses: {},
  priorityClasses: {},
  hosts: {},
  images: {},
  cidrs: {},
};

/** Leaves objects out: all given fields match exactly. `group: ""` is the core group. */
export interface ExcludeRule {
  readonly group?: string | undefined;
  readonly kind?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
}

export interface RenderOptions {
  readonly secrets: SecretMode;
  /** The mappings of the standby alone. */
  readonly target: TargetMappings;
  readonly exclude: readonly ExcludeRule[];
  /** Digests of suspicious captures that an approved change accepted. */
  readonly accept: readonly string[];
}

/** Named workloads in the order in which they start; the rest follows by dependency. */
export interface StartupEntry {
  readonly kind: string;
  readonly name: string;
  readonly apiVersion?: string | undefined;
  readonly namespace?: string | undefined;
}

/** What a DR branch holds for one application: paths relative to `applications/<application>/`. */
export interface ApplicationFolder {
  readonly files: ReadonlyMap<string, string>;
  readonly record: ApplicationFolderRecord;
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
  readonly startup: readonly StartupEntry[];
  /** A collision-resistant hash (SHA-256) of a text, in lower-case hexadecimal. */
  readonly digest: (text: string) => string;
}
