import { type Fields, asFields, asStringMap, at } from "../model/fields.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";

/** Where each kind keeps the template of its pods. */
const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ["apps|Deployment", ["spec", "template"]],
  ["apps|StatefulSet", ["spec", "template"]],
  ["apps|DaemonSet", ["spec", "template"]],
  ["apps|ReplicaSet", ["spec", "template"]],
  ["|ReplicationController", ["spec", "template"]],
  ["apps.openshift.io|DeploymentConfig", ["spec", "template"]],
  ["argoproj.io|Rollout", ["spec", "template"]],
  ["serving.knative.dev|Service", ["spec", "template"]],
  ["batch|Job", ["spec", "template"]],
  ["batch|CronJob", ["spec", "jobTemplate", "spec", "template"]],
  ["kubevirt.io|VirtualMachine", ["spec", "template"]],
  ["|Pod", []],
]);

/** The template of an object's pods, or the pod itself; null for a kind that makes none. */
export function podTemplateOf(object: KubeObject): Fields | null {
  const path = TEMPLATES.get(`${groupOf(object.apiVersion)}|${object.kind}`);
  return path === undefined ? null : asFields(at(object, ...path));
}

/** Labels that an object's pods carry. */
export function podLabelsOf(object: KubeObject): Readonly<Record<string, string>> {
  return asStringMap(at(podTemplateOf(object), "metadata", "labels"));
}
