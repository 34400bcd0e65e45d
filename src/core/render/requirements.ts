import { asList, asString, at, isFields } from "../model/fields.ts";
import { type KubeObject, refKey, refOf } from "../model/kube-object.ts";
import { compareBytes } from "./byte-order.ts";
import { podReferences } from "./pod-references.ts";
import type { Requirement } from "./render-result.ts";
import { isWorkload } from "./select-objects.ts";

export interface RequirementSources {
  /** Sanitized objects of the base. */
  readonly rendered: readonly KubeObject[];
  /** Captured Secrets that the standby must provide. */
  readonly secrets: readonly KubeObject[];
  /** `<namespace>/<name>` of Secrets that the standby's platform generates by itself. */
  readonly generatedSecrets: ReadonlySet<string>;
  /** Captured Routes that lost an inline key. */
  readonly routesWithKeys: readonly KubeObject[];
}

/** What must exist on the standby before the application can start there; sorted, each object once. */
export function findRequirements(sources: RequirementSources): readonly Requirement[] {
  const { rendered, secrets, routesWithKeys } = sources;
  const referenced = referencedSecrets(sources);
  const captured = new Set(secrets.map((secret) => refKey(refOf(secret))));
  const all = [
    ...secrets.map((secret) => secretRequirement(secret, referenced.has(refKey(refOf(secret))))),
    ...[...referenced].filter(([key]) => !captured.has(key)).map(([, requirement]) => requirement),
    ...routesWithKeys.map(routeRequirement),
    ...rendered.filter(isWorkload).flatMap(classRequirements),
  ];
  const unique = new Map(all.map((requirement) => [refKey(requirement), requirement]));
  return [...unique].sort(([a], [b]) => compareBytes(a, b)).map(([, requirement]) => requirement);
}

function secretRequirement(secret: KubeObject, referenced: boolean): Requirement {
  const keys = ["data", "stringData"].flatMap((field) => {
    const values = secret[field];
    return isFields(values) ? Object.keys(values) : [];
  });
  return { ...refOf(secret), type: asString(secret["type"]) ?? "Opaque", keys: sorted(keys), referenced };
}

/** Secrets that pods can't start without, captured or not. */
function referencedSecrets({ rendered, generatedSecrets }: RequirementSources): ReadonlyMap<string, Requirement> {
  const found = new Map<string, Requirement>();
  for (const object of rendered.filter(isWorkload)) {
    const namespace = object.metadata.namespace ?? null;
    for (const [name, keys] of podReferences(object, "required").secrets) {
      if (generatedSecrets.has(`${namespace ?? ""}/${name}`)) continue;
      const ref = { apiVersion: "v1", kind: "Secret", namespace, name };
      const known = found.get(refKey(ref))?.keys ?? [];
      found.set(refKey(ref), { ...ref, type: null, keys: sorted([...known, ...keys]), referenced: true });
    }
  }
  return found;
}

function routeRequirement(route: KubeObject): Requirement {
  const fields = ["key", "certificate", "caCertificate"].filter(
    (field) => at(route, "spec", "tls", field) !== undefined,
  );
  return { ...refOf(route), type: null, keys: sorted(fields.map((field) => `spec.tls.${field}`)), referenced: false };
}

/** Cluster-scoped classes that the pods and their claim templates name. */
function classRequirements(workload: KubeObject): readonly Requirement[] {
  const spec = at(workload, "spec", "template", "spec");
  const priority = asString(at(spec, "priorityClassName")) ?? "";
  const runtime = asString(at(spec, "runtimeClassName")) ?? "";
  const storage = asList(at(workload, "spec", "volumeClaimTemplates")).map(
    (template) => asString(at(template, "spec", "storageClassName")) ?? "",
  );
  return [
    ...(/^(?:system-.*)?$/.test(priority) ? [] : [classRequirement("scheduling.k8s.io/v1", "PriorityClass", priority)]),
    ...(runtime === "" ? [] : [classRequirement("node.k8s.io/v1", "RuntimeClass", runtime)]),
    ...storage.filter((name) => name !== "").map((name) => classRequirement("storage.k8s.io/v1", "StorageClass", name)),
  ];
}

function classRequirement(apiVersion: string, kind: string, name: string): Requirement {
  return { apiVersion, kind, namespace: null, name, type: null, keys: [], referenced: true };
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort(compareBytes);
}
