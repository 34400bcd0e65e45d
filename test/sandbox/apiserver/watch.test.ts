import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { EmbeddedCluster } from "../../../src/sandbox/apiserver/cluster.ts";
import { watchTimeout } from "../../../src/sandbox/apiserver/read/watch.ts";
import { newCluster, send } from "./new-cluster.ts";

const configMaps = "/api/v1/namespaces/default/configmaps";

interface Event {
  readonly type: string;
  readonly object: {
    readonly metadata: { readonly name?: string; readonly annotations?: unknown };
    readonly code?: number;
  };
}

interface Watch {
  next(count: number): Promise<readonly string[]>;
  rest(): Promise<readonly Event[]>;
  readonly controller: AbortController;
}

function textOf({ type, object }: Event): string {
  return `${type} ${object.metadata.name ?? object.code ?? ""}`.trim();
}

async function watch(cluster: EmbeddedCluster, query: string, resource = configMaps): Promise<Watch> {
  const controller = new AbortController();
  const path = `${resource}?watch=1&${query}`;
  const { body } = await cluster.handle({ method: "GET", path, headers: {}, signal: controller.signal });
  assert.ok(typeof body !== "string");
  const lines = body[Symbol.asyncIterator]();
  const read = async (): Promise<Event | null> => {
    const { value, done } = await lines.next();
    return done === true ? null : (JSON.parse(value) as Event);
  };
  return {
    controller,
    next: async (count) => {
      const found: string[] = [];
      while (found.length < count) {
        const event = await read();
        assert.ok(event !== null, `the watch ended after ${found.join(", ")}`);
        found.push(textOf(event));
      }
      return found;
    },
    rest: async () => {
      const found: Event[] = [];
      for (let event = await read(); event !== null; event = await read()) found.push(event);
      return found;
    },
  };
}

async function put(
  cluster: EmbeddedCluster,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  const body = { metadata: { name, labels } };
  const { status } = await send(cluster, `POST ${configMaps}`, { body });
  if (status !== 201) await send(cluster, `PUT ${configMaps}/${name}`, { body });
}

async function revision(cluster: EmbeddedCluster): Promise<string> {
  const { body } = await send(cluster, `GET ${configMaps}`);
  return (body["metadata"] as { resourceVersion: string }).resourceVersion;
}

describe("watch", () => {
  it("begins with the present state and goes on with changes", async () => {
    const cluster = newCluster();
    await put(cluster, "a");
    const stream = await watch(cluster, "");
    await put(cluster, "b");
    await put(cluster, "a", { x: "y" });
    await send(cluster, `DELETE ${configMaps}/b`);
    assert.deepEqual(await stream.next(4), ["ADDED a", "ADDED b", "MODIFIED a", "DELETED b"]);
  });

  it("goes on after the position that the client knows", async () => {
    const cluster = newCluster();
    await put(cluster, "a");
    const known = await revision(cluster);
    await put(cluster, "b");
    const stream = await watch(cluster, `resourceVersion=${known}`);
    await put(cluster, "c");
    assert.deepEqual(await stream.next(2), ["ADDED b", "ADDED c"]);
  });

  it("marks the end of the initial events when asked to", async () => {
    const cluster = newCluster();
    await put(cluster, "a");
    const query = "sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
    const stream = await watch(cluster, query);
    stream.controller.abort();
    const events = await stream.rest();
    assert.deepEqual(events.map(textOf), ["ADDED a", "BOOKMARK"]);
    assert.deepEqual(events[1]?.object.metadata.annotations, { "k8s.io/initial-events-end": "true" });
    const wrong = await send(cluster, `GET ${configMaps}?watch=1&sendInitialEvents=true`);
    assert.equal(wrong.status, 422);
  });

  it("shows an object that leaves the selection as deleted, and one that enters it as added", async () => {
    const cluster = newCluster();
    await put(cluster, "a", { in: "yes" });
    const stream = await watch(cluster, "labelSelector=in%3Dyes");
    await put(cluster, "a", { in: "no" });
    await put(cluster, "a", { in: "no", more: "x" });
    await put(cluster, "a", { in: "yes" });
    assert.deepEqual(await stream.next(3), ["ADDED a", "DELETED a", "ADDED a"]);
  });

  it("says 410 in the stream for a position that is forgotten, and for one from another future", async () => {
    const cluster = newCluster({ historyLimit: 4 });
    const known = await revision(cluster);
    const empty = cluster.snapshot();
    for (let index = 0; index < 12; index++) await put(cluster, `c${index}`);
    assert.deepEqual((await (await watch(cluster, `resourceVersion=${known}`)).rest()).map(textOf), ["ERROR 410"]);
    const future = await revision(cluster);
    cluster.restore(empty);
    assert.deepEqual((await (await watch(cluster, `resourceVersion=${future}`)).rest()).map(textOf), ["ERROR 410"]);
  });

  it("ends at a restore, and when the client goes away", async () => {
    const cluster = newCluster();
    const [restored, left] = [await watch(cluster, ""), await watch(cluster, "")];
    left.controller.abort();
    assert.deepEqual(await left.rest(), []);
    cluster.restore(cluster.snapshot());
    assert.deepEqual(await restored.rest(), []);
  });

  it("says how far it was when its time is over, if that is news", async () => {
    const cluster = newCluster();
    const [silent, telling] = [
      await watch(cluster, "allowWatchBookmarks=true"),
      await watch(cluster, "allowWatchBookmarks=true"),
    ];
    silent.controller.abort(watchTimeout);
    assert.deepEqual(await silent.rest(), []);
    await send(cluster, "POST /api/v1/namespaces/default/secrets", { body: { metadata: { name: "s" } } });
    telling.controller.abort(watchTimeout);
    assert.deepEqual((await telling.rest()).map(textOf), ["BOOKMARK"]);
  });

  it("sees what controllers did, such as the end of a namespace's content", async () => {
    const cluster = newCluster();
    await send(cluster, "POST /api/v1/namespaces", { body: { metadata: { name: "shop" } } });
    await send(cluster, "POST /api/v1/namespaces/shop/configmaps", { body: { metadata: { name: "a" } } });
    const stream = await watch(cluster, "", "/api/v1/configmaps");
    await send(cluster, "DELETE /api/v1/namespaces/shop");
    assert.deepEqual(await stream.next(2), ["ADDED a", "DELETED a"]);
  });
});
