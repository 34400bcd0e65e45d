import type { KubeObject } from "../../../core/model/kube-object.ts";
import { ApiError } from "../api-error.ts";
import { textOf, withoutKeys } from "../json-value.ts";
import { apiVersionOf } from "../resources/resource-type.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { tableRow, tableText } from "../tables/table.ts";
import type { RowContent } from "../tables/table.ts";

/** Metadata of a list answer (`metav1.ListMeta`). */
export interface ListMetadata {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** How objects are written into an answer, as the client's Accept header asks. */
export interface Representation {
  object(object: KubeObject): string;
  list(objects: readonly KubeObject[], metadata: ListMetadata): string;
}

/** What is asked for beside the media type. */
type Form = "Object" | "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList";

interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function mediaTypes(accept: string): readonly MediaType[] {
  return accept.split(",").map((entry) => {
    const [type = "", ...parameters] = entry.split(";").map((part) => part.trim());
    return { type, parameters: new Map(parameters.map((text) => splitParameter(text))) };
  });
}

function splitParameter(text: string): [string, string] {
  const sign = text.indexOf("=");
  return sign < 0 ? [text, ""] : [text.slice(0, sign), text.slice(sign + 1)];
}

function isForm(value: string): value is Form {
  return value === "Table" || value === "PartialObjectMetadata" || value === "PartialObjectMetadataList";
}

function formOf({ type, parameters }: MediaType): Form | null {
  if (type !== "application/json" && type !== "*/*" && type !== "application/*") return null;
  const form = parameters.get("as");
  if (form === undefined) return "Object";
  if (!isForm(form) || parameters.get("g") !== "meta.k8s.io" || parameters.get("v") !== "v1") return null;
  return form;
}

const itemTexts = new WeakMap<KubeObject, string>();

/** Items of built-in lists carry no apiVersion and kind, those of custom resources do; clients have to cope. */
function itemText(type: ResourceType, object: KubeObject): string {
  if (type.origin.type === "custom") return textOf(inVersion(type, object));
  const known = itemTexts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(withoutKeys(object, "apiVersion", "kind"));
  itemTexts.set(object, text);
  return text;
}

/** The object in the version that is asked for; versions of a custom resource differ in their name only. */
export function inVersion(type: ResourceType, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf(type);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

function listText(head: Readonly<Record<string, string>>, metadata: ListMetadata, items: readonly string[]): string {
  return `${JSON.stringify({ ...head, metadata }).slice(0, -1)},"items":[${items.join(",")}]}`;
}

/** Lists of custom resources always carry a continue token, be it empty. */
function plain(type: ResourceType): Representation {
  const always = type.origin.type === "custom" ? { continue: "" } : {};
  const head = { kind: type.listKind, apiVersion: apiVersionOf(type) };
  return {
    object: (object) => textOf(inVersion(type, object)),
    list: (objects, metadata) =>
      listText(
        head,
        { ...always, ...metadata },
        objects.map((object) => itemText(type, object)),
      ),
  };
}

function partial(): Representation {
  const apiVersion = "meta.k8s.io/v1";
  const text = ({ metadata }: KubeObject): string =>
    JSON.stringify({ kind: "PartialObjectMetadata", apiVersion, metadata });
  return {
    object: text,
    list: (objects, metadata) =>
      listText({ kind: "PartialObjectMetadataList", apiVersion }, metadata, objects.map(text)),
  };
}

function table(type: ResourceType, now: number, content: RowContent): Representation {
  const rows = (objects: readonly KubeObject[]): readonly unknown[] =>
    objects.map((object) => tableRow(type, inVersion(type, object), { now, content }));
  return {
    object: (object) => tableText(type, rows([object]), { resourceVersion: object.metadata.resourceVersion ?? "" }),
    list: (objects, metadata) => tableText(type, rows(objects), metadata),
  };
}

function rowContent(query: ReadonlyMap<string, string>): RowContent {
  const wanted = query.get("includeObject");
  return wanted === "None" || wanted === "Object" ? wanted : "Metadata";
}

/** The first representation in the client's order that is served; 406 when there is none. */
export function negotiate(
  type: ResourceType,
  accept: string | undefined,
  view: { readonly query: ReadonlyMap<string, string>; readonly now: number },
): Representation {
  if (accept === undefined || accept === "" || accept === "application/json" || accept === "*/*") return plain(type);
  for (const media of mediaTypes(accept)) {
    const form = formOf(media);
    if (form === "Object") return plain(type);
    if (form === "Table") return table(type, view.now, rowContent(view.query));
    if (form !== null) return partial();
  }
  throw new ApiError(
    "NotAcceptable",
    "only the following media types are accepted: application/json, application/json;as=Table;g=meta.k8s.io;v=v1, application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
  );
}
