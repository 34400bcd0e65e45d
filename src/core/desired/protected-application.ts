import type { Declared } from "./source.ts";
import type { Transition } from "./transition.ts";

type StringMap = Readonly<Record<string, string>>;

export interface Placement {
  readonly preferredCluster: string;
  readonly activeCluster: string;
  readonly transition: Transition | null;
}

/** A command that runs in every matching pod around a recovery point. */
export interface Hook {
  readonly select: StringMap;
  /** null: the pod's first container. */
  readonly container: string | null;
  readonly exec: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
}

/** Replacements for one receiving cluster: what stands there as key is written as the value. */
export interface RenderTarget {
  readonly storageClasses: StringMap;
  readonly ingressClasses: StringMap;
  readonly priorityClasses: StringMap;
  readonly hosts: StringMap;
  readonly images: StringMap;
  readonly cidrs: StringMap;
}

/** A target that is named nothing for: everything stays as it is. */
export const NO_MAPPINGS: RenderTarget = {
  storageClasses: {},
  ingressClasses: {},
  priorityClasses: {},
  hosts: {},
  images: {},
  cidrs: {},
};

/** An object is left out when all given fields match exactly; null matches anything. */
export interface Exclusion {
  /** API group; the empty string is the core group. */
  readonly group: string | null;
  readonly kind: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly matchLabels: StringMap | null;
}

/** One operation of a JSON patch (RFC 6902), with paths as JSON pointers. */
export type RuleOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "copy" | "move"; readonly from: string; readonly path: string };

/** What a rule of `render.rules` does to the objects that it matches. */
export type RuleChange =
  | { readonly type: "patch"; readonly operations: readonly RuleOperation[] }
  /** The value at `path` becomes what the expression gives for `object`; null is the whole object. */
  | { readonly type: "cel"; readonly expression: string; readonly path: string | null };

/** A user's own change of what is written for the standby. */
export interface RenderRule {
  readonly name: string;
  /** Receiving clusters that it is for; empty: all. */
  readonly clusters: readonly string[];
  /** Which objects, like an exclusion. */
  readonly match: Exclusion;
  readonly change: RuleChange;
}

export interface StartupStep {
  readonly kind: string;
  readonly name: string;
  readonly apiVersion: string | null;
  readonly namespace: string | null;
}

export interface ProtectedApplication extends Declared {
  /** `metadata.labels`: what `drover failover --from … --select` chooses by; nothing else reads them. */
  readonly labels: StringMap;
  /** At least one, distinct. */
  readonly policies: readonly string[];
  /** At least one, distinct. */
  readonly namespaces: readonly string[];
  /** At least one label that all objects of the application carry; null: whole namespaces. */
  readonly matchLabels: StringMap | null;
  readonly placement: Placement;
  readonly consistency: { readonly before: readonly Hook[]; readonly after: readonly Hook[] };
  readonly configuration: { readonly owner: "git" | "stork" };
  readonly render: {
    readonly secrets: "sops" | "external" | "omit";
    /** By receiving cluster. */
    readonly targets: ReadonlyMap<string, RenderTarget>;
    /** Digests of the finding `suspicious-capture` that were approved. */
    readonly accept: readonly string[];
    readonly exclude: readonly Exclusion[];
    /** In the order in which they are applied. */
    readonly rules: readonly RenderRule[];
  };
  /** Empty: by dependency. Stopping is the reverse. */
  readonly startup: readonly StartupStep[];
}
