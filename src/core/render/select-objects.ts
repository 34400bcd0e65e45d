import { type KubeObject, refKey, refOf } from "../model/kube-object.ts";
import { hasLabels } from "./label-selector.ts";
import { type Link, linkOf, linkTo, needsOf, pointsAt } from "./object-links.ts";
import { podLabelsOf, podTemplateOf } from "./pod-spec.ts";
import { claimsOf } from "./pod-references.ts";

/**
 * Keys of the objects that `selector.matchLabels` protects: those that carry the labels, what they can't do without
 * (configuration, accounts, claims, owners), and what points at them (Services, Routes, bindings, autoscalers, budgets,
 * network policies). What those need is taken as well, until nothing is added. Null protects everything.
 */
export function selectObjects(
  objects: readonly KubeObject[],
  selector: Readonly<Record<string, string>> | null,
): ReadonlySet<string> | null {
  if (selector === null) return null;
  const byNamespace = Map.groupBy(objects, (object) => object.metadata.namespace ?? "");
  const claims = claimNamesByNamespace(objects);
  const keys = new Set<string>();
  for (const [namespace, members] of byNamespace) {
    for (const object of closureOf(members, selector, claims.get(namespace) ?? [])) keys.add(refKey(refOf(object)));
  }
  return keys;
}

/** The closure in one namespace: names and selectors reach no further. */
function closureOf(
  members: readonly KubeObject[],
  selector: Readonly<Record<string, string>>,
  claims: readonly string[],
): ReadonlySet<KubeObject> {
  const byLink = new Map(members.map((object) => [linkOf(object), object]));
  const chosen = new Set<KubeObject>();
  const links = new Set<Link>();
  const pods: Readonly<Record<string, string>>[] = [];
  const services: Readonly<Record<string, string>>[] = [];
  const take = (object: KubeObject): void => {
    if (chosen.has(object)) return;
    chosen.add(object);
    links.add(linkOf(object));
    if (podTemplateOf(object) !== null) pods.push(podLabelsOf(object));
    if (object.kind === "Service") services.push(object.metadata.labels ?? {});
    const named = claimsOf(object, claims).map((name) => linkTo("", "PersistentVolumeClaim", name));
    for (const link of [...needsOf(object), ...named]) {
      links.add(link); // also what is not there: what makes it may be
      const needed = byLink.get(link);
      if (needed !== undefined) take(needed);
    }
  };
  for (const object of members) if (hasLabels(object.metadata.labels ?? {}, selector)) take(object);
  for (let before = -1; before !== chosen.size;) {
    before = chosen.size;
    for (const object of members) if (!chosen.has(object) && pointsAt(object, { links, pods, services })) take(object);
  }
  return chosen;
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
