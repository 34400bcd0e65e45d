import assert from "node:assert/strict";
import { it } from "node:test";

import { at } from "../../src/core/model/fields.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";

import { configMap, configMapRef, eventually, faultOf, mustGet, newName, raw } from "./cluster-under-test.ts";
import type { Contract } from "./cluster-under-test.ts";

type Open = () => Contract;

export function promisesOfDeletion(contract: Open): void {
  preconditions(contract);
  finalizers(contract);
  owners(contract);
  namespaces(contract);
}

function preconditions(contract: Open): void {
  it("deletes what is there, and is content when nothing is", async () => {
    const { port, namespace } = contract();
    const ref = configMapRef(namespace, newName("delete"));
    await port.delete(ref);
    await port.create(configMap(namespace, ref.name));
    await port.delete(ref);
    assert.equal(await port.get(ref), null);
    await port.delete(ref);
  });

  it("deletes only the object that was meant, in the version that was read", async () => {
    const { port, namespace } = contract();
    const ref = configMapRef(namespace, newName("meant"));
    const { metadata } = await port.create(configMap(namespace, ref.name));
    const uid = "00000000-0000-4000-8000-000000000000";
    await faultOf(port.delete(ref, { uid }), "conflict");
    const changed = await port.patch(ref, { data: { key: "changed" } });
    await faultOf(port.delete(ref, { resourceVersion: metadata.resourceVersion ?? "" }), "conflict");
    assert.ok((await port.get(ref)) !== null);
    await port.delete(ref, { uid: metadata.uid ?? "", resourceVersion: changed.metadata.resourceVersion ?? "" });
    assert.equal(await port.get(ref), null);
  });

  it("only pretends in a dry run", async () => {
    const { port, namespace } = contract();
    const ref = configMapRef(namespace, newName("pretend"));
    await port.create(configMap(namespace, ref.name));
    const answer = await raw(contract(), `DELETE /api/v1/namespaces/${namespace}/configmaps/${ref.name}?dryRun=All`);
    assert.equal(answer.status, 200);
    await mustGet(port, ref);
  });
}

function finalizers(contract: Open): void {
  const held = async (): Promise<KubeObject> => {
    const { port, namespace } = contract();
    const object = configMap(namespace, newName("held"));
    return port.create({ ...object, metadata: { ...object.metadata, finalizers: ["drover.dev/wait"] } });
  };

  it("keeps an object until its last finalizer is gone", async () => {
    const { port, namespace } = contract();
    const { metadata } = await held();
    const ref = configMapRef(namespace, metadata.name);
    await port.delete(ref);
    const waiting = await mustGet(port, ref);
    assert.match(waiting.metadata.deletionTimestamp ?? "", /^\d{4}-.*Z$/);
    assert.equal(waiting.metadata["deletionGracePeriodSeconds"], 0);
    await port.delete(ref);
    assert.equal((await mustGet(port, ref)).metadata.resourceVersion, waiting.metadata.resourceVersion);
    await faultOf(port.create(configMap(namespace, metadata.name)), "already-exists");
    assert.deepEqual((await port.patch(ref, { data: { key: "late" } }))["data"], { key: "late" });
    await port.patch(ref, { metadata: { finalizers: null } });
    assert.equal(await port.get(ref), null);
  });

  it("lets nobody hold on to an object that is being deleted, or call the deletion off", async () => {
    const { port, namespace } = contract();
    const { metadata } = await held();
    const ref = configMapRef(namespace, metadata.name);
    await port.delete(ref);
    const more = { metadata: { finalizers: ["drover.dev/wait", "drover.dev/another"] } };
    await faultOf(port.patch(ref, more), "invalid");
    const off = await port.patch(ref, { metadata: { deletionTimestamp: null, labels: { a: "b" } } });
    assert.ok(off.metadata.deletionTimestamp !== undefined);
    await port.patch(ref, { metadata: { finalizers: [] } });
    assert.equal(await port.get(ref), null);
  });
}

function owners(contract: Open): void {
  it("deletes what belongs to a deleted owner, in the background", async () => {
    const { port, namespace } = contract();
    const owner = await port.create(configMap(namespace, newName("owner")));
    const object = configMap(namespace, newName("owned"));
    const reference = { apiVersion: "v1", kind: "ConfigMap", name: owner.metadata.name, uid: owner.metadata.uid ?? "" };
    await port.create({ ...object, metadata: { ...object.metadata, ownerReferences: [reference] } });
    const other = configMap(namespace, newName("free"));
    await port.create(other);
    await port.delete(configMapRef(namespace, owner.metadata.name));
    assert.equal(await port.get(configMapRef(namespace, owner.metadata.name)), null);
    const ref = configMapRef(namespace, object.metadata.name);
    await eventually(contract(), "the owned object goes", async () => (await port.get(ref)) === null);
    await mustGet(port, configMapRef(namespace, other.metadata.name));
  });
}

function namespaces(contract: Open): void {
  it("empties a namespace before it goes, and takes nothing new meanwhile", async () => {
    const { port } = contract();
    const name = newName("ending");
    const ref = { apiVersion: "v1", kind: "Namespace", namespace: null, name };
    await port.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    await port.create(configMap(name, "plain"));
    await port.create({
      ...configMap(name, "held"),
      metadata: { name: "held", namespace: name, finalizers: ["drover.dev/wait"] },
    });
    await port.delete(ref);
    const ending = await mustGet(port, ref);
    assert.deepEqual(
      [at(ending, "status", "phase"), ending.metadata.deletionTimestamp === undefined],
      ["Terminating", false],
    );
    await faultOf(port.create(configMap(name, "late")), "forbidden");
    await eventually(
      contract(),
      "the content goes",
      async () => (await port.get(configMapRef(name, "plain"))) === null,
    );
    const waiting = await mustGet(port, configMapRef(name, "held"));
    assert.ok(waiting.metadata.deletionTimestamp !== undefined);
    await port.patch(configMapRef(name, "held"), { metadata: { finalizers: null } });
    await eventually(contract(), "the namespace goes", async () => (await port.get(ref)) === null);
  });
}
