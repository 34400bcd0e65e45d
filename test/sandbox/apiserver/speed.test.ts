import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { newCluster, send } from "./new-cluster.ts";
import { deployment } from "./scenarios/workloads.ts";

/** Median of the time that one call takes, in milliseconds. */
async function median(calls: number, call: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < calls; index++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times.toSorted((left, right) => left - right)[Math.floor(calls / 2)] ?? 0;
}

describe("a cluster of 200 objects", () => {
  it("answers a get in a fraction of 0.1 ms, and takes or restores a snapshot in a fraction of 1 ms", async () => {
    const cluster = newCluster();
    for (let index = 0; index < 150; index++)
      await send(cluster, "POST /api/v1/namespaces/default/configmaps", {
        body: { metadata: { name: `c${index}` }, data: { a: "b" } },
      });
    for (let index = 0; index < 50; index++)
      await send(cluster, "POST /apis/apps/v1/namespaces/default/deployments", { body: deployment(`d${index}`) });
    const path = "/apis/apps/v1/namespaces/default/deployments/d7";
    const get = await median(2000, () => cluster.handle({ method: "GET", path, headers: {} }));
    assert.ok(get < 0.1, `a get took ${get} ms`);
    const snapshot = await median(500, () => cluster.restore(cluster.snapshot()));
    assert.ok(snapshot < 0.2, `a snapshot and its restore took ${snapshot} ms`);
  });
});
