import { createHash } from "node:crypto";
import type { KubeObject } from "../../src/core/model/kube-object.ts";
import { corpusNamespace } from "./corpus-objects.ts";

/** Objects of one namespace as somebody creates them, in an order in which they can be created. */
export interface CorpusNamespace {
  readonly name: string;
  readonly objects: readonly KubeObject[];
}

/** Objects in each namespace of the corpus; a fifth of them are Secrets. */
export const OBJECTS_PER_NAMESPACE = 100;

/** The same objects for the same counts, on every machine: names, sizes and values come from a hash of their place. */
export function corpus(objects: number): readonly CorpusNamespace[] {
  const namespaces = Math.max(1, Math.round(objects / OBJECTS_PER_NAMESPACE));
  return Array.from({ length: namespaces }, (_, index) => {
    const name = `bench-${String(index).padStart(4, "0")}`;
    return { name, objects: corpusNamespace(name) };
  });
}

/** The object as an API server lists it: with what the server and its field manager add. */
export function asListed(object: KubeObject, version: number): KubeObject {
  const { name, namespace } = object.metadata;
  const uid = createHash("sha256")
    .update(`${object.kind}/${namespace ?? ""}/${name}`)
    .digest("hex");
  const fields = fieldsOf(object);
  return {
    ...object,
    metadata: {
      ...object.metadata,
      uid: [uid.slice(0, 8), uid.slice(8, 12), uid.slice(12, 16), uid.slice(16, 20), uid.slice(20, 32)].join("-"),
      resourceVersion: String(version),
      creationTimestamp: "2026-11-01T08:00:00Z",
      managedFields: [
        {
          manager: "kubectl-create",
          operation: "Update",
          apiVersion: object.apiVersion,
          time: "2026-11-01T08:00:00Z",
          fieldsType: "FieldsV1",
          fieldsV1: fields,
        },
      ],
    },
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const entries = Object.entries(value).filter(([key]) => key !== "apiVersion" && key !== "kind");
  return Object.fromEntries(entries.map(([key, nested]) => [`f:${key}`, fieldsOf(nested)]));
}
