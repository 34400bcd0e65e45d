import { type KubeObject, groupOf, refKey, refOf } from "../model/kube-object.ts";
import { claimsOf, podReferences } from "./pod-references.ts";

/**
 * Keys of the objects that `selector.matchLabels` protects: those that carry the labels, and what the selected workloads
 * can't start without: ConfigMaps, Secrets, ServiceAccounts and claims that their pods name. Null protects everything.
 */
export function selectObjects(
  objects: readonly KubeObject[],
  selector: Readonly<Record<string, string>> | null,
): ReadonlySet<string> | null {
  if (selector === null) return null;
  const matching = objects.filter((object) => matches(object, selector));
  const claims = claimNamesByNamespace(objects);
  const keys = new Set(matching.map((object) => refKey(refOf(object))));
  for (const object of matching.filter(isWorkload)) {
    const namespace = object.metadata.namespace ?? null;
    const all = podReferences(object, "all");
    const add = (kind: string, names: Iterable<string>): void => {
      for (const name of names) keys.add(refKey({ apiVersion: "v1", kind, namespace, name }));
    };
    add("ConfigMap", all.configMaps);
    add("Secret", all.secrets.keys());
    add("ServiceAccount", all.serviceAccounts);
    add("PersistentVolumeClaim", claimsOf(object, claims.get(namespace ?? "") ?? []));
  }
  return keys;
}

function matches(object: KubeObject, selector: Readonly<Record<string, string>>): boolean {
  const labels = object.metadata.labels ?? {};
  return Object.entries(selector).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** Kinds with a pod template that the renderer brings to zero. */
export function isWorkload(object: KubeObject): boolean {
  return groupOf(object.apiVersion) === "apps" && (object.kind === "Deployment" || object.kind === "StatefulSet");
}

/** Names of the claims in each namespace. */
export function claimNamesByNamespace(objects: readonly KubeObject[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { apiVersion, kind, metadata } of objects) {
    if (apiVersion !== "v1" || kind !== "PersistentVolumeClaim") continue;
    const known = names.get(metadata.namespace ?? "") ?? [];
    known.push(metadata.name);
    names.set(metadata.namespace ?? "", known);
  }
  return names;
}
