import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { EmbeddedCluster } from "../../../src/sandbox/apiserver/cluster.ts";
import { newCluster, send } from "./new-cluster.ts";

const configMaps = "/api/v1/namespaces/default/configmaps";

interface Meta {
  readonly uid: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly unknown[];
}

async function create(cluster: EmbeddedCluster, name: string, metadata: object = {}): Promise<Meta> {
  const { status, body } = await send(cluster, `POST ${configMaps}`, { body: { metadata: { name, ...metadata } } });
  assert.equal(status, 201);
  return body["metadata"] as Meta;
}

function ownedBy(name: string, { uid }: Meta, more: object = {}): object {
  return { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name, uid, ...more }] };
}

async function names(cluster: EmbeddedCluster): Promise<readonly string[]> {
  const { body } = await send(cluster, `GET ${configMaps}`);
  return (body["items"] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
}

async function metadata(cluster: EmbeddedCluster, name: string): Promise<Meta> {
  return (await send(cluster, `GET ${configMaps}/${name}`)).body["metadata"] as Meta;
}

describe("dependents of a deleted object", () => {
  it("go too, and theirs after them", async () => {
    const cluster = newCluster();
    const owner = await create(cluster, "owner");
    const child = await create(cluster, "child", ownedBy("owner", owner));
    await create(cluster, "grandchild", ownedBy("child", child));
    await create(cluster, "other");
    await send(cluster, `DELETE ${configMaps}/owner`);
    assert.deepEqual(await names(cluster), ["other"]);
  });

  it("stay while another owner is left", async () => {
    const cluster = newCluster();
    const [first, second] = [await create(cluster, "first"), await create(cluster, "second")];
    const references = [first, second].map(({ uid }, index) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      name: index === 0 ? "first" : "second",
      uid,
    }));
    await create(cluster, "child", { ownerReferences: references });
    await send(cluster, `DELETE ${configMaps}/first`);
    assert.deepEqual(await names(cluster), ["child", "second"]);
    await send(cluster, `DELETE ${configMaps}/second`);
    assert.deepEqual(await names(cluster), []);
  });

  it("are let go by Orphan, and then belong to nobody", async () => {
    const cluster = newCluster();
    const owner = await create(cluster, "owner");
    await create(cluster, "child", ownedBy("owner", owner));
    await send(cluster, `DELETE ${configMaps}/owner`, { body: { propagationPolicy: "Orphan" } });
    assert.deepEqual(await names(cluster), ["child"]);
    assert.equal((await metadata(cluster, "child")).ownerReferences, undefined);
  });

  it("hold their owner in the Foreground as long as they block it", async () => {
    const cluster = newCluster();
    const owner = await create(cluster, "owner");
    const held = { ...ownedBy("owner", owner, { blockOwnerDeletion: true }), finalizers: ["example.com/hold"] };
    await create(cluster, "child", held);
    await send(cluster, `DELETE ${configMaps}/owner?propagationPolicy=Foreground`);
    assert.deepEqual((await metadata(cluster, "owner")).finalizers, ["foregroundDeletion"]);
    assert.ok((await metadata(cluster, "child")).deletionTimestamp);
    await send(cluster, `PATCH ${configMaps}/child`, {
      body: { metadata: { finalizers: null } },
      type: "application/merge-patch+json",
    });
    assert.deepEqual(await names(cluster), []);
  });

  it("are collected when their owner never was, as after a restore from another cluster", async () => {
    const cluster = newCluster();
    await create(cluster, "stray", ownedBy("owner", { uid: "00000000-0000-4000-8000-00000000ffff" }));
    assert.deepEqual(await names(cluster), []);
  });

  it("stay when nobody can tell what their owner is", async () => {
    const cluster = newCluster();
    const reference = { apiVersion: "unknown.example.com/v1", kind: "Thing", name: "x", uid: "y" };
    await create(cluster, "kept", { ownerReferences: [reference] });
    assert.deepEqual(await names(cluster), ["kept"]);
  });
});

describe("deletion", () => {
  it("of a collection takes what the selector selects", async () => {
    const cluster = newCluster();
    await create(cluster, "a", { labels: { x: "1" } });
    await create(cluster, "b");
    await send(cluster, `DELETE ${configMaps}?labelSelector=x`);
    assert.deepEqual(await names(cluster), ["b"]);
  });

  it("on trial removes nothing", async () => {
    const cluster = newCluster();
    await create(cluster, "a");
    assert.equal((await send(cluster, `DELETE ${configMaps}/a?dryRun=All`)).status, 200);
    await send(cluster, "DELETE /api/v1/namespaces/default?dryRun=All");
    assert.deepEqual(await names(cluster), ["a"]);
  });

  it("of a namespace waits for content that is held, and refuses new content meanwhile", async () => {
    const cluster = newCluster();
    await send(cluster, "POST /api/v1/namespaces", { body: { metadata: { name: "shop" } } });
    const held = { metadata: { name: "held", finalizers: ["example.com/hold"] } };
    await send(cluster, "POST /api/v1/namespaces/shop/configmaps", { body: held });
    await send(cluster, "POST /api/v1/namespaces/shop/secrets", { body: { metadata: { name: "s" } } });
    const answer = await send(cluster, "DELETE /api/v1/namespaces/shop");
    assert.deepEqual(answer.body["status"], { phase: "Terminating" });
    assert.equal((await send(cluster, "GET /api/v1/namespaces/shop/secrets/s")).status, 404);
    const late = await send(cluster, "POST /api/v1/namespaces/shop/secrets", { body: { metadata: { name: "late" } } });
    assert.equal(late.status, 403);
    const release = { body: { metadata: { finalizers: [] } }, type: "application/merge-patch+json" };
    await send(cluster, "PATCH /api/v1/namespaces/shop/configmaps/held", release);
    assert.equal((await send(cluster, "GET /api/v1/namespaces/shop")).status, 404);
  });

  it("of a claim waits for the pods that use it, and that of a volume for its claim", async () => {
    const cluster = newCluster();
    const merge = "application/merge-patch+json";
    const claims = "/api/v1/namespaces/default/persistentvolumeclaims";
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    await send(cluster, `POST ${claims}`, { body: { metadata: { name: "data" }, spec } });
    const volumes = [{ name: "d", persistentVolumeClaim: { claimName: "data" } }];
    const pod = { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "x" }], volumes } };
    await send(cluster, "POST /api/v1/namespaces/default/pods", { body: pod });
    await send(cluster, `DELETE ${claims}/data`);
    assert.equal((await send(cluster, `GET ${claims}/data`)).status, 200);
    await send(cluster, "DELETE /api/v1/namespaces/default/pods/p");
    assert.equal((await send(cluster, `GET ${claims}/data`)).status, 404);
    const volume = {
      metadata: { name: "pv" },
      spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], csi: { driver: "d", volumeHandle: "1" } },
    };
    await send(cluster, "POST /api/v1/persistentvolumes", { body: volume });
    const phase = (name: string): Promise<unknown> =>
      send(cluster, "PATCH /api/v1/persistentvolumes/pv/status", { body: { status: { phase: name } }, type: merge });
    await phase("Bound");
    await send(cluster, "DELETE /api/v1/persistentvolumes/pv");
    assert.equal((await send(cluster, "GET /api/v1/persistentvolumes/pv")).status, 200);
    await phase("Released");
    assert.equal((await send(cluster, "GET /api/v1/persistentvolumes/pv")).status, 404);
  });
});
