import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "../../../src/core/model/fields.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { CLAIM, POD, refTo, VOLUME } from "../../../src/sandbox/workloads/kinds.ts";
import { isReady } from "../../../src/sandbox/workloads/pod-template.ts";
import { oneCluster, type OneCluster } from "../one-cluster.ts";

const containers = [{ name: "main", image: "registry.example/main:1" }];

function template(app: string, extra: object = {}) {
  return { metadata: { labels: { app } }, spec: { containers, ...extra } };
}

const deployment = (replicas: number): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: { replicas, selector: { matchLabels: { app: "web" } }, template: template("web") },
});

const statefulSet: KubeObject = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", namespace: "default" },
  spec: {
    replicas: 2,
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: template("db"),
    volumeClaimTemplates: [
      {
        metadata: { name: "data" },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: "px",
          resources: { requests: { storage: "1Gi" } },
        },
      },
    ],
  },
};

const storageClass: KubeObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "px" },
  provisioner: "pxd.portworx.com",
  reclaimPolicy: "Delete",
};

const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", namespace: "default", name: "web" };
const STATEFUL_SET = { apiVersion: "apps/v1", kind: "StatefulSet", namespace: "default", name: "db" };

const readyPods = async ({ client }: OneCluster) =>
  (await client.list(POD)).filter(isReady).map((pod) => pod.metadata.name);

test("a Deployment gets its pods, reports them, and follows its template and size", async () => {
  const world = oneCluster();
  await world.client.create(deployment(3));
  await world.clock.advance(15_000);
  assert.equal((await readyPods(world)).length, 3);
  const status = (await world.client.get(DEPLOYMENT))?.["status"];
  assert.equal(at(status, "readyReplicas"), 3);
  assert.equal(at(status, "observedGeneration"), (await world.client.get(DEPLOYMENT))?.metadata.generation);
  await world.client.mergePatch(DEPLOYMENT, {
    spec: { replicas: 1, template: { metadata: { labels: { app: "web", tier: "front" } } } },
  });
  await world.clock.advance(20_000);
  const [pod, ...others] = await world.client.list(POD);
  assert.equal(others.length, 0);
  assert.equal(pod?.metadata.labels?.["tier"], "front");
  await world.client.delete(DEPLOYMENT);
  await world.clock.advance(10_000);
  assert.equal((await world.client.list(POD)).length, 0);
});

test("a StatefulSet makes claims and ordered pods, whose writes the storage counts", async () => {
  const world = oneCluster();
  await world.client.create(storageClass);
  await world.client.create(statefulSet);
  await world.clock.advance(20_000);
  assert.deepEqual(await readyPods(world), ["db-0", "db-1"]);
  const claims = await world.client.list(CLAIM);
  assert.deepEqual(
    claims.map((claim) => [claim.metadata.name, at(claim, "status", "phase")]),
    [
      ["data-db-0", "Bound"],
      ["data-db-1", "Bound"],
    ],
  );
  const before = world.plane.report().volumes.map((volume) => volume.acknowledged);
  assert.ok(before.every((count) => count > 0));
  await world.client.mergePatch(STATEFUL_SET, { spec: { replicas: 0 } });
  await world.clock.advance(15_000);
  assert.deepEqual(await world.client.list(POD), []);
  assert.deepEqual(world.plane.attachmentsIn("primary"), []);
  assert.equal(at((await world.client.get(STATEFUL_SET))?.["status"], "replicas"), 0);
  const after = world.plane.report().volumes.map((volume) => volume.acknowledged);
  await world.clock.advance(10_000);
  assert.deepEqual(
    world.plane.report().volumes.map((volume) => volume.acknowledged),
    after,
  );
});

test("a pod whose volume the storage refuses stays in ContainerCreating with an Event", async () => {
  const world = oneCluster();
  await world.client.create(storageClass);
  world.plane.setDomainActive({ domain: "primary", active: false, askedFrom: "dr-site" });
  await world.client.create(statefulSet);
  await world.clock.advance(10_000);
  const pod = await world.client.get(refTo(POD, "default", "db-0"));
  assert.equal(at(pod, "status", "phase"), "Pending");
  const [event] = await world.client.list({ apiVersion: "v1", kind: "Event" });
  assert.equal(event?.["reason"], "FailedAttachVolume");
  assert.match(String(event?.["message"]), /cluster domain primary is inactive/);
  world.plane.setDomainActive({ domain: "primary", active: true, askedFrom: "dr-site" });
  await world.clock.advance(20_000);
  assert.deepEqual(await readyPods(world), ["db-0", "db-1"]);
});

