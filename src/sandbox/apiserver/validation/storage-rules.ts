import { asFields, asList, asString, at } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { forbiddenField, required } from "../api-error.ts";
import type { StatusCause } from "../api-error.ts";
import { isEmptyMap, jsonEqual, withoutKeys } from "../json-value.ts";
import type { Rule } from "./rule.ts";

function modesCauses(spec: Fields): readonly StatusCause[] {
  return asList(spec["accessModes"]).length > 0
    ? []
    : [required("spec.accessModes", "at least 1 access mode is required")];
}

/** A claim's spec without what may change: the request of a bound one, and the volume it is being bound to. */
function fixedClaim(spec: Fields, before: Fields): Fields {
  const resources = withoutKeys(asFields(spec["resources"]), "requests");
  const bound = asString(before["volumeName"]) ? [] : ["volumeName"];
  const late = before["storageClassName"] === undefined ? ["storageClassName"] : [];
  return { ...withoutKeys(spec, "volumeAttributesClassName", ...bound, ...late), resources };
}

export const claimRule: Rule = (object, live) => {
  const spec = asFields(object["spec"]);
  if (live === null)
    return [
      ...modesCauses(spec),
      ...(at(spec, "resources", "requests", "storage") === undefined ? [required("spec.resources[storage]")] : []),
    ];
  const before = asFields(live["spec"]);
  if (jsonEqual(fixedClaim(spec, before), fixedClaim(before, before))) return [];
  const why =
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
  return [forbiddenField("spec", why)];
};

const volumeSettings = [
  "accessModes",
  "capacity",
  "claimRef",
  "mountOptions",
  "nodeAffinity",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "volumeAttributesClassName",
  "volumeMode",
];

export const volumeRule: Rule = (object, live) => {
  const spec = asFields(object["spec"]);
  const source = withoutKeys(spec, ...volumeSettings);
  if (live === null)
    return [
      ...(spec["capacity"] === undefined ? [required("spec.capacity")] : []),
      ...modesCauses(spec),
      ...(isEmptyMap(source) ? [required("spec", "must specify a volume type")] : []),
    ];
  if (jsonEqual(source, withoutKeys(asFields(live["spec"]), ...volumeSettings))) return [];
  const field = "spec.persistentvolumesource";
  return [forbiddenField(field, "spec.persistentvolumesource is immutable after creation")];
};

export const storageClassRule: Rule = (object) => (asString(object["provisioner"]) ? [] : [required("provisioner")]);
