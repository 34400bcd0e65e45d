import assert from "node:assert/strict";
import { it } from "node:test";

import type { KubeObject } from "../../src/core/model/kube-object.ts";
import type { ListQuery, WatchEvent } from "../../src/ports/cluster.ts";

import { configMap, configMapRef, faultOf, newName, portOver, secret } from "./cluster-under-test.ts";
import type { Contract } from "./cluster-under-test.ts";

type Open = () => Contract;

export function promisesOfWatching(contract: Open): void {
  changes(contract);
  selection(contract);
  ends(contract);
  forgotten(contract);
}

interface Scene {
  readonly query: ListQuery;
  readonly make: (name: string, labels?: Record<string, string>) => KubeObject;
  readonly from: string;
}

/** A set of ConfigMaps of this test alone and the position before it. */
async function openScene({ port, namespace }: Contract): Promise<Scene> {
  const set = newName("watch");
  const query = { apiVersion: "v1", kind: "ConfigMap", namespace, labelSelector: `set=${set}` };
  const make = (name: string, labels: Record<string, string> = { set }): KubeObject => ({
    ...configMap(namespace, `${set}-${name}`),
    metadata: { name: `${set}-${name}`, namespace, labels },
  });
  return { query, make, from: (await port.list(query)).resourceVersion };
}

async function collect(watch: AsyncIterable<WatchEvent>): Promise<readonly WatchEvent[]> {
  const events: WatchEvent[] = [];
  for await (const event of watch) events.push(event);
  return events;
}

/** The first `count` changes after the scene's position; bookmarks in between are left out. */
async function take(contract: Contract, scene: Scene, count: number): Promise<WatchEvent[]> {
  const events: WatchEvent[] = [];
  const patience = AbortSignal.timeout(20_000);
  for await (const event of contract.port.watch(scene.query, scene.from, patience)) {
    if (event.type !== "bookmark") events.push(event);
    if (events.length === count) return events;
  }
  assert.fail(`the watch ended after ${events.length} of ${count} events`);
}

function shortly(event: WatchEvent): string {
  return event.type === "bookmark" ? "bookmark" : `${event.type} ${event.object.metadata.name.slice(-1)}`;
}

function versionOf(event: WatchEvent | undefined): string {
  if (event === undefined) assert.fail("no event");
  return event.type === "bookmark" ? event.resourceVersion : (event.object.metadata.resourceVersion ?? assert.fail());
}

function changes(contract: Open): void {
  it("reports what happened after a list, in order, with whole objects", async () => {
    const { port, namespace } = contract();
    const scene = await openScene(contract());
    const a = await port.create(scene.make("a"));
    await port.create(scene.make("b"));
    await port.patch(configMapRef(namespace, a.metadata.name), { data: { key: "changed" } });
    await port.delete(configMapRef(namespace, a.metadata.name));
    const events = await take(contract(), scene, 4);
    assert.deepEqual(events.map(shortly), ["added a", "added b", "modified a", "deleted a"]);
    const third = events[2];
    assert.ok(third?.type === "modified");
    assert.deepEqual(
      [third.object.apiVersion, third.object.kind, third.object["data"]],
      ["v1", "ConfigMap", { key: "changed" }],
    );
    const versions = events.map(versionOf).map(Number);
    assert.deepEqual(
      versions,
      [...versions].sort((x, y) => x - y),
    );
    assert.equal(new Set(versions).size, 4);
  });

  it("reports changes while it is open", async () => {
    const { port } = contract();
    const scene = await openScene(contract());
    const events = take(contract(), scene, 2);
    await port.create(scene.make("a"));
    await port.create(scene.make("b"));
    assert.deepEqual((await events).map(shortly), ["added a", "added b"]);
  });

  it("goes on from any event without losing or repeating one", async () => {
    const { port } = contract();
    const scene = await openScene(contract());
    for (const name of ["a", "b", "c", "d"]) await port.create(scene.make(name));
    const first = await take(contract(), scene, 2);
    const rest = await take(contract(), { ...scene, from: versionOf(first.at(-1)) }, 2);
    assert.deepEqual([...first, ...rest].map(shortly), ["added a", "added b", "added c", "added d"]);
  });

  it("reports a deletion that waits as a change, and its end as a deletion", async () => {
    const { port, namespace } = contract();
    const scene = await openScene(contract());
    const object = scene.make("a");
    const ref = configMapRef(namespace, object.metadata.name);
    await port.create({ ...object, metadata: { ...object.metadata, finalizers: ["drover.dev/wait"] } });
    await port.delete(ref);
    await port.patch(ref, { metadata: { finalizers: null } });
    const events = await take(contract(), scene, 3);
    assert.deepEqual(events.map(shortly), ["added a", "modified a", "deleted a"]);
    assert.ok(events[1]?.type === "modified" && events[1].object.metadata.deletionTimestamp !== undefined);
  });
}

