import { asFields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { Strategy } from "./strategy.ts";

const nameLabel = "kubernetes.io/metadata.name";

function labelled(object: KubeObject): KubeObject {
  const { labels, name } = object.metadata;
  if (labels?.[nameLabel] === name) return object;
  return { ...object, metadata: { ...object.metadata, labels: { ...labels, [nameLabel]: name } } };
}

/** Namespaces carry their name as a label, a finalizer that keeps them until they are empty, and a phase. */
export const namespaceStrategy: Strategy = {
  create: (_context, object) => ({
    ...labelled(object),
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  }),
  update: (_context, next, live) => ({
    ...labelled(next),
    spec: live["spec"],
    status: { ...asFields(next["status"]), phase: asFields(live["status"])["phase"] },
  }),
};
