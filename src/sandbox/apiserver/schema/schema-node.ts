import type { Fields } from "../../../core/model/fields.ts";

/**
 * One place in an object's schema. Built-in kinds and custom resources are compiled into the same shapes, and every
 * schema-driven part of the server (decoding, pruning, defaults, validation, strategic merge, field ownership) walks
 * these and nothing else.
 */
export type SchemaNode = MapNode | ListNode | ScalarNode | AnyNode;

interface CommonNode {
  /** Name of the published definition, such as `io.k8s.api.core.v1.Container`; null for inlined schemas. */
  readonly definition: string | null;
  /** The OpenAPI schema it was compiled from, for value validations. */
  readonly raw: Fields;
  /** Undefined when there is no default. */
  readonly defaultValue: unknown;
  readonly nullable: boolean;
  /** `x-kubernetes-patch-strategy`: `merge`, `retainKeys`, both or none. */
  readonly patchStrategy: readonly string[];
}

export interface MapNode extends CommonNode {
  readonly shape: "map";
  readonly properties: ReadonlyMap<string, () => SchemaNode>;
  /** Schema of undeclared keys; null when they are not allowed. */
  readonly values: (() => SchemaNode) | null;
  /** `x-kubernetes-map-type: atomic`: one owner for the whole map. */
  readonly atomic: boolean;
  /** `x-kubernetes-embedded-resource`: has its own apiVersion, kind and metadata. */
  readonly embedded: boolean;
}

export interface ListNode extends CommonNode {
  readonly shape: "list";
  readonly items: () => SchemaNode;
  readonly listType: "atomic" | "set" | "map";
  /** Keys of a `map` list, in the order of the schema. */
  readonly keys: readonly string[];
  /** `x-kubernetes-patch-merge-key`, for the strategic merge patch only. */
  readonly mergeKey: string | null;
}

export interface ScalarNode extends CommonNode {
  readonly shape: "scalar";
  /** More than one for quantities and int-or-string. */
  readonly types: readonly ScalarType[];
  readonly format: string | null;
}

export type ScalarType = "string" | "integer" | "number" | "boolean";

/** A place without a schema. */
export interface AnyNode extends CommonNode {
  readonly shape: "any";
  /** Whether maps below it are owned key by key; lists are owned as one. */
  readonly granular: boolean;
}

const noFields: Fields = {};

function anyNode(granular: boolean): AnyNode {
  return {
    shape: "any",
    definition: null,
    raw: noFields,
    defaultValue: undefined,
    nullable: true,
    patchStrategy: [],
    granular,
  };
}

/** Unknown content that is merged key by key (`__untyped_deduced_` in Kubernetes' terms). */
export const granularAny: AnyNode = anyNode(true);
/** Unknown content inside a list, owned as one value (`__untyped_atomic_`). */
export const atomicAny: AnyNode = anyNode(false);

/** The schema of a key below a node; undefined when the schema does not allow that key. */
export function childNode(node: SchemaNode, key: string): SchemaNode | undefined {
  if (node.shape === "any") return node.granular ? granularAny : atomicAny;
  if (node.shape !== "map") return undefined;
  return node.properties.get(key)?.() ?? node.values?.();
}
