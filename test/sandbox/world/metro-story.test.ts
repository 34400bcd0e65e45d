import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "../../../src/core/model/fields.ts";
import { CLAIM, POD } from "../../../src/sandbox/workloads/kinds.ts";
import { storyWorld, type StoryWorld } from "../story-world.ts";
import {
  allPods,
  countOf,
  deliverStandby,
  readyPods,
  replicate,
  scale,
  setDomain,
  setRetain,
  suspendSchedules,
  until,
} from "./operator.ts";

const PODS = 7;

async function protectedWorld(seed: number) {
  const world = await storyWorld({ seed, resyncMs: 12_000 });
  assert.equal(await readyPods(world, "east"), PODS);
  await setRetain(world, "east");
  await replicate(world, "east");
  return { world, counts: await deliverStandby(world) };
}

function assertNothingLost(world: StoryWorld, domain: string): void {
  const report = world.plane.report();
  for (const { volume, sides } of report.volumes) assert.equal(sides[domain]?.lost, 0, volume);
  assert.deepEqual(report.splitBrain, []);
  assert.deepEqual(report.contended, []);
}

const acknowledged = (world: StoryWorld): number =>
  world.plane.report().volumes.reduce((sum, volume) => sum + volume.acknowledged, 0);

test("over six seeds the failover and the way home lose no acknowledged write", async () => {
  const { world, counts } = await protectedWorld(1);
  const start = world.snapshot();
  for (let seed = 1; seed <= 6; seed += 1) {
    world.restore(start);
    world.reseed(seed);
    await world.clock.advance(seed * 777);
    world.killSite("east");
    const atLoss = acknowledged(world);
    await setDomain(world, "primary", false);
    assertNothingLost(world, "dr-site");
    await scale(world, "west", countOf(counts));
    await until(world, "running on west", async () => (await readyPods(world, "west")) === PODS);
    await world.clock.advance(5_000);
    assert.ok(acknowledged(world) > atLoss, "west writes");

    world.restoreSite("east");
    await world.clock.advance(8_000);
    assert.ok(
      world.plane.report().volumes.some(({ refused }) => refused > 0),
      "revived pods were refused",
    );
    await suspendSchedules(world, "east");
    await scale(world, "east", () => 0);
    await until(world, "east quiet", async () => (await allPods(world, "east")) === 0);
    await setDomain(world, "primary", true);
    assertNothingLost(world, "primary");
    await replicate(world, "west", "-reverse");
    await suspendSchedules(world, "west");
    await scale(world, "west", () => 0);
    await until(world, "west quiet", async () => (await allPods(world, "west")) === 0);
    await scale(world, "east", countOf(counts));
    await until(world, "home again", async () => (await readyPods(world, "east")) === PODS);
    await world.clock.advance(5_000);
    assertNothingLost(world, "primary");
    assertNothingLost(world, "dr-site");
  }
});

test("without the fence the survivor's pods stay in ContainerCreating and nothing is acknowledged", async () => {
  const { world, counts } = await protectedWorld(1);
  world.killSite("east");
  const before = acknowledged(world);
  await scale(world, "west", countOf(counts));
  await world.clock.advance(60_000);
  const pods = await world.site("west").client.list(POD);
  const waiting = pods.filter((pod) => at(pod, "status", "phase") === "Pending").map((pod) => pod.metadata.name);
  assert.ok(waiting.includes("cassandra-0") && waiting.includes("postgres-0"));
  assert.equal(acknowledged(world), before);
});

test("starting the other side while the first still runs is seen by the storage", async () => {
  const { world, counts } = await protectedWorld(2);
  await scale(world, "west", countOf(counts));
  await world.clock.advance(20_000);
  const { contended, splitBrain } = world.plane.report();
  assert.ok(contended.length > 0);
  assert.deepEqual(splitBrain, []);
  world.plane.faults.setSplit(true);
  await world.clock.advance(30_000);
  assert.ok(world.plane.report().splitBrain.length > 0, "a storage without a fence lets both write");
});

test("a Migration towards a side whose volumes read Delete destroys the shared data", async () => {
  const { world } = await protectedWorld(3);
  await suspendSchedules(world, "east");
  await scale(world, "east", () => 0);
  await until(world, "east quiet", async () => (await allPods(world, "east")) === 0);
  for (const volume of await world.site("east").client.list({ apiVersion: "v1", kind: "PersistentVolume" })) {
    const ref = { apiVersion: "v1", kind: "PersistentVolume", namespace: null, name: volume.metadata.name };
    await world.site("east").client.mergePatch(ref, { spec: { persistentVolumeReclaimPolicy: "Delete" } });
  }
  assert.equal(world.plane.report().volumes.length, 5);
  await replicate(world, "west", "-reverse");
  assert.equal(world.plane.report().volumes.length, 0);
});

test("an isolated site goes on running but is not acknowledged, and is fenced from outside", async () => {
  const { world } = await protectedWorld(4);
  world.setIsolated("east", true);
  assert.equal(world.isReachable("east"), false);
  assert.equal(world.isReachable("west"), true);
  const before = acknowledged(world);
  await world.clock.advance(20_000);
  assert.equal(acknowledged(world), before);
  await setDomain(world, "primary", false);
  await world.clock.advance(5_000);
  assert.equal(acknowledged(world), before);
  world.setIsolated("east", false);
  await world.clock.advance(5_000);
  assert.ok(world.isReachable("east"));
  assert.equal(acknowledged(world), before);
});

test("a schedule freezes while the other side is silent, and goes on afterwards", async () => {
  const { world } = await protectedWorld(5);
  const ref = {
    apiVersion: "stork.libopenstorage.org/v1alpha1",
    kind: "MigrationSchedule",
    namespace: "appns",
    name: "appns",
  };
  const items = async () => at(await world.site("east").client.get(ref), "status", "items");
  world.setLink("east", "west", false);
  await world.clock.advance(30_000);
  const frozen = await items();
  await world.clock.advance(120_000);
  assert.deepEqual(await items(), frozen);
  world.setLink("east", "west", true);
  await world.clock.advance(120_000);
  assert.notDeepEqual(await items(), frozen);
});

test("the same snapshot always has the same future", async () => {
  const { world } = await protectedWorld(6);
  const future = async () => {
    await world.clock.advance(20_000);
    world.killSite("east");
    await setDomain(world, "primary", false);
    await world.clock.advance(60_000);
    const pods = await world.site("east").client.list(POD);
    const claims = await world.site("west").client.list(CLAIM);
    return JSON.stringify([world.plane.report(), pods, claims, world.clock.now()]);
  };
  const saved = world.snapshot();
  const first = await future();
  world.restore(saved);
  assert.equal(await future(), first);
});

test("two worlds of one seed are the same, of two seeds they differ", async () => {
  const history = async (seed: number) => {
    const { world } = await protectedWorld(seed);
    return JSON.stringify(world.plane.report());
  };
  assert.equal(await history(7), await history(7));
  assert.notEqual(await history(7), await history(8));
});
