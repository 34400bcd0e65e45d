import { asFields, asList, asString } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { invalidValue, required } from "../api-error.ts";
import type { StatusCause } from "../api-error.ts";
import { labelCauses, qualifiedNameProblem } from "./label-syntax.ts";

/** All annotations of an object together, in characters. */
const maximumAnnotations = 256 * 1024;

const serverFinalizers: ReadonlySet<string> = new Set(["orphan", "foregroundDeletion", "kubernetes"]);

function annotationCauses(annotations: unknown): readonly StatusCause[] {
  const entries = Object.entries(asFields(annotations));
  const names = entries.flatMap(([key]) => {
    const problem = qualifiedNameProblem(key.toLowerCase());
    return problem === null ? [] : [invalidValue("metadata.annotations", key, problem)];
  });
  const size = entries.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  if (size <= maximumAnnotations) return names;
  const message = `Too long: may not be more than ${maximumAnnotations} bytes`;
  return [...names, { reason: "FieldValueTooLong", message, field: "metadata.annotations" }];
}

function finalizerCauses(finalizers: unknown): readonly StatusCause[] {
  return asList(finalizers).flatMap((finalizer, index) => {
    const name = asString(finalizer) ?? "";
    if (serverFinalizers.has(name)) return [];
    const problem = qualifiedNameProblem(name);
    return problem === null ? [] : [invalidValue(`metadata.finalizers[${index}]`, name, problem)];
  });
}

function ownerCauses(owners: unknown): readonly StatusCause[] {
  return asList(owners).flatMap((owner, index) =>
    ["apiVersion", "kind", "name", "uid"]
      .filter((key) => !asFields(owner)[key])
      .map((key) => ({
        ...required(""),
        reason: "FieldValueInvalid",
        message: `Invalid value: "": must not be empty`,
        field: `metadata.ownerReferences[${index}].${key}`,
      })),
  );
}

/** Finalizers can't be added any more once an object is being deleted. */
function addedFinalizers(object: KubeObject, live: KubeObject | null): readonly StatusCause[] {
  if (live?.metadata.deletionTimestamp === undefined) return [];
  const before = new Set(live.metadata.finalizers ?? []);
  const added = (object.metadata.finalizers ?? []).filter((name) => !before.has(name));
  if (added.length === 0) return [];
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(", ")}}`;
  const cause = { reason: "FieldValueForbidden", message, field: "metadata.finalizers" };
  // Both checks of metadata in Kubernetes find it.
  return [cause, cause];
}

/** What is wrong with the metadata that a client may write. */
export function metadataCauses(object: KubeObject, live: KubeObject | null): readonly StatusCause[] {
  const { metadata } = object;
  return [
    ...labelCauses(metadata.labels, "metadata.labels"),
    ...annotationCauses(metadata.annotations),
    ...finalizerCauses(metadata.finalizers),
    ...ownerCauses(metadata.ownerReferences),
    ...addedFinalizers(object, live),
  ];
}