function selection(contract: Open): void {
  it("reports entering and leaving a selection as added and deleted", async () => {
    const { port, namespace } = contract();
    const scene = await openScene(contract());
    const object = await port.create(scene.make("a", {}));
    const ref = configMapRef(namespace, object.metadata.name);
    const label = (set: string | null): Promise<KubeObject> => port.patch(ref, { metadata: { labels: { set } } });
    await label(scene.query.labelSelector?.slice("set=".length) ?? null);
    const left = await label(null);
    const events = await take(contract(), scene, 2);
    assert.deepEqual(events.map(shortly), ["added a", "deleted a"]);
    assert.equal(versionOf(events[1]), left.metadata.resourceVersion);
  });

  it("watches all namespaces at once", async () => {
    const { port } = contract();
    const scene = await openScene(contract());
    await port.create(scene.make("a"));
    const everywhere = { ...scene, query: { ...scene.query, namespace: null } };
    assert.deepEqual((await take(contract(), everywhere, 1)).map(shortly), ["added a"]);
  });
}

function ends(contract: Open): void {
  it("ends quietly when its reader is no longer interested", async () => {
    const { port } = contract();
    const scene = await openScene(contract());
    const stop = new AbortController();
    const watching = collect(port.watch(scene.query, scene.from, stop.signal));
    await port.create(scene.make("a"));
    stop.abort();
    const events = await watching;
    assert.ok(events.length <= 1);
    assert.deepEqual(await collect(port.watch(scene.query, scene.from, stop.signal)), []);
  });

  it("ends by itself at its time limit, after a bookmark from which another one goes on", async () => {
    const { cluster, port } = contract();
    const scene = await openScene(contract());
    const brief = portOver(cluster.transport, { timeouts: { watch: cluster.watchLimitMs } });
    const watching = collect(brief.watch(scene.query, scene.from, AbortSignal.timeout(20_000)));
    // Bookmarks report what happened elsewhere since the watch began, so something must happen.
    const soon = Promise.withResolvers<void>();
    setTimeout(soon.resolve, cluster.watchLimitMs / 10);
    await soon.promise;
    const elsewhere = await port.create(configMap(contract().namespace, newName("elsewhere")));
    const events = await watching;
    assert.deepEqual([...new Set(events.map(shortly))], ["bookmark"]);
    const position = versionOf(events.at(-1));
    assert.ok(
      Number(position) >= Number(elsewhere.metadata.resourceVersion),
      "the bookmark is newer than other changes",
    );
    await port.create(scene.make("b"));
    assert.deepEqual((await take(contract(), { ...scene, from: position }, 1)).map(shortly), ["added b"]);
  });
}

function forgotten(contract: Open): void {
  it("says gone for a position that the server has forgotten", async () => {
    const { port, cluster, namespace } = contract();
    const query = { apiVersion: "v1", kind: "Secret", namespace };
    const { resourceVersion } = await port.list(query);
    await port.create(secret(namespace, newName("a")));
    await port.create(secret(namespace, newName("b")));
    await cluster.expireHistory();
    await faultOf(collect(port.watch(query, resourceVersion, AbortSignal.timeout(20_000))), "gone");
  });

  it("says forbidden to a user without the right", async (test) => {
    const { cluster, namespace } = contract();
    if (cluster.stranger === null) return test.skip("no users on this cluster");
    const query = { apiVersion: "v1", kind: "Secret", namespace };
    const watch = portOver(cluster.stranger).watch(query, "0", AbortSignal.timeout(20_000));
    await faultOf(collect(watch), "forbidden");
  });
}
