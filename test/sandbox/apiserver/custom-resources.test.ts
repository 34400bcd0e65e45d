import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { EmbeddedCluster } from "../../../src/sandbox/apiserver/cluster.ts";
import { jsonPath } from "../../../src/sandbox/apiserver/tables/json-path.ts";
import { newCluster, send } from "./new-cluster.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

function version(name: string, storage: boolean): object {
  const openAPIV3Schema = {
    type: "object",
    properties: { spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
  };
  return { name, served: true, storage, schema: { openAPIV3Schema } };
}

async function define(cluster: EmbeddedCluster, versions: readonly object[], scope = "Cluster"): Promise<void> {
  const spec = {
    group: "example.com",
    scope,
    names: { kind: "Thing", plural: "things", shortNames: ["th"] },
    versions,
  };
  const { status } = await send(cluster, `POST ${definitions}`, {
    body: { metadata: { name: "things.example.com" }, spec },
  });
  assert.equal(status, 201);
}

describe("custom resources", () => {
  it("are served with the answer that creates their definition, and no longer than it", async () => {
    const cluster = newCluster();
    assert.equal(
      (await cluster.handle({ method: "GET", path: "/apis/example.com/v1/things", headers: {} })).status,
      404,
    );
    await define(cluster, [version("v1", true)]);
    await send(cluster, "POST /apis/example.com/v1/things", {
      body: { metadata: { name: "a" }, spec: { any: [1, { x: null }] } },
    });
    const { body } = await send(cluster, "GET /apis/example.com/v1/things/a");
    assert.deepEqual(body["spec"], { any: [1, { x: null }] });
    await send(cluster, `DELETE ${definitions}/things.example.com`);
    assert.equal(
      (await cluster.handle({ method: "GET", path: "/apis/example.com/v1/things", headers: {} })).status,
      404,
    );
    await define(cluster, [version("v1", true)]);
    assert.equal(
      (await send(cluster, "GET /apis/example.com/v1/things/a")).status,
      404,
      "objects go with their definition",
    );
  });

  it("read the same in all versions but for the version", async () => {
    const cluster = newCluster();
    await define(cluster, [version("v1beta1", false), version("v1", true)]);
    await send(cluster, "POST /apis/example.com/v1beta1/things", { body: { metadata: { name: "a" }, spec: { x: 1 } } });
    const [old, current] = [
      await send(cluster, "GET /apis/example.com/v1beta1/things/a"),
      await send(cluster, "GET /apis/example.com/v1/things/a"),
    ];
    assert.equal(old.body["apiVersion"], "example.com/v1beta1");
    assert.deepEqual({ ...old.body, apiVersion: "example.com/v1" }, current.body);
    const { body } = await send(cluster, "GET /apis/example.com");
    assert.deepEqual(body["preferredVersion"], { groupVersion: "example.com/v1", version: "v1" });
  });

  it("go back with a snapshot, definition and all", async () => {
    const cluster = newCluster();
    const before = cluster.snapshot();
    await define(cluster, [version("v1", true)]);
    const after = cluster.snapshot();
    cluster.restore(before);
    assert.equal(
      (await cluster.handle({ method: "GET", path: "/apis/example.com/v1/things", headers: {} })).status,
      404,
    );
    cluster.restore(after);
    assert.equal((await send(cluster, "GET /apis/example.com/v1/things")).status, 200);
  });
});

describe("paths of printer columns", () => {
  const object = {
    metadata: { labels: { "a.b/c": "label" } },
    status: {
      conditions: [
        { type: "Ready", status: "True" },
        { type: "Other", status: "False" },
      ],
      sizes: [1, 2, 3],
    },
  };
  const cases: readonly (readonly [string, readonly unknown[]])[] = [
    [".status.sizes[0]", [1]],
    [".status.sizes[-1]", [3]],
    [".status.sizes[*]", [1, 2, 3]],
    ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
    [".metadata.labels.a\\.b/c", ["label"]],
    [".metadata.labels['a.b/c']", ["label"]],
    [".status.nothing.there", []],
    [".__proto__.x", []],
    ["status{", []],
  ];
  for (const [path, expected] of cases)
    it(path, () => {
      assert.deepEqual(jsonPath(path)(object), expected);
    });
});
