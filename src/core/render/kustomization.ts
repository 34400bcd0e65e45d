import { emitList, emitMapping } from "./emit-yaml.ts";

/** One operation of a JSON patch (RFC 6902), of the three that the renderer writes. */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** Exactly one object. kustomize reads each field as an anchored regular expression; the writer escapes them. */
export interface PatchTarget {
  /** The empty string is the core group; the file leaves the field out then. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export interface TargetedPatch {
  readonly target: PatchTarget;
  readonly operations: readonly PatchOperation[];
}

/** The part of kustomize's format that a DR branch uses (kustomize 5.4 and later read it). */
export interface Kustomization {
  readonly kind: "Kustomization" | "Component";
  readonly resources: readonly string[];
  readonly components: readonly string[];
  /** Files that kustomize runs a program for. */
  readonly generators?: readonly string[];
  readonly patches: readonly TargetedPatch[];
}

const ORDER = ["apiVersion", "kind", "resources", "components", "generators", "patches"];
export const KUSTOMIZATION_VERSION = "kustomize.config.k8s.io/v1beta1";
export const COMPONENT_VERSION = "kustomize.config.k8s.io/v1alpha1";

/**
 * The text of a `kustomization.yaml`. kustomize refuses a file with nothing but its header, so that an empty one says
 * `resources: []`.
 */
export function emitKustomization(content: Kustomization): string {
  const { kind, resources, components, generators = [], patches } = content;
  const empty = resources.length + components.length + generators.length + patches.length === 0;
  return emitMapping(
    {
      apiVersion: kind === "Component" ? COMPONENT_VERSION : KUSTOMIZATION_VERSION,
      kind,
      ...(resources.length > 0 || empty ? { resources } : {}),
      ...(components.length > 0 ? { components } : {}),
      ...(generators.length > 0 ? { generators } : {}),
      ...(patches.length > 0 ? { patches: patches.map(emitPatch) } : {}),
    },
    ORDER,
  );
}

function emitPatch({ target, operations }: TargetedPatch): Record<string, unknown> {
  const escaped = Object.entries(target)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => [key, quoteMeta(String(value))]);
  return { patch: emitList(operations), target: Object.fromEntries(escaped) };
}

/** Go's `regexp.QuoteMeta`. */
function quoteMeta(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

/** The literal text of a quoted expression; null when it is a real expression, which might match several objects. */
export function unquoteMeta(expression: string): string | null {
  const text = expression.replaceAll(/\\([\\.+*?()|[\]{}^$])/g, "$1");
  return quoteMeta(text) === expression ? text : null;
}
