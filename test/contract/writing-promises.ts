import assert from "node:assert/strict";
import { it } from "node:test";

import { at } from "../../src/core/model/fields.ts";

import {
  configMap,
  configMapRef,
  deployment,
  deploymentRef,
  faultOf,
  JSON_PATCH,
  managersOf,
  mustGet,
  newName,
  raw,
  STRATEGIC_PATCH,
} from "./cluster-under-test.ts";
import type { Contract } from "./cluster-under-test.ts";

type Open = () => Contract;

export function promisesOfWriting(contract: Open): void {
  creation(contract);
  dryRuns(contract);
  mergePatches(contract);
  conditions(contract);
  generations(contract);
  otherPatches(contract);
}

function creation(contract: Open): void {
  it("creates once; the name is then taken", async () => {
    const { port, namespace } = contract();
    const name = newName("create");
    const created = await port.create(configMap(namespace, name));
    assert.equal(created.metadata.name, name);
    assert.deepEqual(managersOf(created), ["drover/Update/"]);
    await faultOf(port.create(configMap(namespace, name, { other: "x" })), "already-exists");
    assert.deepEqual((await mustGet(port, configMapRef(namespace, name)))["data"], { key: "value" });
  });

  it("creates nothing in a namespace that is not there", async () => {
    const { port } = contract();
    await faultOf(port.create(configMap(newName("absent"), "x")), "not-found");
  });

  it("refuses a resourceVersion on something new", async () => {
    const { port, namespace } = contract();
    const object = configMap(namespace, newName("versioned"));
    const versioned = { ...object, metadata: { ...object.metadata, resourceVersion: "1" } };
    await faultOf(port.create(versioned), "invalid");
    const path = `/api/v1/namespaces/${namespace}/configmaps` as const;
    const answer = await raw(contract(), `POST ${path}`, { body: versioned });
    assert.deepEqual([answer.status, answer.json.reason], [500, undefined]);
  });
}

function dryRuns(contract: Open): void {
  it("answers a dry run as it would answer, and keeps nothing", async () => {
    const { port, namespace } = contract();
    const name = newName("dry");
    const answer = await port.create(deployment(namespace, name), { dryRun: true });
    assert.equal(at(answer, "spec", "revisionHistoryLimit"), 10);
    assert.equal(await port.get(deploymentRef(namespace, name)), null);

    const created = await port.create(configMap(namespace, name));
    await faultOf(port.create(configMap(namespace, name), { dryRun: true }), "already-exists");
    const patched = await port.patch(configMapRef(namespace, name), { data: { key: "dry" } }, { dryRun: true });
    assert.deepEqual(patched["data"], { key: "dry" });
    const kept = await mustGet(port, configMapRef(namespace, name));
    assert.deepEqual(
      [kept["data"], kept.metadata.resourceVersion],
      [{ key: "value" }, created.metadata.resourceVersion],
    );
  });
}

function mergePatches(contract: Open): void {
  it("merges a patch: null removes, mappings merge, lists are replaced", async () => {
    const { port, namespace } = contract();
    const name = newName("merge");
    await port.create(configMap(namespace, name, { keep: "1", change: "1", remove: "1" }));
    const ref = configMapRef(namespace, name);
    const patched = await port.patch(ref, {
      metadata: { labels: { a: "b" } },
      data: { change: "2", remove: null, add: "1" },
    });
    assert.deepEqual(patched["data"], { keep: "1", change: "2", add: "1" });
    assert.deepEqual(patched.metadata.labels, { a: "b" });

    await port.create(deployment(namespace, name));
    const containers = [{ name: "other", image: "registry.example.com/other:1" }];
    const replaced = await port.patch(deploymentRef(namespace, name), { spec: { template: { spec: { containers } } } });
    assert.deepEqual(
      (at(replaced, "spec", "template", "spec", "containers") as { name: string }[]).map((container) => container.name),
      ["other"],
    );
  });

  it("keeps the version when a patch changes nothing", async () => {
    const { port, namespace } = contract();
    const name = newName("same");
    const created = await port.create(configMap(namespace, name));
    const patched = await port.patch(configMapRef(namespace, name), { data: { key: "value" } });
    assert.equal(patched.metadata.resourceVersion, created.metadata.resourceVersion);
  });

  it("patches only what is there", async () => {
    const { port, namespace } = contract();
    await faultOf(port.patch(configMapRef(namespace, newName("absent")), { data: {} }), "not-found");
  });
}

