import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { sanitize } from "./sanitizing.ts";

const CONTROLLER = "kube-controller-manager";

function entry(manager: string, fieldsV1: unknown, subresource?: string): unknown {
  return { manager, operation: "Update", ...(subresource === undefined ? {} : { subresource }), fieldsV1 };
}

function custom(spec: unknown, managedFields: readonly unknown[], metadata: object = {}): KubeObject {
  return {
    apiVersion: "harbour.example.com/v1",
    kind: "Berth",
    metadata: { name: "a", namespace: "shop", managedFields, ...metadata },
    spec,
  };
}

const PERSON = entry("kubectl", { "f:spec": { ".": {}, "f:depth": {}, "f:slot": { ".": {}, "f:name": {} } } });
const SPEC = { depth: 12, slot: { name: "n", index: 4 }, replicas: 3, list: [{ name: "x", shard: 1 }] };

const CASES: readonly (readonly [
  what: string,
  fields: readonly unknown[],
  gone: Partial<typeof SPEC>,
  count: number,
])[] = [
  ["nobody's field stays", [PERSON], {}, 0],
  [
    "a controller's field goes",
    [PERSON, entry(CONTROLLER, { "f:spec": { "f:list": {} } })],
    { list: undefined } as never,
    1,
  ],
  [
    "a nested one goes alone",
    [PERSON, entry(CONTROLLER, { "f:spec": { "f:slot": { "f:index": {} } } })],
    { slot: { name: "n" } } as never,
    1,
  ],
  ["what a person owns as well stays", [PERSON, entry(CONTROLLER, { "f:spec": { "f:depth": {} } })], {}, 0],
  [
    "a count is the standby form's business",
    [PERSON, entry(CONTROLLER, { "f:spec": { "f:replicas": {} } }, "scale")],
    {},
    0,
  ],
  [
    "what was written to the status says nothing",
    [PERSON, entry(CONTROLLER, { "f:spec": { "f:depth": {} } }, "status")],
    {},
    0,
  ],
  [
    "items of lists stay",
    [PERSON, entry(CONTROLLER, { "f:spec": { "f:list": { 'k:{"name":"x"}': { "f:shard": {} } } } })],
    {},
    0,
  ],
  [
    "an object that only controllers own is left to the rules of omission",
    [entry(CONTROLLER, { "f:spec": { "f:depth": {} } })],
    {},
    0,
  ],
  ["flattened ownership decides nothing", [{}], {}, 0],
  ["ownership that was not captured decides nothing", [PERSON, { manager: CONTROLLER, operation: "Update" }], {}, 0],
];

for (const [what, fields, gone, count] of CASES) {
  test(what, () => {
    const { object, rules } = sanitize(custom(SPEC, fields));
    const expected = JSON.parse(JSON.stringify({ ...SPEC, ...gone })) as unknown;
    assert.deepEqual((object as KubeObject)["spec"], expected);
    assert.equal(rules["controller-field"] ?? 0, count);
  });
}

test("annotations go, labels and data stay: a selector or an application may need them", () => {
  const fields = { "f:metadata": { "f:annotations": { "f:x": {} }, "f:labels": { "f:y": {} } }, "f:spec": {} };
  const metadata = { annotations: { x: "1", z: "2" }, labels: { y: "1" } };
  const { object } = sanitize(custom({}, [PERSON, entry(CONTROLLER, fields)], metadata));
  assert.deepEqual((object as KubeObject).metadata, {
    name: "a",
    namespace: "shop",
    annotations: { z: "2" },
    labels: { y: "1" },
  });
});
