import { asFields, asList, asString, at } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { timestamp } from "../api-context.ts";
import type { ApiContext } from "../api-context.ts";
import { withMetadata } from "../json-value.ts";
import { cleanupFinalizer } from "../write/definition-lifecycle.ts";
import type { Strategy } from "../write/strategy.ts";

/** Names with the defaults that the server fills in. */
function completeNames(names: Fields): Fields {
  const kind = asString(names["kind"]) ?? "";
  return { ...names, singular: names["singular"] ?? kind.toLowerCase(), listKind: names["listKind"] ?? `${kind}List` };
}

function completeSpec(spec: Fields): Fields {
  return {
    ...spec,
    names: completeNames(asFields(spec["names"])),
    conversion: spec["conversion"] ?? { strategy: "None" },
  };
}

function condition(
  context: ApiContext,
  known: readonly unknown[],
  entry: { type: string; reason: string; message: string },
): Fields {
  const before = known.map(asFields).find((one) => one["type"] === entry.type && one["status"] === "True");
  return (
    before ?? {
      lastTransitionTime: timestamp(context),
      message: entry.message,
      reason: entry.reason,
      status: "True",
      type: entry.type,
    }
  );
}

/** Names are accepted at once and the kind is served with the answer: there is no controller to wait for. */
function established(context: ApiContext, spec: Fields, before: unknown): Fields {
  const known = asList(at(before, "conditions"));
  const stored = asList(spec["versions"])
    .map(asFields)
    .filter((version) => version["storage"] === true)
    .map((version) => version["name"]);
  const earlier = asList(at(before, "storedVersions"));
  return {
    acceptedNames: spec["names"],
    conditions: [
      condition(context, known, { type: "NamesAccepted", reason: "NoConflicts", message: "no conflicts found" }),
      condition(context, known, {
        type: "Established",
        reason: "InitialNamesAccepted",
        message: "the initial names have been accepted",
      }),
    ],
    storedVersions: [...new Set([...earlier, ...stored])],
  };
}

function withCleanup(object: KubeObject): KubeObject {
  const finalizers = object.metadata.finalizers ?? [];
  return finalizers.includes(cleanupFinalizer)
    ? object
    : withMetadata(object, "finalizers", [...finalizers, cleanupFinalizer]);
}

/** CustomResourceDefinitions are completed, established and guarded until their objects are gone. */
export const crdStrategy: Strategy = {
  create: (context, object) => {
    const spec = completeSpec(asFields(object["spec"]));
    return { ...withCleanup(object), spec, status: established(context, spec, {}) };
  },
  update: (context, next, live) => {
    const spec = completeSpec(asFields(next["spec"]));
    return { ...next, spec, status: established(context, spec, live["status"]) };
  },
};
