import { readFileSync } from "node:fs";

import { asFields, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { deepFreeze } from "../json-value.ts";
import { lazy } from "../lazy.ts";
import { compileSchema } from "./compile.ts";
import { atomicAny, granularAny } from "./schema-node.ts";
import type { SchemaNode } from "./schema-node.ts";

/** Published definitions of the built-in kinds by name, read at the first use. */
export const builtinDefinitions = lazy((): Fields => {
  const text = readFileSync(new URL("../openapi/definitions.json", import.meta.url), "utf8");
  return deepFreeze(asFields(JSON.parse(text)));
});

const compiled = new Map<string, SchemaNode>();

/** An object without properties of its own (RawExtension, a subresource that is only switched on) is one opaque value. */
function isOpaque(raw: Fields): boolean {
  return raw["type"] === "object" && raw["properties"] === undefined && raw["additionalProperties"] === undefined;
}

/** The compiled schema of a published definition; null when there is none of that name. */
export function builtinSchema(definition: string): SchemaNode | null {
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const raw = builtinDefinitions()[definition];
  if (!isFields(raw)) return null;
  const node = isOpaque(raw) ? { ...atomicAny, raw, definition } : compileSchema(raw, builtinSchema, definition);
  compiled.set(definition, node);
  return node;
}

/** The schema of every object's metadata. */
export const metadataSchema = lazy(
  (): SchemaNode => builtinSchema("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta") ?? granularAny,
);
