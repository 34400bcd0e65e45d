import { asFields, asList, asString, at } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { invalidValue, required } from "../api-error.ts";
import type { StatusCause } from "../api-error.ts";
import { jsonEqual } from "../json-value.ts";
import type { Rule } from "./rule.ts";

const maximumPort = 65_535;

function portCauses(port: unknown, index: number, several: boolean): readonly StatusCause[] {
  const entry = asFields(port);
  const number = entry["port"];
  const field = `spec.ports[${index}]`;
  const valid = typeof number === "number" && number >= 1 && number <= maximumPort;
  return [
    ...(several && !asString(entry["name"]) ? [required(`${field}.name`)] : []),
    ...(valid ? [] : [invalidValue(`${field}.port`, number ?? 0, "must be between 1 and 65535, inclusive")]),
  ];
}

export const serviceRule: Rule = (object, live) => {
  const spec = asFields(object["spec"]);
  const ports = asList(spec["ports"]);
  const needsPorts = spec["type"] !== "ExternalName" && spec["clusterIP"] !== "None";
  const before = at(live, "spec", "clusterIP");
  const moved = before !== undefined && spec["type"] !== "ExternalName" && !jsonEqual(before, spec["clusterIP"]);
  return [
    ...(needsPorts && ports.length === 0 ? [required("spec.ports")] : []),
    ...ports.flatMap((port, index) => portCauses(port, index, ports.length > 1)),
    ...(spec["type"] === "ExternalName" && !asString(spec["externalName"]) ? [required("spec.externalName")] : []),
    ...(moved ? [invalidValue("spec.clusterIPs[0]", spec["clusterIP"], "may not change once set")] : []),
  ];
};

const maximumData = 1024 * 1024;

function dataCauses(object: Fields): readonly StatusCause[] {
  const maps = [object["data"], object["binaryData"]].map(asFields);
  const keys = maps.flatMap((map) => Object.keys(map));
  const wrong = keys.filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key));
  const size = maps.reduce((sum, map) => sum + JSON.stringify(map).length, 0);
  const causes = wrong.map((key) =>
    invalidValue(
      `data[${key}]`,
      key,
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    ),
  );
  if (size <= maximumData) return causes;
  return [
    ...causes,
    { reason: "FieldValueTooLong", message: `Too long: may not be more than ${maximumData} bytes`, field: "" },
  ];
}

/** Config maps and secrets: keys, size, and nothing changes in an immutable one. */
export const dataRule: Rule = (object, live) => {
  const frozen = live?.["immutable"] === true;
  const changed = frozen && ["data", "binaryData", "immutable"].some((key) => !jsonEqual(object[key], live[key]));
  const refusal = {
    reason: "FieldValueForbidden",
    message: "Forbidden: field is immutable when `immutable` is set",
    field: "data",
  };
  return [...dataCauses(object), ...(changed ? [refusal] : [])];
};

/** A secret's type is part of what it is. */
export const secretRule: Rule = (object, live) => [
  ...dataRule(object, live),
  ...(live !== null && live["type"] !== object["type"]
    ? [invalidValue("type", object["type"], "field is immutable")]
    : []),
];

export const roleBindingRule: Rule = (object, live) => {
  const name = asString(at(object, "roleRef", "name"));
  const changed = live !== null && !jsonEqual(object["roleRef"], live["roleRef"]);
  return [
    ...(name ? [] : [required("roleRef.name")]),
    ...(changed ? [invalidValue("roleRef", object["roleRef"], "cannot change roleRef")] : []),
  ];
};

export const ingressRule: Rule = (object) => {
  const spec = asFields(object["spec"]);
  const empty = asList(spec["rules"]).length === 0 && spec["defaultBackend"] === undefined;
  return empty ? [invalidValue("spec", spec, "either `defaultBackend` or `rules` must be specified")] : [];
};

export const leaseRule: Rule = (object) => {
  const seconds = at(object, "spec", "leaseDurationSeconds");
  if (typeof seconds !== "number" || seconds > 0) return [];
  return [invalidValue("spec.leaseDurationSeconds", seconds, "must be greater than 0")];
};

export const autoscalerRule: Rule = (object) => {
  const spec = asFields(object["spec"]);
  const maximum = spec["maxReplicas"];
  const minimum = spec["minReplicas"];
  return [
    ...(typeof maximum === "number" && maximum > 0
      ? []
      : [invalidValue("spec.maxReplicas", maximum ?? 0, "must be greater than 0")]),
    ...(typeof maximum === "number" && typeof minimum === "number" && maximum < minimum
      ? [invalidValue("spec.maxReplicas", maximum, "must be greater than or equal to `minReplicas`")]
      : []),
    ...(asString(at(spec, "scaleTargetRef", "name")) ? [] : [required("spec.scaleTargetRef.name")]),
  ];
};

function versionCauses(versions: readonly unknown[]): readonly StatusCause[] {
  const stored = versions.filter((version) => at(version, "storage") === true).length;
  const schemas = versions.flatMap((version, index) =>
    at(version, "schema", "openAPIV3Schema") === undefined
      ? [required(`spec.versions[${index}].schema.openAPIV3Schema`, "schemas are required")]
      : [],
  );
  if (stored === 1) return schemas;
  return [
    invalidValue("spec.versions", versions.length, "must have exactly one version marked as storage version"),
    ...schemas,
  ];
}

export const definitionRule: Rule = (object) => {
  const spec = asFields(object["spec"]);
  const group = asString(spec["group"]) ?? "";
  const plural = asString(at(spec, "names", "plural")) ?? "";
  const wanted = `${plural}.${group}`;
  const scope = spec["scope"];
  return [
    ...(object.metadata.name === wanted
      ? []
      : [invalidValue("metadata.name", object.metadata.name, `must be spec.names.plural+"."+spec.group`)]),
    ...(group === "" ? [required("spec.group")] : []),
    ...(plural === "" ? [required("spec.names.plural")] : []),
    ...(asString(at(spec, "names", "kind")) ? [] : [required("spec.names.kind")]),
    ...(scope === "Namespaced" || scope === "Cluster" ? [] : [required("spec.scope")]),
    ...versionCauses(asList(spec["versions"])),
  ];
};
