import assert from "node:assert/strict";
import { test } from "node:test";
import { asFields, asStringMap, at } from "../../../src/core/model/fields.ts";
import type { ObjectRef } from "../../../src/core/model/kube-object.ts";
import type { EmbeddedWorld } from "../../../src/sandbox/world/embedded-world.ts";
import { observed, oneObserved, shapeOf } from "./observed.ts";
import {
  createAll,
  everyMinute,
  filesObjects,
  migration,
  pairUp,
  schedule,
  shopObjects,
  stork,
  twoSites,
} from "./shop.ts";

async function read(world: EmbeddedWorld, site: string, ref: ObjectRef): Promise<unknown> {
  const object = await world.site(site).client.get(ref);
  assert.ok(object !== null, `${ref.kind} ${ref.name} is not there`);
  return object;
}

/** Reads an object of a site and compares it with the one of the genuine Stork. */
async function assertObserved(
  world: EmbeddedWorld,
  [site, ref]: readonly [string, ObjectRef],
  file: string,
): Promise<void> {
  assert.deepEqual(shapeOf(await read(world, site, ref)), shapeOf(oneObserved(file)));
}

async function shop(): Promise<EmbeddedWorld> {
  const world = await twoSites();
  await createAll(world, "east", [everyMinute]);
  await pairUp(world, "shop");
  await createAll(world, "east", shopObjects());
  return world;
}

const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };

test("a starting Stork makes its kinds with an open schema and its default policies", async () => {
  const world = await twoSites();
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    namespace: null,
    name: "migrationschedules.stork.libopenstorage.org",
  };
  const made = asFields(await read(world, "east", definition));
  const expected = asFields(oneObserved("crd-migrationschedules-as-created-by-stork"));
  for (const field of ["spec", "status"]) assert.deepEqual(shapeOf(made[field]), shapeOf(expected[field]));
  for (const policy of observed("schedulepolicies")) {
    const name = String(at(policy, "metadata", "name"));
    if (name === "every-minute") continue;
    assert.deepEqual(shapeOf(await read(world, "east", stork("SchedulePolicy", null, name))), shapeOf(policy));
  }
  const config = { apiVersion: "v1", kind: "ConfigMap", namespace: "kube-system", name: "stork-controller-config" };
  assert.equal(at(await read(world, "west", config), "data", "admin-ns"), "kube-system");
});

test("a metro ClusterPair becomes Ready without storage pairing", async () => {
  const world = await shop();
  const pair = asFields(await read(world, "east", stork("ClusterPair", "shop", "dr")));
  const expected = asFields(oneObserved("clusterpair-sync"));
  for (const field of ["status", "metadata"]) assert.deepEqual(shapeOf(pair[field]), shapeOf(expected[field]));
  for (const field of ["options", "platformOptions"])
    assert.deepEqual(at(pair, "spec", field), at(expected, "spec", field));
  for (const [part, entry] of [
    ["clusters", "west"],
    ["contexts", "west"],
    ["users", "admin"],
  ] as const) {
    const keys = (value: unknown) => Object.keys(asFields(at(value, "spec", "config", part, entry))).sort();
    assert.deepEqual(keys(pair), keys(expected));
  }
});

test("a schedule gets nulls and defaults, a static copy on the other side, and runs", async () => {
  const world = await shop();
  await createAll(world, "east", [schedule("shop")]);
  await world.clock.advance(40_000);
  await assertObserved(world, ["east", stork("MigrationSchedule", "shop", "shop")], "migrationschedule");
  await assertObserved(world, ["west", stork("MigrationSchedule", "shop", "shop")], "migrationschedule-static-copy");
  const [run] = await world
    .site("east")
    .client.list({ apiVersion: "stork.libopenstorage.org/v1alpha1", kind: "Migration" });
  const expected = observed("migrations-of-schedule").at(-1);
  assert.deepEqual(shapeOf(run), shapeOf(expected));
});

test("a schedule whose pair is missing keeps its suspend unset", async () => {
  const world = await twoSites();
  await createAll(world, "east", [everyMinute, { apiVersion: "v1", kind: "Namespace", metadata: { name: "plain" } }]);
  const template = {
    spec: { clusterPair: "dr", includeVolumes: false, namespaces: ["plain"], purgeDeletedResources: true },
  };
  await createAll(world, "east", [
    {
      ...schedule("plain", { autoSuspend: false, template }),
      metadata: { name: "plain", namespace: "plain" },
    },
  ]);
  await world.clock.advance(10_000);
  await assertObserved(world, ["east", stork("MigrationSchedule", "plain", "plain")], "migrationschedule-no-pair");
});

