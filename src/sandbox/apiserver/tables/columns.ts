import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { age } from "./cell-text.ts";

/** One column of a Table: what is said about it, and how its cell is made. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
  /** `now` in milliseconds. */
  cell(object: KubeObject, now: number): string | number | boolean | null;
}

const nameColumn: Column = {
  name: "Name",
  type: "string",
  format: "name",
  description: "Name must be unique within a namespace.",
  priority: 0,
  cell: (object) => object.metadata.name,
};

const ageColumn: Column = {
  name: "Age",
  type: "string",
  format: "",
  description: "Time since the object was created.",
  priority: 0,
  cell: (object, now) => age(object.metadata.creationTimestamp, now),
};

export function columnsOf(_type: ResourceType): readonly Column[] {
  return [nameColumn, ageColumn];
}
