import assert from "node:assert/strict";
import { asFields, asList, asNumber, at } from "../../../src/core/model/fields.ts";
import { type KindRef, type KubeObject, refOf } from "../../../src/core/model/kube-object.ts";
import { POD, STATEFUL_SET, DEPLOYMENT, VOLUME, refTo } from "../../../src/sandbox/workloads/kinds.ts";
import { isReady } from "../../../src/sandbox/workloads/pod-template.ts";
import type { StoryWorld } from "../story-world.ts";

/** A careful person at both clusters, who does by hand what Stork's procedures "without Actions" say. */
const VERSION = "stork.libopenstorage.org/v1alpha1";
const SCHEDULE: KindRef = { apiVersion: VERSION, kind: "MigrationSchedule" };
export const NAMESPACES = ["appns", "ledger"] as const;

/** Lets time pass until something holds; three minutes at most. */
export async function until(world: StoryWorld, what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = world.clock.now() + 180_000;
  while (!(await holds())) {
    assert.ok(world.clock.now() < deadline, `gave up waiting: ${what}`);
    await world.clock.sleep(1_000);
  }
}

export async function workloads(world: StoryWorld, site: string): Promise<readonly KubeObject[]> {
  const { client } = world.site(site);
  const all = [...(await client.list(STATEFUL_SET)), ...(await client.list(DEPLOYMENT))];
  return all.filter((object) => NAMESPACES.some((namespace) => namespace === object.metadata.namespace));
}

export async function scale(world: StoryWorld, site: string, replicas: (object: KubeObject) => number): Promise<void> {
  for (const object of await workloads(world, site)) {
    await world.site(site).client.mergePatch(refOf(object), { spec: { replicas: replicas(object) } });
  }
}

export async function readyPods(world: StoryWorld, site: string): Promise<number> {
  return (await world.site(site).client.list(POD)).filter(isReady).length;
}

export async function allPods(world: StoryWorld, site: string): Promise<number> {
  return (await world.site(site).client.list(POD)).length;
}

export async function setRetain(world: StoryWorld, site: string): Promise<void> {
  for (const volume of await world.site(site).client.list(VOLUME)) {
    const patch = { spec: { persistentVolumeReclaimPolicy: "Retain" } };
    await world.site(site).client.mergePatch(refTo(VOLUME, null, volume.metadata.name), patch);
  }
}

/** A schedule for each namespace, and the wait for its first good run. */
export async function replicate(world: StoryWorld, from: string, suffix = ""): Promise<void> {
  const { client } = world.site(from);
  const policy = { apiVersion: VERSION, kind: "SchedulePolicy", metadata: { name: "every-minute" } };
  if ((await client.get({ ...policy, namespace: null, name: "every-minute" })) === null) {
    await client.create({ ...policy, policy: { interval: { intervalMinutes: 1 } } });
  }
  for (const namespace of NAMESPACES) {
    const spec = {
      clusterPair: "east-west",
      namespaces: [namespace],
      includeResources: false,
      includeVolumes: false,
      startApplications: false,
    };
    await client.create({
      ...SCHEDULE,
      metadata: { name: `${namespace}${suffix}`, namespace },
      spec: { schedulePolicyName: "every-minute", suspend: false, autoSuspend: true, template: { spec } },
    });
  }
  for (const namespace of NAMESPACES) {
    await until(world, `first run of ${namespace}${suffix}`, async () => {
      const schedule = await client.get({ ...SCHEDULE, namespace, name: `${namespace}${suffix}` });
      return asList(at(schedule, "status", "items", "Interval")).some((item) => at(item, "status") === "Successful");
    });
  }
}

export async function suspendSchedules(world: StoryWorld, site: string): Promise<void> {
  for (const schedule of await world.site(site).client.list(SCHEDULE)) {
    await world.site(site).client.mergePatch(refOf(schedule), { spec: { suspend: true } });
  }
}

/** The same workloads on west at zero replicas, as a standby branch delivers them; their counts are returned. */
export async function deliverStandby(world: StoryWorld): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const object of await workloads(world, "east")) {
    const { apiVersion, kind, metadata } = object;
    const spec = { ...asFields(object["spec"]), replicas: 0 };
    const { name, namespace = "", labels = {} } = metadata;
    counts.set(`${kind}/${namespace}/${name}`, asNumber(at(object, "spec", "replicas")) ?? 1);
    await world.site("west").client.create({ apiVersion, kind, metadata: { name, namespace, labels }, spec });
  }
  return counts;
}

export function countOf(counts: ReadonlyMap<string, number>): (object: KubeObject) => number {
  return ({ kind, metadata }) => counts.get(`${kind}/${metadata.namespace ?? ""}/${metadata.name}`) ?? 0;
}

export async function setDomain(world: StoryWorld, domain: string, active: boolean): Promise<void> {
  const name = `${active ? "unfence" : "fence"}-${domain}-${world.clock.now()}`;
  const update = { apiVersion: VERSION, kind: "ClusterDomainUpdate", metadata: { name } };
  await world.site("west").client.create({ ...update, spec: { clusterdomain: domain, active } });
  await until(world, name, () => domainReads(world, domain, active ? ["Active", "InSync"] : ["Inactive", "NotInSync"]));
}

async function domainReads(
  world: StoryWorld,
  domain: string,
  [state, sync]: readonly [string, string],
): Promise<boolean> {
  const [status] = await world.site("west").client.list({ apiVersion: VERSION, kind: "ClusterDomainsStatus" });
  return asList(at(status, "status", "clusterDomainInfos")).some(
    (info) => at(info, "name") === domain && at(info, "state") === state && at(info, "syncStatus") === sync,
  );
}