test("a Migration of all resources ends Successful, and the copies are stopped and marked", async () => {
  const world = await shop();
  await createAll(world, "east", [migration("once", "shop", { includeVolumes: false })]);
  await world.clock.advance(20_000);
  await assertObserved(world, ["east", stork("Migration", "shop", "once")], "migration-resources-only");
  for (const expected of observed("dest-objects")) {
    const ref = {
      ...(asFields(expected) as unknown as ObjectRef),
      namespace: "shop",
      name: String(at(expected, "metadata", "name")),
    };
    const copy = await read(world, "west", ref);
    for (const field of ["annotations", "labels"]) {
      const shape = (value: unknown) => {
        const { "deployment.kubernetes.io/revision": _, ...map } = asStringMap(shapeOf(at(value, "metadata", field)));
        return map;
      };
      assert.deepEqual(shape(copy), shape(expected), `${ref.kind} ${ref.name} ${field}`);
    }
    for (const field of ["replicas", "suspend"]) assert.equal(at(copy, "spec", field), at(expected, "spec", field));
  }
});

test("what the source no longer has is purged and listed", async () => {
  const world = await twoSites();
  await createAll(world, "east", [everyMinute]);
  await pairUp(world, "plain");
  const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "plain" }, data: {} };
  const [, , , , deployment] = shopObjects();
  assert.ok(deployment !== undefined);
  await createAll(world, "east", [settings, { ...deployment, metadata: { name: "d", namespace: "plain" } }]);
  const plain = schedule("plain", {
    autoSuspend: false,
    template: {
      spec: { clusterPair: "dr", includeVolumes: false, namespaces: ["plain"], purgeDeletedResources: true },
    },
  });
  await createAll(world, "east", [{ ...plain, metadata: { name: "plain", namespace: "plain" } }]);
  await world.clock.advance(30_000);
  await world.site("east").client.delete({ apiVersion: "v1", kind: "ConfigMap", namespace: "plain", name: "c" });
  await world.clock.advance(70_000);
  const runs = await world
    .site("east")
    .client.list({ apiVersion: "stork.libopenstorage.org/v1alpha1", kind: "Migration" });
  assert.deepEqual(shapeOf(runs[0]), shapeOf(oneObserved("migration-with-purge")));
  assert.equal(runs.length, 1, "older runs are pruned");
});

test("Migrations that lack a precondition hang where a genuine one hangs", async () => {
  const world = await shop();
  await pairUp(world, "files");
  await createAll(world, "east", [
    migration("foreign", "files", { namespaces: ["shop"], includeVolumes: false }),
    { ...migration("missing-pair", "files", { includeVolumes: false, clusterPair: "gone" }) },
  ]);
  await world.clock.advance(60_000);
  await assertObserved(world, ["east", stork("Migration", "files", "foreign")], "migration-stuck-foreign-namespace");
  const hanging = asFields(await read(world, "east", stork("Migration", "files", "missing-pair")));
  assert.deepEqual(
    shapeOf(hanging["status"]),
    shapeOf(asFields(oneObserved("migration-stuck-missing-pair"))["status"]),
  );
  const events = await world.site("east").client.list({ apiVersion: "v1", kind: "Event" });
  const messages = events
    .filter((event) => at(event, "involvedObject", "kind") === "Migration")
    .map((event) => event["message"]);
  assert.ok(messages.includes("migration namespaces should only contain the current namespace"));
  assert.ok(events.every((event) => event["reason"] === "Failed" && event["type"] === "Warning"));
});

test("with the local domain inactive Migrations fail and schedules suspend themselves", async () => {
  const world = await shop();
  await createAll(world, "east", [schedule("shop")]);
  await world.clock.advance(20_000);
  world.plane.setDomainActive({ domain: "east", active: false, askedFrom: "west" });
  await createAll(world, "east", [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "files" } },
    migration("nopair", "files", { includeVolumes: false, clusterPair: "gone" }),
  ]);
  await world.clock.advance(15_000);
  await assertObserved(
    world,
    ["east", stork("Migration", "files", "nopair")],
    "migration-failed-local-domain-inactive",
  );
  await assertObserved(world, ["east", stork("MigrationSchedule", "shop", "shop")], "migrationschedule-suspended");
});

