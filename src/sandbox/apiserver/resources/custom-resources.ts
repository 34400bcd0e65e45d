import { asFields, asList, asNumber, asString, at } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { lazy } from "../lazy.ts";
import { metadataSchema } from "../schema/builtin-schemas.ts";
import { compileSchema } from "../schema/compile.ts";
import type { MapNode, SchemaNode } from "../schema/schema-node.ts";
import { storageKeyOf } from "./resource-type.ts";
import type { PrinterColumn, ResourceType, ScalePaths } from "./resource-type.ts";

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const known = new WeakMap<KubeObject, readonly ResourceType[]>();
const stringNode = (): SchemaNode => compileSchema({ type: "string" }, () => null);

function strings(value: unknown): readonly string[] {
  return asList(value).filter((entry): entry is string => typeof entry === "string");
}

function dotPath(value: unknown): readonly string[] | null {
  const text = asString(value);
  return text === null || text === "" ? null : text.split(".").filter((part) => part !== "");
}

function scaleOf(version: Fields): ScalePaths | null {
  const scale = at(version, "subresources", "scale");
  const spec = dotPath(at(scale, "specReplicasPath"));
  const status = dotPath(at(scale, "statusReplicasPath"));
  return spec === null || status === null ? null : { spec, status, selector: dotPath(at(scale, "labelSelectorPath")) };
}

function columnsOf(version: Fields): readonly PrinterColumn[] {
  return asList(version["additionalPrinterColumns"]).map((entry) => {
    const column = asFields(entry);
    const text = (key: string): string => asString(column[key]) ?? "";
    return {
      name: text("name"),
      type: text("type"),
      format: text("format"),
      description: text("description"),
      priority: asNumber(column["priority"]) ?? 0,
      jsonPath: text("jsonPath"),
    };
  });
}

/** The schema of a whole object: what the definition says, with the metadata that every object has. */
function rootSchema(openApi: Fields): MapNode {
  const node = compileSchema({ ...openApi, type: "object" }, () => null);
  if (node.shape !== "map") throw new TypeError("the schema of a custom resource is an object");
  const properties = new Map(node.properties)
    .set("apiVersion", stringNode)
    .set("kind", stringNode)
    .set("metadata", metadataSchema);
  return { ...node, properties };
}

function subresourcesOf(version: Fields): ReadonlySet<string> {
  const declared = asFields(version["subresources"]);
  return new Set(["status", "scale"].filter((name) => typeof declared[name] === "object" && declared[name] !== null));
}

function versionType(spec: Fields, version: Fields): ResourceType {
  const names = asFields(spec["names"]);
  const group = asString(spec["group"]) ?? "";
  const resource = asString(names["plural"]) ?? "";
  const kind = asString(names["kind"]) ?? "";
  const openApi = asFields(at(version, "schema", "openAPIV3Schema"));
  return {
    group,
    version: asString(version["name"]) ?? "",
    resource,
    singular: asString(names["singular"]) ?? kind.toLowerCase(),
    kind,
    listKind: asString(names["listKind"]) ?? `${kind}List`,
    namespaced: spec["scope"] === "Namespaced",
    shortNames: strings(names["shortNames"]),
    categories: strings(names["categories"]),
    verbs,
    subresources: subresourcesOf(version),
    storageKey: storageKeyOf(group, resource),
    schema: lazy(() => rootSchema(openApi)),
    origin: {
      type: "custom",
      openApi,
      scale: scaleOf(version),
      columns: columnsOf(version),
      selectableFields: asList(version["selectableFields"]).map((field) =>
        (asString(asFields(field)["jsonPath"]) ?? "").replace(/^\./, ""),
      ),
    },
  };
}

/** The resources of one CustomResourceDefinition, one for each served version; the same ones for the same object. */
export function customResources(definition: KubeObject): readonly ResourceType[] {
  const made = known.get(definition);
  if (made !== undefined) return made;
  const spec = asFields(definition["spec"]);
  const types = asList(spec["versions"])
    .map(asFields)
    .filter((version) => version["served"] === true)
    .map((version) => versionType(spec, version));
  known.set(definition, types);
  return types;
}
