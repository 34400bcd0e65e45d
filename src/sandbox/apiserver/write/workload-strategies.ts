import { asFields, asString, at } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { templateGeneration } from "../defaulting/computed-defaults.ts";
import { jsonEqual, withMetadata } from "../json-value.ts";
import type { Strategy } from "./strategy.ts";

/** Labels that tie a job to its pods. */
function jobLabels(object: KubeObject): Fields {
  const { uid = "", name } = object.metadata;
  return {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
}

/** A job selects its pods by its own uid, unless its author chose the selector. */
function withJobSelector(object: KubeObject): KubeObject {
  const spec = asFields(object["spec"]);
  if (spec["manualSelector"] === true) return object;
  const labels = jobLabels(object);
  const template = asFields(spec["template"]);
  const metadata = asFields(template["metadata"]);
  const own = { ...asFields(metadata["labels"]), ...labels };
  const ownTemplate = { ...template, metadata: { ...metadata, labels: own } };
  const selector = { matchLabels: { "batch.kubernetes.io/controller-uid": object.metadata.uid } };
  const labelled =
    at(spec, "template", "metadata", "labels") === undefined
      ? withMetadata(object, "labels", { ...labels, ...object.metadata.labels })
      : object;
  return { ...labelled, spec: { ...spec, selector, template: ownTemplate } };
}

export const jobStrategy: Strategy = {
  create: (_context, object) => withJobSelector(object),
  update: (_context, next) => next,
};

/** Counts changes of the template in the annotation that older clients read. */
export const daemonSetStrategy: Strategy = {
  create: (_context, object) => object,
  update: (_context, next, live) => {
    const before = asString(live.metadata.annotations?.[templateGeneration]) ?? "0";
    const changed = !jsonEqual(at(next, "spec", "template"), at(live, "spec", "template"));
    const count = String(Number(before) + (changed ? 1 : 0));
    return withMetadata(next, "annotations", { ...next.metadata.annotations, [templateGeneration]: count });
  },
};

/** A new node is not ready yet (the admission plugin TaintNodesByCondition). */
export const nodeStrategy: Strategy = {
  create: (_context, object) => {
    const spec = asFields(object["spec"]);
    const taint = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };
    const own = Array.isArray(spec["taints"]) ? spec["taints"] : [];
    return { ...object, spec: { ...spec, taints: [...own, taint] } };
  },
  update: (_context, next) => next,
};