test("domain updates are carried out once, and both sides publish the effect", async () => {
  const world = await twoSites();
  await world.clock.advance(12_000);
  const status = stork("ClusterDomainsStatus", null, "stretched-cluster-1");
  await assertObserved(world, ["east", status], "clusterdomainsstatus-active");
  const [fence, mars] = observed("clusterdomainupdates-deactivate");
  for (const update of [fence, mars]) {
    const { apiVersion, kind, spec } = asFields(update);
    const name = String(at(update, "metadata", "name"));
    await createAll(world, "west", [{ apiVersion: String(apiVersion), kind: String(kind), metadata: { name }, spec }]);
  }
  await world.clock.advance(12_000);
  for (const update of [fence, mars]) {
    const ref = stork("ClusterDomainUpdate", null, String(at(update, "metadata", "name")));
    assert.deepEqual(shapeOf(await read(world, "west", ref)), shapeOf(update));
  }
  await assertObserved(world, ["west", status], "clusterdomainsstatus-east-inactive");
  world.plane.setDomainActive({ domain: "east", active: true, askedFrom: "west" });
  await world.clock.advance(40_000);
  const info = at(await read(world, "west", status), "status", "clusterDomainInfos");
  assert.deepEqual(info, at(oneObserved("clusterdomainsstatus-active"), "status", "clusterDomainInfos"));
});

test("Migrations with volumes transfer, and a failed volume fails them", async () => {
  const world = await twoSites();
  await pairUp(world, "files", { token: "abc", mode: "DisasterRecovery", ip: "192.0.2.10", port: "9001" });
  await createAll(world, "east", filesObjects());
  await world.clock.advance(5_000);
  await createAll(world, "east", [migration("full", "files", {})]);
  await world.clock.advance(60_000);
  await assertObserved(world, ["east", stork("Migration", "files", "full")], "migration-full");
  world.site("east").stork.migrations = "failed-volume";
  await createAll(world, "east", [migration("burnt", "files", {})]);
  await world.clock.advance(60_000);
  const burnt = JSON.stringify(shapeOf(await read(world, "east", stork("Migration", "files", "burnt"))));
  const expected = JSON.stringify(shapeOf(oneObserved("migration-failed-volume"))).replace(
    "disk on fire",
    "transfer failed",
  );
  assert.deepEqual(JSON.parse(burnt), JSON.parse(expected));
});

test("failover and failback Actions go their way to Final", async () => {
  const world = await shop();
  await createAll(world, "west", [everyMinute]);
  await createAll(world, "east", [schedule("shop")]);
  await world.clock.advance(30_000);
  const action = (name: string, actionType: string, actionParameter: object) => ({
    apiVersion: "stork.libopenstorage.org/v1alpha1",
    kind: "Action",
    metadata: { name, namespace: "shop" },
    spec: { actionType, actionParameter },
  });
  const failoverParameter = {
    failoverNamespaces: ["shop"],
    migrationScheduleReference: "shop",
    skipSourceOperations: false,
  };
  await createAll(world, "west", [action("failover-shop", "failover", { failoverParameter })]);
  await world.clock.advance(30_000);
  await assertObserved(world, ["west", stork("Action", "shop", "failover-shop")], "action-failover");
  await assertObserved(
    world,
    ["west", stork("MigrationSchedule", "shop", "shop")],
    "migrationschedule-static-copy-after-failover",
  );
  await assertObserved(world, ["east", stork("MigrationSchedule", "shop", "shop")], "migrationschedule-after-failover");
  assert.equal(at(await read(world, "west", DEPLOYMENT), "spec", "replicas"), 3);
  assert.equal(at(await read(world, "east", DEPLOYMENT), "spec", "replicas"), 0);
  assert.equal(world.plane.domains("west")?.find(({ name }) => name === "east")?.state, "Inactive");

  world.plane.setDomainActive({ domain: "east", active: true, askedFrom: "west" });
  await world.clock.advance(15_000);
  await createAll(world, "west", [schedule("shop-reverse")]);
  await world.clock.advance(30_000);
  const failbackParameter = { failbackNamespaces: ["shop"], migrationScheduleReference: "shop-reverse" };
  await createAll(world, "west", [action("failback-shop", "failback", { failbackParameter })]);
  await world.clock.advance(40_000);
  await assertObserved(world, ["west", stork("Action", "shop", "failback-shop")], "action-failback");
  assert.equal(at(await read(world, "east", DEPLOYMENT), "spec", "replicas"), 3);
  assert.equal(at(await read(world, "west", DEPLOYMENT), "spec", "replicas"), 0);
});
