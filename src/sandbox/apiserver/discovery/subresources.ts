import type { Fields } from "../../../core/model/fields.ts";
import type { ResourceType } from "../resources/resource-type.ts";

export const subresourceVerbs: readonly string[] = ["get", "patch", "update"];

/** The kind that a subresource answers with; empty parts are those of the resource itself. */
export function kindOfSubresource(type: ResourceType, subresource: string): Fields {
  if (subresource === "scale") return { group: "autoscaling", version: "v1", kind: "Scale" };
  return { group: "", version: "", kind: type.kind };
}
