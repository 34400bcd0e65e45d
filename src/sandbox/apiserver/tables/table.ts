import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { columnsOf } from "./columns.ts";

/** Which part of the object a row carries (`includeObject`). */
export type RowContent = "None" | "Metadata" | "Object";

function rowObject(object: KubeObject, content: RowContent): unknown {
  if (content === "Object") return object;
  if (content === "None") return undefined;
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

/** One row of a Table: the cells in the order of the columns. `now` (milliseconds) is for ages. */
export function tableRow(
  type: ResourceType,
  object: KubeObject,
  view: { readonly now: number; readonly content: RowContent },
): unknown {
  const cells = columnsOf(type).map((column) => column.cell(object, view.now));
  return { cells, object: rowObject(object, view.content) };
}

/** A Table answer (`meta.k8s.io/v1`), as kubectl asks for when it prints for people. */
export function tableText(type: ResourceType, rows: readonly unknown[], metadata: object): string {
  const columnDefinitions = columnsOf(type).map(({ name, type: cellType, format, description, priority }) => ({
    name,
    type: cellType,
    format,
    description,
    priority,
  }));
  return JSON.stringify({ kind: "Table", apiVersion: "meta.k8s.io/v1", metadata, columnDefinitions, rows });
}