test("a fenced domain stops a running pod, and it serves again when the domain is back", async () => {
  const world = oneCluster();
  await world.client.create(storageClass);
  await world.client.create(statefulSet);
  await world.clock.advance(20_000);
  world.plane.setDomainActive({ domain: "primary", active: false, askedFrom: "dr-site" });
  await world.clock.advance(5_000);
  assert.deepEqual(await readyPods(world), []);
  assert.ok(world.plane.report().volumes.every((volume) => volume.refused > 0));
  world.plane.setDomainActive({ domain: "primary", active: true, askedFrom: "dr-site" });
  await world.clock.advance(40_000);
  assert.deepEqual(await readyPods(world), ["db-0", "db-1"]);
});

test("reclaim policy Delete destroys the volume of a deleted claim, Retain keeps it", async () => {
  const world = oneCluster();
  await world.client.create(storageClass);
  await world.client.create({ ...statefulSet, spec: { ...(statefulSet["spec"] as object), replicas: 2 } });
  await world.clock.advance(20_000);
  const [kept, lost] = await world.client.list(VOLUME);
  assert.ok(kept !== undefined && lost !== undefined);
  await world.client.mergePatch(refTo(VOLUME, null, kept.metadata.name), {
    spec: { persistentVolumeReclaimPolicy: "Retain" },
  });
  await world.client.delete(STATEFUL_SET);
  for (const claim of await world.client.list(CLAIM)) {
    await world.client.delete(refTo(CLAIM, "default", claim.metadata.name));
  }
  await world.clock.advance(15_000);
  const left = await world.client.list(VOLUME);
  assert.deepEqual(
    left.map((volume) => [volume.metadata.name, at(volume, "status", "phase")]),
    [[kept.metadata.name, "Released"]],
  );
  assert.deepEqual(
    world.plane.report().volumes.map((volume) => volume.volume),
    [kept.metadata.name],
  );
});

test("a Job runs to its end, a suspended one waits", async () => {
  const world = oneCluster();
  const job = (name: string, suspend: boolean): KubeObject => ({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: "default" },
    spec: { suspend, completions: 2, template: template(name, { restartPolicy: "Never" }) },
  });
  await world.client.create(job("run", false));
  await world.client.create(job("wait", true));
  await world.clock.advance(60_000);
  const ref = (name: string) => ({ apiVersion: "batch/v1", kind: "Job", namespace: "default", name });
  assert.equal(at(await world.client.get(ref("run")), "status", "succeeded"), 2);
  assert.notEqual(at(await world.client.get(ref("run")), "status", "completionTime"), undefined);
  assert.equal(at(await world.client.get(ref("wait")), "status", "succeeded"), undefined);
});

test("a CronJob starts its jobs on time and not while it is suspended", async () => {
  const world = oneCluster();
  const ref = { apiVersion: "batch/v1", kind: "CronJob", namespace: "default", name: "report" };
  await world.client.create({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "report", namespace: "default" },
    spec: {
      schedule: "*/2 * * * *",
      suspend: true,
      jobTemplate: { spec: { template: template("report", { restartPolicy: "Never" }) } },
    },
  });
  const jobs = () => world.client.list({ apiVersion: "batch/v1", kind: "Job" });
  await world.clock.advance(300_000);
  assert.equal((await jobs()).length, 0);
  await world.client.mergePatch(ref, { spec: { suspend: false } });
  await world.clock.advance(250_000);
  assert.equal((await jobs()).length, 3);
});

test("an idle cluster is not asked anything", async () => {
  const world = oneCluster();
  await world.client.create(deployment(2));
  await world.clock.advance(30_000);
  const generation = world.cluster.generation();
  await world.clock.advance(60_000);
  assert.equal(world.cluster.generation(), generation);
});
