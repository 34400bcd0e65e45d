import type { KubeObject } from "../../../core/model/kube-object.ts";
import { builtinResources } from "./builtin-resources.ts";
import { customResources } from "./custom-resources.ts";
import type { ResourceType } from "./resource-type.ts";

/** All resources that are served at one moment. */
export interface ResourceRegistry {
  readonly all: readonly ResourceType[];
  find(group: string, version: string, resource: string): ResourceType | undefined;
  /** By kind, for owner references and built-in lookups. */
  findKind(apiVersion: string, kind: string): ResourceType | undefined;
  /** Any version of a stored resource. */
  findStored(storageKey: string): ResourceType | undefined;
}

const registries = new WeakMap<ReadonlyMap<string, KubeObject>, ResourceRegistry>();

function pathKey(group: string, version: string, resource: string): string {
  return `${group}/${version}/${resource}`;
}

function build(definitions: Iterable<KubeObject>): ResourceRegistry {
  const all = [...builtinResources(), ...[...definitions].flatMap(customResources)];
  const byPath = new Map(all.map((type) => [pathKey(type.group, type.version, type.resource), type]));
  const byKind = new Map(all.map((type) => [pathKey(type.group, type.version, type.kind), type]));
  const byStorage = new Map(all.map((type) => [type.storageKey, type]));
  return {
    all,
    find: (group, version, resource) => byPath.get(pathKey(group, version, resource)),
    findKind: (apiVersion, kind) => byKind.get(`${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}/${kind}`),
    findStored: (storageKey) => byStorage.get(storageKey),
  };
}

/** The registry for the CustomResourceDefinitions that are stored; made once for each state of their table. */
export function registryOf(definitions: ReadonlyMap<string, KubeObject>): ResourceRegistry {
  const known = registries.get(definitions);
  if (known !== undefined) return known;
  const registry = build(definitions.values());
  registries.set(definitions, registry);
  return registry;
}
