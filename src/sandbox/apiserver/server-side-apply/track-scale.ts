import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { WriteRequest } from "../api-context.ts";
import { withMetadata } from "../json-value.ts";
import { apiVersionOf } from "../resources/resource-type.ts";
import { difference, intersection, isEmptySet, singlePath, union } from "./field-set.ts";
import { managerId, readManagers, withSet, writeManagers } from "./managers.ts";
import type { Manager } from "./managers.ts";

/**
 * Ownership after a write through `/scale`: the number of replicas passes to the writer, under the subresource. A scale
 * of zero is written as an absent number in Kubernetes, so that nobody owns it afterwards, and what nobody owns stays
 * so (apimachinery, `scalehandler.go`). The entry carries no time, as a genuine 1.36 writes it.
 *
 * @param path where the number is, such as `spec`, `replicas`.
 */
export function trackScale(
  request: WriteRequest,
  write: { readonly live: KubeObject; readonly path: readonly string[]; readonly replicas: number },
): (object: KubeObject) => KubeObject {
  const known = readManagers(write.live.metadata["managedFields"]) ?? new Map<string, Manager>();
  const place = singlePath(...write.path.map((key) => `f:${key}`));
  const owned = [...known.values()].some((entry) => !isEmptySet(intersection(entry.set, place)));
  const managers = new Map<string, Manager>();
  for (const [id, entry] of known) managers.set(id, withSet(entry, difference(entry.set, place)));
  if (owned && write.replicas > 0) {
    const entry = {
      manager: request.manager,
      operation: "Update",
      apiVersion: apiVersionOf(request.type),
      subresource: "scale",
    } as const;
    const id = managerId(entry);
    const before = managers.get(id)?.set;
    managers.set(id, { ...entry, time: null, set: before === undefined ? place : union(before, place) });
  }
  return (object) => withMetadata(object, "managedFields", writeManagers(managers));
}
