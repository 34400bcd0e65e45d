import type { Fields } from "../../../core/model/fields.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { ServedGroup, ServedVersion } from "./groups.ts";
import { subresourceVerbs } from "./subresources.ts";

function groupVersion({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === "" ? version : `${group}/${version}`;
}

/** `/api`: the versions of the core group. */
export function coreVersions(): Fields {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "127.0.0.1" }],
  };
}

function groupEntry({ group, versions }: ServedGroup): Fields {
  const entries = versions.map((served) => ({ groupVersion: groupVersion(served), version: served.version }));
  return { name: group, versions: entries, preferredVersion: entries[0] };
}

/** `/apis`: all groups but the core one. */
export function groupList(groups: readonly ServedGroup[]): Fields {
  const named = groups.filter(({ group }) => group !== "");
  return { kind: "APIGroupList", apiVersion: "v1", groups: named.map(groupEntry) };
}

/** `/apis/GROUP`. */
export function groupDocument(served: ServedGroup): Fields {
  return { kind: "APIGroup", apiVersion: "v1", ...groupEntry(served) };
}

function resourceEntries(type: ResourceType): readonly Fields[] {
  const own = {
    name: type.resource,
    singularName: type.singular,
    namespaced: type.namespaced,
    kind: type.kind,
    verbs: type.verbs,
    ...(type.shortNames.length === 0 ? {} : { shortNames: type.shortNames }),
    ...(type.categories.length === 0 ? {} : { categories: type.categories }),
  };
  const below = [...type.subresources].toSorted().map((name) => ({
    name: `${type.resource}/${name}`,
    singularName: "",
    namespaced: type.namespaced,
    ...(name === "scale" ? { group: "autoscaling", version: "v1", kind: "Scale" } : { kind: type.kind }),
    verbs: subresourceVerbs,
  }));
  return [own, ...below];
}

/** `/api/v1` and `/apis/GROUP/VERSION`: the resources of one version. */
export function resourceList(served: ServedVersion): Fields {
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: groupVersion(served),
    resources: served.resources.flatMap(resourceEntries),
  };
}
