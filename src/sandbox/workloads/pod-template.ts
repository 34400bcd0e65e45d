import { asFields, asList, asString, asStringMap, at, type Fields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { controllerReference } from "./kinds.ts";

/** Letters and digits that can't form words, as Kubernetes uses in generated names. */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** A short stable name for content: the same content has the same one. Ten characters. */
export function contentHash(content: unknown): string {
  const text = JSON.stringify(content) ?? "";
  let name = "";
  for (const salt of [1, 2]) {
    let hash = fnv(text, salt);
    for (let i = 0; i < 5; i += 1) {
      name += ALPHABET.charAt(hash % ALPHABET.length);
      hash = Math.floor(hash / ALPHABET.length);
    }
  }
  return name;
}

/** FNV-1a, 32 bits. */
function fnv(text: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export function generatedSuffix(random: () => number): string {
  return Array.from({ length: 5 }, () => ALPHABET.charAt(Math.floor(random() * ALPHABET.length))).join("");
}

export interface PodIdentity {
  readonly name: string;
  /** Added to the template's labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Merged into the template's pod spec. */
  readonly spec: Fields;
}

/** The pod that a workload's template describes. */
export function podFrom(owner: KubeObject, template: unknown, { name, labels, spec }: PodIdentity): KubeObject {
  const annotations = asStringMap(at(template, "metadata", "annotations"));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      labels: { ...asStringMap(at(template, "metadata", "labels")), ...labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: { ...asFields(at(template, "spec")), ...spec },
  };
}

export function phaseOf(pod: KubeObject): string {
  return asString(at(pod, "status", "phase")) ?? "Pending";
}

export function isReady(pod: KubeObject): boolean {
  return asList(at(pod, "status", "conditions")).some(
    (condition) => at(condition, "type") === "Ready" && at(condition, "status") === "True",
  );
}

export function isFinished(pod: KubeObject): boolean {
  return phaseOf(pod) === "Succeeded" || phaseOf(pod) === "Failed";
}
