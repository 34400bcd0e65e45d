import assert from "node:assert/strict";
import { test } from "node:test";
import { type HeldCapture, holdCapture } from "../../src/app/hold-capture.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";
import { ClusterFault, type ClusterPort, type WatchEvent } from "../../src/ports/cluster.ts";
import { fakeCluster } from "../fakes/cluster.ts";

const KIND = { apiVersion: "v1", kind: "ConfigMap" };

function configMap(name: string, resourceVersion: string, namespace = "shop"): KubeObject {
  return { ...KIND, metadata: { name, namespace, uid: `uid-${name}`, resourceVersion } };
}

type Watch = readonly (WatchEvent | Error)[];

/** Holds what is listed while the server sends the watches one after the other, and then nothing more. */
async function hold(watches: readonly Watch[]): Promise<{ held: HeldCapture; positions: readonly string[] }> {
  const positions: string[] = [];
  const left = [...watches];
  const stop = new AbortController();
  const { promise: over, resolve } = Promise.withResolvers<null>();
  const port: ClusterPort = {
    ...fakeCluster("east"),
    listPages: (_, sink) => {
      sink.page([configMap("a", "5"), configMap("b", "6")]);
      return Promise.resolve({ state: "complete", resourceVersion: "10" });
    },
    async *watch(_, position) {
      positions.push(position);
      for (const each of left.shift() ?? []) {
        if (each instanceof Error) {
          resolve(null);
          throw each;
        }
        yield each;
      }
      if (left.length === 0) {
        stop.abort();
        resolve(null);
      }
    },
  };
  const held = await holdCapture(port, [KIND], stop.signal);
  await over;
  await new Promise((done) => setImmediate(done));
  return { held, positions };
}

test("only what changed is named, and once", async () => {
  const { held } = await hold([
    [
      { type: "added", object: configMap("a", "5") },
      { type: "modified", object: configMap("b", "11") },
      { type: "added", object: configMap("c", "12", "ledger") },
      { type: "bookmark", resourceVersion: "20" },
    ],
  ]);
  assert.deepEqual(held.take(), new Set(["shop", "ledger"]));
  assert.deepEqual(held.take(), new Set());
});

test("a removal is a change, and the watch goes on from where the server ended it", async () => {
  const { held, positions } = await hold([
    [{ type: "bookmark", resourceVersion: "30" }],
    [{ type: "deleted", object: configMap("a", "31") }],
  ]);
  assert.deepEqual(held.take(), new Set(["shop"]));
  assert.deepEqual(positions, ["10", "30"]);
});

test("a lost position is unknown, never unchanged", async () => {
  const { held } = await hold([[new ClusterFault("gone", "east", "too old")]]);
  assert.equal(held.take(), null);
  assert.equal(held.take(), null);
});
