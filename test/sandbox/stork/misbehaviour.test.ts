import assert from "node:assert/strict";
import { test } from "node:test";
import { asList, at } from "../../../src/core/model/fields.ts";
import { CLAIM, VOLUME } from "../../../src/sandbox/workloads/kinds.ts";
import {
  createAll,
  everyMinute,
  filesObjects,
  migration,
  namespace,
  pairUp,
  schedule,
  shopObjects,
  stork,
  twoSites,
} from "./shop.ts";

const MIGRATION = { apiVersion: "stork.libopenstorage.org/v1alpha1", kind: "Migration" };

async function shop() {
  const world = await twoSites();
  await createAll(world, "east", [everyMinute]);
  await pairUp(world, "shop");
  await createAll(world, "east", shopObjects());
  return world;
}

test("volumes alone: exactly PersistentVolumes and claims are moved, pointing at the same storage", async () => {
  const world = await twoSites();
  await pairUp(world, "files");
  await createAll(world, "east", filesObjects());
  await world.clock.advance(5_000);
  await createAll(world, "east", [migration("m", "files", { includeResources: false, includeVolumes: false })]);
  await world.clock.advance(30_000);
  const status = (await world.site("east").client.get(stork("Migration", "files", "m")))?.["status"];
  assert.deepEqual(
    asList(at(status, "resources")).map((entry) => [at(entry, "kind"), at(entry, "status")]),
    [
      ["PersistentVolume", "Successful"],
      ["PersistentVolumeClaim", "Successful"],
    ],
  );
  const { client } = world.site("west");
  const [volume] = await client.list(VOLUME);
  assert.equal(at(volume, "spec", "csi", "volumeHandle"), "pv-files-data");
  assert.equal(at(volume, "spec", "persistentVolumeReclaimPolicy"), "Retain");
  const [claim] = await client.list(CLAIM);
  assert.equal(at(claim, "status", "phase"), "Bound");
  assert.equal(at(volume, "spec", "claimRef", "uid"), claim?.metadata.uid);
  assert.deepEqual(await client.list({ apiVersion: "apps/v1", kind: "Deployment" }), []);
  await createAll(world, "east", [migration("again", "files", { includeResources: false, includeVolumes: false })]);
  await world.clock.advance(30_000);
  assert.equal((await client.list(CLAIM))[0]?.metadata.uid, claim?.metadata.uid, "an unchanged claim is left alone");
});

test("a changed object is deleted and made anew, an unchanged one survives changes on the other side", async () => {
  const world = await shop();
  const west = world.site("west").client;
  const settings = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "settings" };
  await createAll(world, "east", [migration("one", "shop", { includeVolumes: false })]);
  await world.clock.advance(15_000);
  const first = (await west.get(settings))?.metadata.uid;
  await west.mergePatch(settings, { data: { colour: "local" } });
  await createAll(world, "east", [migration("two", "shop", { includeVolumes: false })]);
  await world.clock.advance(15_000);
  assert.equal(at(await west.get(settings), "data", "colour"), "local");
  await world.site("east").client.mergePatch(settings, { data: { colour: "red" } });
  await createAll(world, "east", [migration("three", "shop", { includeVolumes: false })]);
  await world.clock.advance(20_000);
  const last = await west.get(settings);
  assert.equal(at(last, "data", "colour"), "red");
  assert.notEqual(last?.metadata.uid, first);
});

test("a run towards a side whose copy reports active applications fails", async () => {
  const world = await shop();
  await createAll(world, "east", [schedule("shop", { autoSuspend: false })]);
  await world.clock.advance(20_000);
  const copy = stork("MigrationSchedule", "shop", "shop");
  await world.site("west").client.mergePatch(copy, { status: { applicationActivated: true } });
  await world.clock.advance(90_000);
  const runs = await world.site("east").client.list(MIGRATION);
  assert.equal(at(runs.at(-1), "status", "status"), "Failed");
  await world.site("east").client.mergePatch(copy, { spec: { autoSuspend: true } });
  await world.clock.advance(15_000);
  assert.equal(at(await world.site("east").client.get(copy), "spec", "suspend"), true);
});

