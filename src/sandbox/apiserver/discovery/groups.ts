import type { ResourceRegistry } from "../resources/registry.ts";
import type { ResourceType } from "../resources/resource-type.ts";

/** The resources of one group in one version. */
export interface ServedVersion {
  readonly group: string;
  readonly version: string;
  readonly resources: readonly ResourceType[];
}

/** One API group with its versions, the preferred one first. */
export interface ServedGroup {
  readonly group: string;
  readonly versions: readonly ServedVersion[];
}

/** How mature a version is by its name: `v1` before `v1beta2` before `v1alpha1`, everything else last. */
function maturity(version: string): readonly [number, number, number] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (match === null) return [0, 0, 0];
  const [, major = "0", stage, minor = "0"] = match;
  const rank = stage === undefined ? 3 : stage === "beta" ? 2 : 1;
  return [rank, Number(major), Number(minor)];
}

/** Orders versions the way Kubernetes prefers them. */
function byPreference(left: ServedVersion, right: ServedVersion): number {
  const [a, b] = [maturity(left.version), maturity(right.version)];
  const index = a.findIndex((part, position) => part !== b[position]);
  return index < 0 ? 0 : (b[index] ?? 0) - (a[index] ?? 0);
}

const known = new WeakMap<ResourceRegistry, readonly ServedGroup[]>();

/** All groups that serve something, those of Kubernetes first. */
export function servedGroups(registry: ResourceRegistry): readonly ServedGroup[] {
  const made = known.get(registry);
  if (made !== undefined) return made;
  const groups = new Map<string, Map<string, ResourceType[]>>();
  for (const type of registry.all) {
    const versions = groups.get(type.group) ?? new Map<string, ResourceType[]>();
    groups.set(type.group, versions);
    versions.set(type.version, [...(versions.get(type.version) ?? []), type]);
  }
  const result = [...groups].map(([group, versions]) => ({
    group,
    versions: [...versions].map(([version, resources]) => ({ group, version, resources })).toSorted(byPreference),
  }));
  known.set(registry, result);
  return result;
}

/** The resources of a group version; undefined when it is not served. */
export function servedVersion(registry: ResourceRegistry, group: string, version: string): ServedVersion | undefined {
  return servedGroups(registry)
    .find((served) => served.group === group)
    ?.versions.find((served) => served.version === version);
}