function conditions(contract: Open): void {
  it("refuses a patch with a resourceVersion that is not the newest", async () => {
    const { port, namespace } = contract();
    const name = newName("stale");
    const ref = configMapRef(namespace, name);
    const first = await port.create(configMap(namespace, name));
    const patch = (resourceVersion: string | undefined, value: string): Promise<unknown> =>
      port.patch(ref, { metadata: { resourceVersion }, data: { key: value } });
    await patch(first.metadata.resourceVersion, "second");
    await faultOf(patch(first.metadata.resourceVersion, "third"), "conflict");
    assert.deepEqual((await mustGet(port, ref))["data"], { key: "second" });
  });

  it("refuses a patch for another object of the same name", async () => {
    const { port, namespace } = contract();
    const name = newName("uid");
    await port.create(configMap(namespace, name));
    const uid = "00000000-0000-4000-8000-000000000000";
    await faultOf(port.patch(configMapRef(namespace, name), { metadata: { uid }, data: { key: "x" } }), "conflict");
  });

  it("lets exactly one of many conditional writers win", async () => {
    const { port, namespace } = contract();
    const name = newName("race");
    const { metadata } = await port.create(configMap(namespace, name, { holder: "" }));
    const patch = (holder: string): Promise<unknown> =>
      port.patch(configMapRef(namespace, name), {
        metadata: { resourceVersion: metadata.resourceVersion },
        data: { holder },
      });
    const outcomes = await Promise.allSettled(["a", "b", "c", "d", "e", "f"].map(patch));
    assert.equal(outcomes.filter((outcome) => outcome.status === "fulfilled").length, 1);
  });

  it("refuses a replacement of an older version", async () => {
    const { port, namespace } = contract();
    const name = newName("put");
    const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
    const first = await port.create(configMap(namespace, name));
    const second = await raw(contract(), `PUT ${path}`, { body: { ...first, data: { key: "second" } } });
    assert.equal(second.status, 200);
    const third = await raw(contract(), `PUT ${path}`, { body: { ...first, data: { key: "third" } } });
    assert.deepEqual([third.status, third.json.reason, third.json.details.name], [409, "Conflict", name]);
    const unconditional = await raw(contract(), `PUT ${path}`, { body: configMap(namespace, name, { key: "fourth" }) });
    assert.deepEqual([unconditional.status, unconditional.json.metadata.uid], [200, first.metadata.uid]);
  });
}

function generations(contract: Open): void {
  it("counts a generation when the specification changes, and only then", async () => {
    const { port, namespace } = contract();
    const name = newName("generation");
    const ref = deploymentRef(namespace, name);
    assert.equal((await port.create(deployment(namespace, name))).metadata.generation, 1);
    assert.equal((await port.patch(ref, { metadata: { labels: { a: "b" } } })).metadata.generation, 1);
    assert.equal((await port.patch(ref, { spec: { minReadySeconds: 5 } })).metadata.generation, 2);
    assert.equal((await port.patch(ref, { spec: { minReadySeconds: 5 } })).metadata.generation, 2);
  });

  it("ignores a status that is written beside the specification", async () => {
    const { port, namespace } = contract();
    const name = newName("status");
    const created = await port.create({ ...deployment(namespace, name), status: { readyReplicas: 99, replicas: 99 } });
    assert.notEqual(at(created, "status", "readyReplicas"), 99);
    const patched = await port.patch(deploymentRef(namespace, name), { status: { readyReplicas: 99, replicas: 99 } });
    assert.notEqual(at(patched, "status", "readyReplicas"), 99);
    assert.equal(patched.metadata.generation, 1);
  });
}

function otherPatches(contract: Open): void {
  it("takes JSON patches, and refuses one whose test fails", async () => {
    const { port, namespace } = contract();
    const name = newName("json-patch");
    const object = configMap(namespace, name);
    await port.create({ ...object, metadata: { ...object.metadata, annotations: { "a/b": "1" } } });
    const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
    const patch = (body: readonly unknown[]): ReturnType<typeof raw> =>
      raw(contract(), `PATCH ${path}`, { body, contentType: JSON_PATCH });
    const changed = await patch([
      { op: "test", path: "/metadata/annotations/a~1b", value: "1" },
      { op: "replace", path: "/metadata/annotations/a~1b", value: "2" },
      { op: "add", path: "/metadata/labels", value: { x: "y" } },
    ]);
    assert.deepEqual(
      [changed.status, changed.json.metadata.annotations, changed.json.metadata.labels],
      [200, { "a/b": "2" }, { x: "y" }],
    );
    const failed = await patch([{ op: "test", path: "/metadata/annotations/a~1b", value: "1" }]);
    assert.deepEqual([failed.status, failed.json.reason], [422, "Invalid"]);
    const removed = await patch([{ op: "remove", path: "/data/absent" }]);
    assert.equal(removed.status, 422);
  });

  it("takes strategic merge patches, which merge lists by their key", async () => {
    const { port, namespace } = contract();
    const name = newName("strategic");
    await port.create(deployment(namespace, name));
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
    const containers = [
      { name: "side", image: "registry.example.com/side:1" },
      { name: "web", image: "registry.example.com/web:2" },
    ];
    const body = { spec: { template: { spec: { containers } } } };
    const answer = await raw(contract(), `PATCH ${path}`, { body, contentType: STRATEGIC_PATCH });
    const images = answer.json.spec.template.spec.containers
      .map((container: { image: string }) => container.image)
      .sort();
    assert.deepEqual(images, ["registry.example.com/side:1", "registry.example.com/web:2"]);
    const remove = { spec: { template: { spec: { containers: [{ name: "side", $patch: "delete" }] } } } };
    const removed = await raw(contract(), `PATCH ${path}`, { body: remove, contentType: STRATEGIC_PATCH });
    assert.equal(removed.json.spec.template.spec.containers.length, 1);
  });

  it("refuses a patch of a type that it does not know", async () => {
    const { port, namespace } = contract();
    const name = newName("media");
    await port.create(configMap(namespace, name));
    const path = `/api/v1/namespaces/${namespace}/configmaps/${name}` as const;
    const answer = await raw(contract(), `PATCH ${path}`, { body: {}, contentType: "text/plain" });
    assert.equal(answer.status, 415);
  });
}
