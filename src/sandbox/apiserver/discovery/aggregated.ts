import type { Fields } from "../../../core/model/fields.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { ServedGroup, ServedVersion } from "./groups.ts";
import { kindOfSubresource, subresourceVerbs } from "./subresources.ts";

export const aggregatedContentType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

function optionalList(name: string, list: readonly string[]): Fields {
  return list.length === 0 ? {} : { [name]: list };
}

function resource(type: ResourceType): Fields {
  const subresources = [...type.subresources].toSorted().map((name) => ({
    subresource: name,
    responseKind: kindOfSubresource(type, name),
    verbs: subresourceVerbs,
  }));
  return {
    resource: type.resource,
    responseKind: { group: "", version: "", kind: type.kind },
    scope: type.namespaced ? "Namespaced" : "Cluster",
    singularResource: type.singular,
    verbs: type.verbs,
    ...optionalList("shortNames", type.shortNames),
    ...optionalList("categories", type.categories),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

function version(served: ServedVersion): Fields {
  return { version: served.version, resources: served.resources.map(resource), freshness: "Current" };
}

/** Everything that the given groups serve, in one document (`apidiscovery.k8s.io/v2`). */
export function aggregatedDiscovery(groups: readonly ServedGroup[]): Fields {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: group === "" ? {} : { name: group },
      versions: versions.map(version),
    })),
  };
}

/** Whether a client asks for the aggregated form. */
export function asksForAggregation(accept: string | undefined): boolean {
  return (accept ?? "").split(",").some((entry) => {
    const parts = entry.split(";").map((part) => part.trim());
    return parts.includes("as=APIGroupDiscoveryList") && parts.includes("v=v2");
  });
}
