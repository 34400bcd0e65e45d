import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import { loadConnection } from "../../src/adapters/kubernetes/connection.ts";
import { createHttpsTransport } from "../../src/adapters/kubernetes/https-transport.ts";
import { asList, at } from "../../src/core/model/fields.ts";
import type { KubeObject, ObjectRef } from "../../src/core/model/kube-object.ts";
import type { ClusterPort } from "../../src/ports/cluster.ts";

import { startControlPlanes } from "./control-planes.ts";
import type { ClusterName, ControlPlanes } from "./control-planes.ts";
import { addFakeNode } from "./fake-node.ts";
import { requirePrograms } from "./setup.ts";

const programs = await requirePrograms(process.env);

async function until(what: string, check: () => Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await check())) {
    if (performance.now() > deadline) assert.fail(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe("two genuine clusters with controllers and nodes", { timeout: 240_000 }, () => {
  let planes: ControlPlanes;
  before(async () => {
    planes = await startControlPlanes({ programs, controllers: true, nodes: true });
    await Promise.all([portTo("east"), portTo("west")].map(async (port) => addFakeNode(await port)));
  });
  after(() => planes.stop());

  async function portTo(context: ClusterName): Promise<ClusterPort> {
    const settings = { kubeconfig: planes.kubeconfig, environment: {} };
    const connection = await loadConnection(context, { type: "context", context }, settings);
    return createClusterPort({ name: context, transport: createHttpsTransport(connection) });
  }

  it("are two clusters, and know it", async () => {
    const system = { apiVersion: "v1", kind: "Namespace", namespace: null, name: "kube-system" };
    const [east, west] = await Promise.all([(await portTo("east")).get(system), (await portTo("west")).get(system)]);
    assert.ok(east !== null && west !== null);
    assert.notEqual(east.metadata.uid, west.metadata.uid);
  });

  it("run Deployments and StatefulSets with claims until they are ready", async () => {
    const port = await portTo("west");
    await port.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
    await port.create(volume("db-0"));
    await port.create(workload("Deployment", "web", { replicas: 3 }));
    await port.create(workload("StatefulSet", "db", { serviceName: "db", volumeClaimTemplates: [claimTemplate()] }));
    const ref = (kind: string, name: string): ObjectRef => ({ apiVersion: "apps/v1", kind, namespace: "shop", name });
    await until(
      "three web pods ready",
      async () => at(await port.get(ref("Deployment", "web")), "status", "readyReplicas") === 3,
    );
    await until(
      "the database ready",
      async () => at(await port.get(ref("StatefulSet", "db")), "status", "readyReplicas") === 1,
    );
    const [claim] = (await port.list({ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "shop" })).items;
    assert.deepEqual([at(claim, "spec", "volumeName"), at(claim, "status", "phase")], ["db-0", "Bound"]);
    await port.patch(ref("Deployment", "web"), { spec: { replicas: 0 } }, { subresource: "scale" });
    await until("no web pod left", async () => {
      const pods = await port.list({ apiVersion: "v1", kind: "Pod", namespace: "shop", labelSelector: "app=web" });
      return pods.items.length === 0;
    });
  });

  it("are served to the genuine kubectl by the kubeconfig", async () => {
    const kubectl = (...args: readonly string[]): Promise<{ stdout: string }> =>
      promisify(execFile)(join(programs, "kubectl"), ["--kubeconfig", planes.kubeconfig, ...args]);
    assert.equal((await kubectl("config", "current-context")).stdout.trim(), "east");
    const version = JSON.parse((await kubectl("--context", "west", "version", "-o", "json")).stdout) as unknown;
    assert.deepEqual(
      [at(version, "clientVersion", "gitVersion"), at(version, "serverVersion", "gitVersion")],
      ["v1.36.3", "v1.36.3"],
    );
    const nodes = JSON.parse((await kubectl("--context", "west", "get", "nodes", "-o", "json")).stdout) as unknown;
    assert.equal(asList(at(nodes, "items")).length, 1);
  });
});

describe("servers of a test that is killed", { timeout: 120_000 }, () => {
  it("end with it, and their folder goes", async () => {
    const script = join(import.meta.dirname, "hold-control-planes.ts");
    const child = spawn(process.execPath, [script, programs], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const { folder, servers } = JSON.parse(line.toString()) as { folder: string; servers: readonly string[] };
    assert.ok(existsSync(folder));
    child.kill("SIGKILL");
    await until("the folder goes", () => Promise.resolve(!existsSync(folder)), 20);
    for (const server of servers) assert.equal(await refusal(server), "ECONNREFUSED");
  });
});

/** Why a connection fails; null: it does not. */
function refusal(server: string): Promise<string | null> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.on("connect", () => {
      socket.destroy();
      resolve(null);
    });
    socket.on("error", (error) => resolve(String(at(error, "code"))));
  });
}

function workload(
  kind: "Deployment" | "StatefulSet",
  name: string,
  spec: Readonly<Record<string, unknown>>,
): KubeObject {
  const labels = { app: name };
  const containers = [{ name, image: `registry.example.com/${name}:1` }];
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "shop" },
    spec: { ...spec, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}

const CAPACITY = { storage: "1Gi" };

function claimTemplate(): unknown {
  return {
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: "px", resources: { requests: CAPACITY } },
  };
}

function volume(name: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      capacity: CAPACITY,
      accessModes: ["ReadWriteOnce"],
      storageClassName: "px",
      persistentVolumeReclaimPolicy: "Retain",
      csi: { driver: "pxd.portworx.com", volumeHandle: "1234567890" },
    },
  };
}
