import { asFields, asList, asString, at, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { duplicateValue, forbiddenField, invalidValue, notSupported, required } from "../api-error.ts";
import type { StatusCause } from "../api-error.ts";
import { isEmptyMap, jsonEqual, withoutKeys } from "../json-value.ts";
import { labelCauses } from "./label-syntax.ts";
import type { Rule } from "./rule.ts";

function containerCauses(containers: unknown, field: string): readonly StatusCause[] {
  const list = asList(containers).map(asFields);
  const names = list.map((container) => asString(container["name"]) ?? "");
  return list.flatMap((container, index) => {
    const place = `${field}[${index}]`;
    const name = names[index] ?? "";
    return [
      ...(name === "" ? [required(`${place}.name`)] : []),
      ...(name !== "" && names.indexOf(name) < index ? [duplicateValue(`${place}.name`, name)] : []),
      ...(container["image"] === undefined || container["image"] === "" ? [required(`${place}.image`)] : []),
    ];
  });
}

/** Mounts have to name a volume of the pod, or a claim template of its stateful set. */
function mountCauses(spec: Fields, field: string, templates: unknown = []): readonly StatusCause[] {
  const claimed = asList(templates).map((template) => at(template, "metadata", "name"));
  const volumes = new Set([...asList(spec["volumes"]).map((volume) => asFields(volume)["name"]), ...claimed]);
  return asList(spec["containers"]).flatMap((container, index) =>
    asList(at(container, "volumeMounts")).flatMap((mount, position) => {
      const name = asString(at(mount, "name")) ?? "";
      const known = volumes.has(name);
      const place = `${field}.containers[${index}].volumeMounts[${position}].name`;
      return known
        ? []
        : [{ reason: "FieldValueNotFound", message: `Not found: ${JSON.stringify(name)}`, field: place }];
    }),
  );
}

/** What every pod spec has to have. */
function podSpecCauses(spec: Fields, field: string): readonly StatusCause[] {
  if (asList(spec["containers"]).length === 0) return [required(`${field}.containers`)];
  return [
    ...containerCauses(spec["initContainers"], `${field}.initContainers`),
    ...containerCauses(spec["containers"], `${field}.containers`),
  ];
}

/** Whether a label selector object selects the given labels. */
function selects(selector: unknown, labels: unknown): boolean {
  const { matchLabels, matchExpressions } = asFields(selector);
  const exact = Object.entries(asFields(matchLabels)).every(([key, value]) => asFields(labels)[key] === value);
  return exact && asList(matchExpressions).every((expression) => fits(asFields(expression), asFields(labels)));
}

function fits({ key, operator, values }: Fields, labels: Fields): boolean {
  const value = labels[String(key)];
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  return (value !== undefined && asList(values).includes(value)) === (operator === "In");
}

function isSelectorEmpty(selector: unknown): boolean {
  const { matchLabels, matchExpressions } = asFields(selector);
  return (matchLabels === undefined || isEmptyMap(matchLabels)) && asList(matchExpressions).length === 0;
}

function templateCauses(spec: Fields): readonly StatusCause[] {
  const pod = asFields(at(spec, "template", "spec"));
  const labels = at(spec, "template", "metadata", "labels");
  const mismatch = selects(spec["selector"], labels) && isFields(spec["selector"]);
  return [
    ...(mismatch
      ? []
      : [invalidValue("spec.template.metadata.labels", labels ?? null, "`selector` does not match template `labels`")]),
    ...labelCauses(labels, "spec.template.labels"),
    ...podSpecCauses(pod, "spec.template.spec"),
    ...mountCauses(pod, "spec.template.spec", spec["volumeClaimTemplates"]),
  ];
}

function selectorCauses(spec: Fields): readonly StatusCause[] {
  if (spec["selector"] === undefined) return [required("spec.selector")];
  return isSelectorEmpty(spec["selector"])
    ? [invalidValue("spec.selector", spec["selector"], "empty selector is invalid for deployment")]
    : [];
}

function negativeReplicas(spec: Fields): readonly StatusCause[] {
  const replicas = spec["replicas"];
  if (typeof replicas !== "number" || replicas >= 0) return [];
  return [invalidValue("spec.replicas", replicas, "must be greater than or equal to 0")];
}

function alwaysRestarts(spec: Fields): readonly StatusCause[] {
  const policy = at(spec, "template", "spec", "restartPolicy");
  return policy === "Always" ? [] : [notSupported("spec.template.spec.restartPolicy", policy, ["Always"])];
}

/** A deployment, replica set, daemon set or stateful set, without what can't change. */
function workloadCauses(spec: Fields): readonly StatusCause[] {
  return [...negativeReplicas(spec), ...selectorCauses(spec), ...templateCauses(spec), ...alwaysRestarts(spec)];
}

function immutableSelector(object: KubeObject, live: KubeObject | null): readonly StatusCause[] {
  const selector = at(object, "spec", "selector");
  if (live === null || jsonEqual(selector, at(live, "spec", "selector"))) return [];
  return [invalidValue("spec.selector", selector ?? null, "field is immutable")];
}

export const workloadRule: Rule = (object, live) => [
  ...workloadCauses(asFields(object["spec"])),
  ...immutableSelector(object, live),
];

const changeable = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

export const statefulSetRule: Rule = (object, live) => {
  const spec = asFields(object["spec"]);
  const fixed = (one: KubeObject): unknown => withoutKeys(asFields(one["spec"]), ...changeable);
  if (live === null || jsonEqual(fixed(object), fixed(live))) return workloadCauses(spec);
  const names = changeable.map((name) => `'${name}'`);
  const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return [
    ...workloadCauses(spec),
    forbiddenField("spec", `updates to statefulset spec for fields other than ${list} are forbidden`),
  ];
};

const jobPolicies = ["OnFailure", "Never"];

function jobTemplateCauses(spec: Fields, field: string): readonly StatusCause[] {
  const pod = asFields(at(spec, "template", "spec"));
  const policy = pod["restartPolicy"];
  const restarts = jobPolicies.includes(String(policy))
    ? []
    : [notSupported(`${field}.template.spec.restartPolicy`, policy, jobPolicies)];
  const place = `${field}.template.spec`;
  return [...podSpecCauses(pod, place), ...mountCauses(pod, place), ...restarts];
}

export const jobRule: Rule = (object, live) => {
  const spec = asFields(object["spec"]);
  const template = at(live, "spec", "template");
  const changed = live !== null && at(live, "spec", "suspend") !== true && !jsonEqual(spec["template"], template);
  return [
    ...jobTemplateCauses(spec, "spec"),
    ...immutableSelector(object, live),
    ...(changed ? [invalidValue("spec.template", spec["template"] ?? null, "field is immutable")] : []),
  ];
};

export const cronJobRule: Rule = (object) => {
  const spec = asFields(object["spec"]);
  return [
    ...(asString(spec["schedule"]) ? [] : [required("spec.schedule")]),
    ...jobTemplateCauses(asFields(at(spec, "jobTemplate", "spec")), "spec.jobTemplate.spec"),
  ];
};

/** The parts of a pod spec that may change after creation. */
function comparablePod(spec: Fields): Fields {
  const images = (containers: unknown): unknown => asList(containers).map((one) => withoutKeys(asFields(one), "image"));
  return {
    ...withoutKeys(spec, "activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"),
    containers: images(spec["containers"]),
    initContainers: images(spec["initContainers"]),
  };
}

const podFields =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

export const podRule: Rule = (object, live) => {
  const spec = asFields(object["spec"]);
  if (live === null) return [...podSpecCauses(spec, "spec"), ...mountCauses(spec, "spec")];
  const same = jsonEqual(comparablePod(spec), comparablePod(asFields(live["spec"])));
  return same ? [] : [forbiddenField("spec", podFields)];
};