test("injected faults: hanging, partial, refused and silent", async () => {
  const world = await shop();
  const { stork: faults, client } = world.site("east");
  const after = async (name: string) => {
    await createAll(world, "east", [migration(name, "shop", { includeVolumes: false })]);
    await world.clock.advance(30_000);
    return (await client.get(stork("Migration", "shop", name)))?.["status"];
  };
  faults.migrations = "stuck";
  assert.equal(at(await after("hanging"), "stage"), "Applications");
  faults.migrations = "partial";
  const partial = await after("partial");
  assert.equal(at(partial, "status"), "PartialSuccess");
  assert.equal(asList(at(partial, "resources")).filter((entry) => at(entry, "status") === "Failed").length, 1);
  const update = (name: string) => ({
    apiVersion: "stork.libopenstorage.org/v1alpha1",
    kind: "ClusterDomainUpdate",
    metadata: { name },
    spec: { clusterdomain: "west", active: false },
  });
  faults.domainUpdates = "never";
  await createAll(world, "east", [update("silent")]);
  await world.clock.advance(15_000);
  assert.equal(at(await client.get(stork("ClusterDomainUpdate", null, "silent")), "status"), undefined);
  faults.domainUpdates = "failed";
  await world.clock.advance(15_000);
  assert.equal(at(await client.get(stork("ClusterDomainUpdate", null, "silent")), "status", "status"), "Failed");
  faults.syncStatus = "unknown";
  await world.clock.advance(15_000);
  const infos = at(
    await client.get(stork("ClusterDomainsStatus", null, "stretched-cluster-1")),
    "status",
    "clusterDomainInfos",
  );
  assert.ok(asList(infos).every((info) => at(info, "syncStatus") === "SyncStatusUnknown"));
});

test("a Stork that is down does nothing, not even let go of deleted objects", async () => {
  const world = await shop();
  await createAll(world, "east", [schedule("shop")]);
  await world.clock.advance(20_000);
  world.site("east").stork.down = true;
  const { client } = world.site("east");
  const ref = stork("MigrationSchedule", "shop", "shop");
  await client.delete(ref);
  await world.clock.advance(60_000);
  assert.notEqual((await client.get(ref))?.metadata.deletionTimestamp, undefined);
  world.site("east").stork.down = false;
  await world.clock.advance(15_000);
  assert.equal(await client.get(ref), null);
  assert.deepEqual(await client.list(MIGRATION), []);
  assert.notEqual(await world.site("west").client.get(ref), null, "the copy on the other side stays");
});

test("an Action that leaves skipSourceOperations out keeps Stork from doing anything else", async () => {
  const world = await shop();
  await createAll(world, "west", [
    namespace("other"),
    {
      apiVersion: "stork.libopenstorage.org/v1alpha1",
      kind: "Action",
      metadata: { name: "a", namespace: "shop" },
      spec: { actionType: "failover", actionParameter: { failoverParameter: { migrationScheduleReference: "shop" } } },
    },
  ]);
  await world.clock.advance(5_000);
  const update = stork("ClusterDomainUpdate", null, "late");
  await createAll(world, "west", [
    { ...update, metadata: { name: "late" }, spec: { clusterdomain: "east", active: false } },
  ]);
  await world.clock.advance(60_000);
  assert.equal(at(await world.site("west").client.get(update), "status"), undefined);
  const action = stork("Action", "shop", "a");
  const patch = { spec: { actionParameter: { failoverParameter: { skipSourceOperations: true } } } };
  await world.site("west").client.mergePatch(action, patch);
  await world.clock.advance(40_000);
  assert.equal(at(await world.site("west").client.get(update), "status", "status"), "Successful");
  assert.equal(at(await world.site("west").client.get(action), "status", "status"), "Failed");
});

test("a failover Action with a dead source does not deactivate its domain", async () => {
  const world = await shop();
  await createAll(world, "east", [schedule("shop")]);
  await world.clock.advance(25_000);
  world.killSite("east");
  const failoverParameter = {
    failoverNamespaces: ["shop"],
    migrationScheduleReference: "shop",
    skipSourceOperations: true,
  };
  await createAll(world, "west", [
    {
      apiVersion: "stork.libopenstorage.org/v1alpha1",
      kind: "Action",
      metadata: { name: "a", namespace: "shop" },
      spec: { actionType: "failover", actionParameter: { failoverParameter } },
    },
  ]);
  await world.clock.advance(80_000);
  assert.equal(at(await world.site("west").client.get(stork("Action", "shop", "a")), "status", "status"), "Successful");
  assert.equal(world.plane.domains("west")?.find(({ name }) => name === "east")?.state, "Active");
});
