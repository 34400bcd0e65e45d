import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { PrinterColumn, ResourceType } from "../resources/resource-type.ts";
import { age } from "./cell-text.ts";
import { ageColumn, nameColumn } from "./column.ts";
import type { Cell, Column } from "./column.ts";
import { coreColumns } from "./core-columns.ts";
import { groupColumns } from "./group-columns.ts";
import { jsonPath } from "./json-path.ts";
import { podColumns } from "./pod-columns.ts";
import { storageColumns } from "./storage-columns.ts";
import { workloadColumns } from "./workload-columns.ts";

const builtinColumns: Readonly<Record<string, readonly Column[]>> = {
  pods: podColumns,
  ...coreColumns,
  ...storageColumns,
  ...workloadColumns,
  ...groupColumns,
};

function cellOf(value: unknown, type: string, now: number): Cell {
  if (value === undefined || value === null) return null;
  if (type === "date") return age(typeof value === "string" ? value : undefined, now);
  if (type === "integer" || type === "number") return typeof value === "number" ? value : null;
  if (type === "boolean") return typeof value === "boolean" ? value : null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function customColumn(column: PrinterColumn): Column {
  const find = jsonPath(column.jsonPath);
  const description =
    column.description || `Custom resource definition column (in JSONPath format): ${column.jsonPath}`;
  const cell = (object: KubeObject, now: number): Cell => {
    const values = find(object);
    if (values.length > 1 && column.type === "string") return values.map(String).join(" ");
    return cellOf(values[0], column.type, now);
  };
  return { name: column.name, type: column.type, format: column.format, description, priority: column.priority, cell };
}

const known = new WeakMap<ResourceType, readonly Column[]>();

/** The columns that a kind is printed with. */
export function columnsOf(type: ResourceType): readonly Column[] {
  const made = known.get(type);
  if (made !== undefined) return made;
  const columns = makeColumns(type);
  known.set(type, columns);
  return columns;
}

function makeColumns(type: ResourceType): readonly Column[] {
  const { origin } = type;
  if (origin.type === "builtin") return builtinColumns[type.storageKey] ?? [nameColumn, ageColumn];
  if (origin.columns.length === 0) return [nameColumn, ageColumn];
  return [nameColumn, ...origin.columns.map(customColumn)];
}
