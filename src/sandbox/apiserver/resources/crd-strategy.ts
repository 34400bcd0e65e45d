import { asFields, asList, at } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { timestamp } from "../api-context.ts";
import type { ApiContext } from "../api-context.ts";
import type { Strategy } from "../write/strategy.ts";

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

/** CustomResourceDefinitions are established with the answer to the write. */
export const crdStrategy: Strategy = {
  create: (context, object) => {
    const spec = asFields(object["spec"]);
    return { ...object, status: established(context, spec, {}) };
  },
  update: (context, next, live) => {
    const spec = asFields(next["spec"]);
    return { ...next, status: established(context, spec, live["status"]) };
  },
};
