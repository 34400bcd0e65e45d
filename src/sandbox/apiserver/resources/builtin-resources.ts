import { readFileSync } from "node:fs";

import { asFields, asList, asString } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { lazy } from "../lazy.ts";
import { builtinSchema } from "../schema/builtin-schemas.ts";
import { granularAny } from "../schema/schema-node.ts";
import { storageKeyOf } from "./resource-type.ts";
import type { ResourceType } from "./resource-type.ts";

const data = lazy((): Fields => {
  return asFields(JSON.parse(readFileSync(new URL("../openapi/resources.json", import.meta.url), "utf8")));
});

function strings(value: unknown): readonly string[] {
  return asList(value).filter((entry): entry is string => typeof entry === "string");
}

function builtin(entry: Fields): ResourceType {
  const text = (key: string): string => asString(entry[key]) ?? "";
  const definition = text("definition");
  return {
    group: text("group"),
    version: text("version"),
    resource: text("resource"),
    singular: text("singular"),
    kind: text("kind"),
    listKind: `${text("kind")}List`,
    namespaced: entry["namespaced"] === true,
    shortNames: strings(entry["shortNames"]),
    categories: strings(entry["categories"]),
    verbs: strings(entry["verbs"]),
    subresources: new Set(strings(entry["subresources"])),
    storageKey: storageKeyOf(text("group"), text("resource")),
    schema: lazy(() => builtinSchema(definition) ?? granularAny),
    origin: { type: "builtin", definition },
  };
}

/** The resources of Kubernetes that are served, in the order of its discovery documents. */
export const builtinResources = lazy((): readonly ResourceType[] =>
  asList(data()["resources"]).map((entry) => builtin(asFields(entry))),
);

/** The Kubernetes version whose API is served, such as `v1.36.3`. */
export function kubernetesVersion(): string {
  return asString(data()["kubernetesVersion"]) ?? "v0.0.0";
}
