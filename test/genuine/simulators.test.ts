import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { asList, at } from "../../src/core/model/fields.ts";
import type { RunningActors } from "../../src/sandbox/clock/real-clock.ts";
import type { World } from "../../src/sandbox/world/world.ts";

import type { ControlPlanes } from "./control-planes.ts";
import { startControlPlanes } from "./control-planes.ts";
import { requirePrograms } from "./setup.ts";
import { startSimulatedStorage } from "./simulated-storage.ts";
import { until } from "./until.ts";

const programs = await requirePrograms(process.env);
const STORK = "stork.libopenstorage.org/v1alpha1";
describe("the simulated Stork and volumes beside genuine controllers", { timeout: 240_000 }, () => {
  let planes: ControlPlanes;
  let world: World;
  let running: RunningActors;

  before(async () => {
    planes = await startControlPlanes({ programs, controllers: true, nodes: true });
    ({ world, running } = await startSimulatedStorage(planes, { speed: 5 }));
  });
  after(async () => {
    await running.stop();
    await planes.stop();
  });

  it("provision claims, and count the writes of genuine StatefulSets' pods", async () => {
    const { client } = world.site("east");
    await until("seven running pods", async () => {
      const pods = await client.list({ apiVersion: "v1", kind: "Pod" });
      return pods.filter((pod) => at(pod, "status", "phase") === "Running").length === 7;
    });
    await until("writes to five volumes", () => {
      const { volumes } = world.plane.report();
      return Promise.resolve(volumes.length === 5 && volumes.every(({ acknowledged }) => acknowledged > 0));
    });
    assert.deepEqual(world.plane.report().contended, []);
  });

  it("replicate volumes and claims, which the other side's genuine controller binds", async () => {
    const { client } = world.site("east");
    const named = (kind: string, name: string, namespace?: string) => ({
      apiVersion: STORK,
      kind,
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    });
    await client.create({ ...named("SchedulePolicy", "every-minute"), policy: { interval: { intervalMinutes: 1 } } });
    const spec = { clusterPair: "east-west", namespaces: ["appns"], includeResources: false, includeVolumes: false };
    await client.create({
      ...named("MigrationSchedule", "appns", "appns"),
      spec: { schedulePolicyName: "every-minute", suspend: false, autoSuspend: true, template: { spec } },
    });
    const schedule = { apiVersion: STORK, kind: "MigrationSchedule", namespace: "appns", name: "appns" };
    await until("the first successful run", async () => {
      const items = asList(at(await client.get(schedule), "status", "items", "Interval"));
      return items.some((item) => at(item, "status") === "Successful");
    });
    const copy = await world.site("west").client.get(schedule);
    assert.equal(copy?.metadata.annotations?.["stork.libopenstorage.org/static-copy"], "true");
    const claims = await world.site("west").client.list({ apiVersion: "v1", kind: "PersistentVolumeClaim" });
    assert.deepEqual(
      claims.map((claim) => at(claim, "status", "phase")),
      ["Bound", "Bound", "Bound", "Bound"],
    );
  });
});
