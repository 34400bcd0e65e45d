import assert from "node:assert/strict";
import { test } from "node:test";
import { mapScalars } from "../../../src/core/sops/walk-scalars.ts";

/** Type, text and path of each scalar, in the order of the walk. */
function scalarsOf(object: Readonly<Record<string, unknown>>): readonly (readonly [string, string, string, boolean])[] {
  const found: (readonly [string, string, string, boolean])[] = [];
  mapScalars(object, "^data$", ({ type, text, path, selected }, value) => {
    found.push([type, text, path, selected]);
    return value;
  });
  return found;
}

const TEXTS: readonly (readonly [unknown, string, string])[] = [
  ["", "str", ""],
  ["ü", "str", "ü"],
  [true, "bool", "True"],
  [false, "bool", "False"],
  [0, "int", "0"],
  [-0, "int", "0"],
  [1e21, "int", "1000000000000000000000"],
  [9007199254740993n, "int", "9007199254740993"],
  [1.5, "float", "1.5"],
  [1e-7, "float", "0.0000001"],
  [-1.25e-9, "float", "-0.00000000125"],
];

for (const [value, type, text] of TEXTS) {
  test(`${String(value)} is hashed as ${type} ${JSON.stringify(text)}, as sops does`, () => {
    assert.deepEqual(scalarsOf({ data: { key: value } }), [[type, text, "data:key:", true]]);
  });
}

test("nulls count for nothing, a list's positions are no part of the path, any element selects", () => {
  const object = {
    kind: "Secret",
    apiVersion: "v1",
    metadata: { labels: { data: "x", a: "y" }, name: "db" },
    data: { list: ["a", ["b"], { deep: "c", none: null }], none: null },
    above: "z",
  };
  assert.deepEqual(scalarsOf(object), [
    ["str", "v1", "apiVersion:", false],
    ["str", "Secret", "kind:", false],
    ["str", "db", "metadata:name:", false],
    ["str", "y", "metadata:labels:a:", false],
    ["str", "x", "metadata:labels:data:", true],
    ["str", "z", "above:", false],
    ["str", "a", "data:list:", true],
    ["str", "b", "data:list:", true],
    ["str", "c", "data:list:deep:", true],
  ]);
});
