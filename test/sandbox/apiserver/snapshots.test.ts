import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import type { EmbeddedCluster } from "../../../src/sandbox/apiserver/cluster.ts";
import { newCluster, send } from "./new-cluster.ts";

type Operation = readonly ["set" | "delete" | "apply", name: string, value: string];

const configMaps = "/api/v1/namespaces/default/configmaps";

const operation: fc.Arbitrary<Operation> = fc.tuple(
  fc.constantFrom("set" as const, "delete" as const, "apply" as const),
  fc.constantFrom("a", "b", "c"),
  fc.constantFrom("1", "2", "3"),
);

async function run(cluster: EmbeddedCluster, operations: readonly Operation[]): Promise<void> {
  for (const [action, name, value] of operations) {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { value } };
    if (action === "delete") await send(cluster, `DELETE ${configMaps}/${name}`);
    else if (action === "set") {
      const { status } = await send(cluster, `PUT ${configMaps}/${name}`, { body });
      if (status === 404) await send(cluster, `POST ${configMaps}`, { body });
    } else {
      const type = "application/apply-patch+yaml";
      await send(cluster, `PATCH ${configMaps}/${name}?fieldManager=test&force=true`, { body, type });
    }
  }
}

async function contentOf(cluster: EmbeddedCluster): Promise<unknown> {
  return (await send(cluster, `GET ${configMaps}`)).body;
}

describe("snapshots of a cluster", () => {
  it("bring back exactly what was, whatever happened since", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation), fc.array(operation), fc.array(operation), async (first, second, third) => {
        const cluster = newCluster();
        await run(cluster, first);
        const before = cluster.snapshot();
        const content = await contentOf(cluster);
        await run(cluster, second);
        const middle = cluster.snapshot();
        const later = await contentOf(cluster);
        cluster.restore(before);
        assert.deepEqual(await contentOf(cluster), content);
        await run(cluster, third);
        cluster.restore(middle);
        assert.deepEqual(await contentOf(cluster), later);
      }),
      { numRuns: 60 },
    );
  });

  it("two clusters with the same history are equal, byte by byte", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation), async (operations) => {
        const [left, right] = [newCluster(), newCluster()];
        await run(left, operations);
        await run(right, operations);
        assert.equal(JSON.stringify(await contentOf(left)), JSON.stringify(await contentOf(right)));
      }),
      { numRuns: 40 },
    );
  });

  it("keep old positions of watches and pages apart from what came after a restore", async () => {
    const cluster = newCluster();
    await run(cluster, [["set", "a", "1"]]);
    const before = cluster.snapshot();
    const { body } = await send(cluster, `GET ${configMaps}`);
    const { resourceVersion } = body["metadata"] as { resourceVersion: string };
    await run(cluster, [["set", "b", "1"]]);
    cluster.restore(before);
    await run(cluster, [["set", "c", "1"]]);
    const names = async (query: string): Promise<unknown> => {
      const list = await send(cluster, `GET ${configMaps}?${query}`);
      return (list.body["items"] as { metadata: { name: string } }[]).map((item) => item.metadata.name);
    };
    assert.deepEqual(await names(""), ["a", "c"]);
    assert.deepEqual(await names(`resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`), ["a"]);
  });

  it("count writes and restores in a generation that never goes back", async () => {
    const cluster = newCluster();
    const start = cluster.generation();
    await contentOf(cluster);
    assert.equal(cluster.generation(), start, "reading is no write");
    await run(cluster, [["set", "a", "1"]]);
    assert.ok(cluster.generation() > start);
    const written = cluster.generation();
    await run(cluster, [["set", "a", "1"]]);
    assert.equal(cluster.generation(), written, "a write that changes nothing is none");
    cluster.restore(cluster.snapshot());
    assert.ok(cluster.generation() > written);
  });
});
