import type { Fields } from "../../../core/model/fields.ts";
import type { SchemaNode } from "../schema/schema-node.ts";
import type { StorageKey } from "../store.ts";

/** One resource in one version: what is served at `/apis/GROUP/VERSION/RESOURCE`. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: ReadonlySet<string>;
  readonly storageKey: StorageKey;
  readonly schema: () => SchemaNode;
  readonly origin: Builtin | Custom;
}

/** A kind of Kubernetes itself, with the name of its published definition. */
export interface Builtin {
  readonly type: "builtin";
  readonly definition: string;
}

/** A kind that a CustomResourceDefinition describes. */
export interface Custom {
  readonly type: "custom";
  /** The version's `schema.openAPIV3Schema` as written. */
  readonly openApi: Fields;
  readonly scale: ScalePaths | null;
  readonly columns: readonly PrinterColumn[];
  readonly selectableFields: readonly string[];
}

/** Where the scale subresource reads and writes; paths such as `.spec.replicas`. */
export interface ScalePaths {
  readonly spec: readonly string[];
  readonly status: readonly string[];
  readonly selector: readonly string[] | null;
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  readonly jsonPath: string;
}

export function apiVersionOf(type: Pick<ResourceType, "group" | "version">): string {
  return type.group === "" ? type.version : `${type.group}/${type.version}`;
}

export function storageKeyOf(group: string, resource: string): StorageKey {
  return group === "" ? resource : `${resource}.${group}`;
}
