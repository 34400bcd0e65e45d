import { mediaTypes, tableOf } from "../scenario.ts";
import type { Scenario, Step } from "../scenario.ts";

const { apply, merge, strategic } = mediaTypes;
const group = "NS.example.com";
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const widgets = `/apis/${group}/v1/namespaces/NS/widgets`;

const specSchema = {
  type: "object",
  required: ["size"],
  properties: {
    size: { type: "integer", minimum: 1 },
    mode: { type: "string", default: "fast", enum: ["fast", "slow"] },
    replicas: { type: "integer" },
    tags: { type: "array", items: { type: "string" } },
    set: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
    parts: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: { type: "object", required: ["name"], properties: { name: { type: "string" }, n: { type: "integer" } } },
    },
    labels: { type: "object", additionalProperties: { type: "string" } },
    free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    port: { "x-kubernetes-int-or-string": true },
    note: { type: "string", nullable: true },
  },
};

/** A definition with one of everything that a schema may say about lists and maps. */
export const widgetDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { kind: "Widget", plural: "widgets", shortNames: ["wd"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
        },
        additionalPrinterColumns: [{ name: "Size", type: "integer", jsonPath: ".spec.size" }],
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: specSchema,
              status: { type: "object", properties: { ready: { type: "boolean" }, replicas: { type: "integer" } } },
            },
          },
        },
      },
    ],
  },
};

function widget(spec: unknown, metadata: unknown = { name: "a" }): Readonly<Record<string, unknown>> {
  return { apiVersion: `${group}/v1`, kind: "Widget", metadata, spec };
}

function applied(manager: string, spec: unknown, force = false): Step {
  return {
    send: `PATCH ${widgets}/a?fieldManager=${manager}${force ? "&force=true" : ""}`,
    type: apply,
    body: widget(spec),
  };
}

const everything = {
  size: 2,
  bogus: 1,
  labels: { a: "b" },
  free: { x: { y: [1, { z: 1 }] } },
  tags: [],
  parts: [{ name: "p1", n: 1 }, { name: "p2" }],
  set: ["a", "b"],
  port: "http",
  note: null,
};

const first = {
  size: 2,
  parts: [{ name: "p3", n: 3 }],
  free: { q: { r: 1 } },
  labels: { c: "d" },
  tags: ["t"],
  set: ["c"],
};

const ownStatus = "the definition is established with the answer, and its status has no owner";

export const customScenario: Scenario = {
  name: "custom",
  steps: [
    { send: `POST ${definitions}`, body: widgetDefinition, loosely: ownStatus },
    { send: `GET ${definitions}/widgets.${group}`, loosely: ownStatus },
    { send: `POST ${widgets}`, body: { ...widget({ size: 1 }), status: { ready: true } } },
    { send: `GET ${widgets}/a` },
    { send: `PATCH ${widgets}/a`, type: merge, body: { spec: everything } },
    {
      send: `PATCH ${widgets}/a?fieldValidation=Strict`,
      type: merge,
      body: { spec: { bogus: 1 } },
      loosely: "the object is not repeated",
    },
    {
      send: `POST ${widgets}?fieldValidation=Strict`,
      body: widget({ size: 1, bogus: 1 }, { name: "strict" }),
      loosely: "wording",
    },
    { send: `PATCH ${widgets}/a`, type: strategic, body: { spec: { size: 3 } } },
    { send: `PATCH ${widgets}/a`, type: merge, body: { spec: { size: 0, mode: "warp" } }, loosely: "order of causes" },
    { send: `PATCH ${widgets}/a`, type: merge, body: { spec: { size: "x" } } },
    { send: `PATCH ${widgets}/a`, type: merge, body: { spec: { size: null } } },
    { send: `PATCH ${widgets}/a`, type: merge, body: { spec: { set: ["a", "a"] } } },
    { send: `PATCH ${widgets}/a`, type: merge, body: { status: { ready: true } } },
    {
      send: `PATCH ${widgets}/a/status`,
      type: merge,
      body: { status: { ready: true, replicas: 2 }, spec: { size: 77 }, metadata: { labels: { x: "y" } } },
    },
    { send: `GET ${widgets}/a/scale` },
    { send: `PATCH ${widgets}/a/scale`, type: merge, body: { spec: { replicas: 4 } } },
    { send: `GET ${widgets}/a/scale` },
    { send: `PUT ${widgets}/a`, body: widget({ size: 5 }) },
    applied("m1", first),
    applied("m1", first, true),
    applied("m2", {
      size: 2,
      parts: [{ name: "p4", n: 3 }],
      free: { q: { s: 1 } },
      labels: { e: "d" },
      set: ["b", "c"],
    }),
    applied("m2", { size: 2, tags: ["u"] }),
    applied("m1", { size: 2 }),
    applied("m1", { size: 2, bogus: { a: 1 } }),
    applied("m1", { size: 2, free: { nul: null, l: [] }, labels: {} }),
    { send: `GET ${widgets}` },
    tableOf(`${widgets}`),
    { send: `POST ${widgets}`, body: widget({ size: 1 }, { name: "b", labels: { "bad key!": "x" } }) },
    { send: `DELETE ${widgets}?labelSelector=nope` },
    { send: `DELETE ${widgets}` },
    { send: `DELETE ${definitions}/widgets.${group}`, loosely: ownStatus },
    {
      send: `POST ${definitions}`,
      body: { ...widgetDefinition, metadata: { name: `wrong.${group}` } },
      loosely: "more is checked",
    },
  ],
};
