import { asFields, asList, asString, at } from "../model/fields.ts";
import type { KubeObject } from "../model/kube-object.ts";
import { podTemplateOf } from "./pod-spec.ts";

/** What a pod template refers to by name, in the workload's namespace. */
export interface PodReferences {
  readonly configMaps: ReadonlySet<string>;
  /** Secret to the keys that are asked for; an empty list means the whole Secret. */
  readonly secrets: ReadonlyMap<string, ReadonlySet<string>>;
  readonly serviceAccounts: ReadonlySet<string>;
  /** Claims that volumes name; a StatefulSet's templates are not among them. */
  readonly claims: ReadonlySet<string>;
}

interface Reference {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  readonly keys: readonly string[];
  readonly optional: boolean;
}

/** References of the pods that a workload makes. With `required`, those that pods start without are left out. */
export function podReferences(workload: KubeObject, which: "all" | "required"): PodReferences {
  const spec = at(podTemplateOf(workload), "spec");
  const references = [...containerReferences(spec), ...volumeReferences(spec)].filter(
    ({ name, optional }) => name !== "" && (which === "all" || !optional),
  );
  const secrets = new Map<string, Set<string>>();
  for (const { kind, name, keys } of references) {
    if (kind !== "Secret") continue;
    const known = secrets.get(name) ?? new Set<string>();
    for (const key of keys) known.add(key);
    secrets.set(name, known);
  }
  const account = text(spec, "serviceAccountName");
  return {
    configMaps: new Set(references.filter(({ kind }) => kind === "ConfigMap").map(({ name }) => name)),
    secrets,
    serviceAccounts: new Set(account === "" ? [] : [account]),
    claims: new Set(
      asList(at(spec, "volumes"))
        .map((volume) => text(volume, "persistentVolumeClaim", "claimName"))
        .filter((name) => name !== ""),
    ),
  };
}

function containerReferences(spec: unknown): readonly Reference[] {
  const containers = [...asList(at(spec, "containers")), ...asList(at(spec, "initContainers"))];
  return containers.flatMap((container) => [
    ...asList(at(container, "envFrom")).flatMap((source) => [
      reference("ConfigMap", at(source, "configMapRef")),
      reference("Secret", at(source, "secretRef")),
    ]),
    ...asList(at(container, "env")).flatMap((variable) => [
      reference("ConfigMap", at(variable, "valueFrom", "configMapKeyRef")),
      reference("Secret", at(variable, "valueFrom", "secretKeyRef")),
    ]),
  ]);
}

function volumeReferences(spec: unknown): readonly Reference[] {
  const volumes = asList(at(spec, "volumes")).flatMap((volume) => [
    reference("ConfigMap", at(volume, "configMap")),
    reference("Secret", at(volume, "secret"), "secretName"),
    reference("Secret", at(volume, "csi", "nodePublishSecretRef")),
    ...asList(at(volume, "projected", "sources")).flatMap((source) => [
      reference("ConfigMap", at(source, "configMap")),
      reference("Secret", at(source, "secret")),
    ]),
  ]);
  const pulls = asList(at(spec, "imagePullSecrets")).map((pull) => reference("Secret", pull));
  return [...volumes, ...pulls];
}

/** A reference with the keys it asks for: one of an environment variable, or the items of a volume. */
function reference(kind: Reference["kind"], source: unknown, field = "name"): Reference {
  const fields = asFields(source);
  const key = asString(fields["key"]);
  const items = asList(fields["items"]).map((item) => text(item, "key"));
  return {
    kind,
    name: text(source, field),
    keys: [...(key === null ? [] : [key]), ...items.filter((item) => item !== "")],
    optional: fields["optional"] === true,
  };
}

function text(value: unknown, ...path: readonly string[]): string {
  return asString(at(value, ...path)) ?? "";
}

/** Claims of a workload among those that exist: named by its volumes, or made from a StatefulSet's templates. */
export function claimsOf(workload: KubeObject, claimNames: readonly string[]): readonly string[] {
  const named = podReferences(workload, "all").claims;
  const templates = asList(at(workload, "spec", "volumeClaimTemplates")).map((template) =>
    text(template, "metadata", "name"),
  );
  const prefixes = templates.map((template) => `${template}-${workload.metadata.name}-`);
  return claimNames.filter(
    (claim) =>
      named.has(claim) ||
      prefixes.some((prefix) => claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length))),
  );
}
