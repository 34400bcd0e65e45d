import { asString, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { badRequest } from "./api-error.ts";

export type ObjectPredicate = (object: KubeObject) => boolean;

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

const maximumSelectorLength = 64 * 1024;
const setRequirement = /^([^\s!=,()]+)\s+(in|notin)\s*\(([^()]*)\)$/;
const equalityRequirement = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$/;
const existsRequirement = /^(!?)\s*([^\s!=,()]+)$/;

function valueOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function labelTest(requirement: string): LabelTest {
  const set = setRequirement.exec(requirement);
  if (set !== null) {
    const [, key = "", operator, list = ""] = set;
    const values = new Set(list.split(",").map((value) => value.trim()));
    if (operator === "in") return (labels) => values.has(valueOf(labels, key) ?? "\0");
    return (labels) => !values.has(valueOf(labels, key) ?? "\0");
  }
  const equality = equalityRequirement.exec(requirement);
  if (equality !== null) {
    const [, key = "", operator, value = ""] = equality;
    return operator === "!=" ? (labels) => valueOf(labels, key) !== value : (labels) => valueOf(labels, key) === value;
  }
  const exists = existsRequirement.exec(requirement);
  if (exists === null) throw badRequest(`unable to parse requirement: ${JSON.stringify(requirement)}`);
  const [, negated, key = ""] = exists;
  return negated === "!" ? (labels) => !Object.hasOwn(labels, key) : (labels) => Object.hasOwn(labels, key);
}

/** Splits at commas that are not inside the parentheses of a set requirement. */
function requirements(selector: string): readonly string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

const noLabels: Readonly<Record<string, string>> = {};

/** The predicate of a `labelSelector` parameter; null when everything matches. */
export function parseLabelSelector(selector: string | undefined): ObjectPredicate | null {
  if (selector === undefined || selector === "") return null;
  if (selector.length > maximumSelectorLength) throw badRequest("the label selector is too long");
  const tests = requirements(selector).map(labelTest);
  return (object) => tests.every((test) => test(object.metadata.labels ?? noLabels));
}

/**
 * Fields that can be selected by, beside `metadata.name` and `metadata.namespace` (Kubernetes 1.36, the field label
 * conversions of each kind).
 */
const selectableFields: Readonly<Record<string, readonly string[]>> = {
  pods: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  events: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  secrets: ["type"],
  namespaces: ["status.phase"],
  nodes: ["spec.unschedulable"],
  services: ["spec.clusterIP", "spec.type"],
  "replicasets.apps": ["status.replicas"],
  "jobs.batch": ["status.successful"],
};

/** Where a selectable field is not simply the path of the same name. */
const fieldSources: Readonly<Record<string, readonly string[]>> = {
  source: ["source", "component"],
  "status.successful": ["status", "succeeded"],
};

function fieldValue(object: KubeObject, field: string): string {
  const value = at(object, ...(fieldSources[field] ?? field.split(".")));
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return asString(value) ?? (field === "spec.unschedulable" || field === "spec.hostNetwork" ? "false" : "");
}

/** The resource that a field selector is for: its storage key, and the selectable fields of a custom resource. */
export interface FieldScope {
  readonly storageKey: string;
  readonly selectableFields?: readonly string[];
}

function fieldTest(scope: FieldScope, requirement: string): ObjectPredicate {
  const match = /^([^!=]+)(==|=|!=)(.*)$/.exec(requirement);
  if (match === null) throw badRequest(`invalid field selector: ${JSON.stringify(requirement)}`);
  const [, field = "", operator, value = ""] = match;
  const supported =
    field === "metadata.name" ||
    field === "metadata.namespace" ||
    selectableFields[scope.storageKey]?.includes(field) === true ||
    scope.selectableFields?.includes(field) === true;
  if (!supported) throw badRequest(`field label not supported: ${field}`);
  const wanted = operator !== "!=";
  return (object) => (fieldValue(object, field) === value) === wanted;
}

/** The predicate of a `fieldSelector` parameter; null when everything matches. */
export function parseFieldSelector(selector: string | undefined, scope: FieldScope): ObjectPredicate | null {
  if (selector === undefined || selector === "") return null;
  if (selector.length > maximumSelectorLength) throw badRequest("the field selector is too long");
  const tests = selector
    .split(",")
    .filter((part) => part !== "")
    .map((part) => fieldTest(scope, part));
  return (object) => tests.every((test) => test(object));
}
