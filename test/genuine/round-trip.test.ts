import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import { gatherCluster } from "../../src/app/gather-cluster.ts";
import { asNumber, at } from "../../src/core/model/fields.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";
import { activateFolder } from "../../src/core/render/activation.ts";
import { buildFolder } from "../../src/core/render/build-folder.ts";
import { renderApplication } from "../../src/core/render/render-application.ts";
import type { RenderResult } from "../../src/core/render/render-result.ts";
import type { ClusterPort } from "../../src/ports/cluster.ts";
import { clusterSpec } from "../builders/capture-spec.ts";
import { captureInputOf } from "../builders/read-capture.ts";
import { type ControlPlanes, startControlPlanes } from "./control-planes.ts";
import { transportAs } from "./genuine-cluster.ts";
import { inOrder, kubectlKustomize } from "./kubectl-kustomize.ts";
import { meshManifest } from "./mesh-manifest.ts";
import { requirePrograms } from "./setup.ts";
import { until } from "./until.ts";

const programs = await requirePrograms(process.env);
const KUBECTL = join(programs, "kubectl");
const APPLICATIONS = fileURLToPath(new URL("applications/", import.meta.url));
const call = promisify(execFile);

describe(
  "acceptance 1, 2, 5, 6 and 8: an application is carried over by the genuine kubectl and is the same there",
  { timeout: 300_000 },
  () => {
    let planes: ControlPlanes;
    let ports: Readonly<Record<"east" | "west", ClusterPort>>;
    let scratch: string;

    before(async () => {
      planes = await startControlPlanes({ programs, controllers: true, nodes: false });
      const { east, west } = planes.clusters;
      ports = {
        east: createClusterPort({ name: "east", transport: await transportAs(east, east.adminToken) }),
        west: createClusterPort({ name: "west", transport: await transportAs(west, west.adminToken) }),
      };
      scratch = await mkdtemp(join(tmpdir(), "drover-round-trip-"));
      for (const side of ["east", "west"] as const) {
        await kubectl(side, ["apply", "--server-side", "-f", join(APPLICATIONS, "crds.yaml")]);
        await kubectl(side, ["wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"]);
      }
    });
    after(async () => {
      await planes.stop();
      await rm(scratch, { recursive: true, force: true });
    });

    async function kubectl(side: "east" | "west", args: readonly string[]): Promise<string> {
      const options = {
        env: { PATH: process.env["PATH"], HOME: scratch, KUBECONFIG: planes.kubeconfig },
        maxBuffer: 2 ** 26,
      };
      return (await call(KUBECTL, ["--context", side, ...args], options)).stdout;
    }

    async function capture(side: "east" | "west", name: string): Promise<RenderResult> {
      const namespaces = [`trip-${name}`];
      const facts = await gatherCluster(ports[side], {
        spec: clusterSpec(side),
        applications: [{ name, namespaces }],
        provider: [],
      });
      assert.ok(facts.reachable, facts.reachable ? "" : facts.why);
      assert.deepEqual(facts.applications.get(name)?.facts.unread, []);
      return renderApplication(captureInputOf(facts, { name, namespaces }));
    }

    async function applyFolder(side: "east" | "west", files: ReadonlyMap<string, string>): Promise<void> {
      const folder = await mkdtemp(join(scratch, "folder-"));
      for (const [path, text] of files) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      await kubectl(side, ["apply", "--server-side", "--force-conflicts", "-k", folder]);
    }

    /** What the operator would make, in its own name. */
    async function playOperator(namespace: string): Promise<void> {
      const uid = await kubectl("east", ["get", "queue", "orders", "-n", namespace, "-o", "jsonpath={.metadata.uid}"]);
      const text = await readFile(join(APPLICATIONS, "operator-made.yaml"), "utf8");
      const file = join(scratch, "operator-made.yaml");
      await writeFile(file, text.replaceAll("QUEUE_UID", uid));
      await kubectl("east", ["apply", "--server-side", "--field-manager=queue-operator", "-n", namespace, "-f", file]);
    }

    for (const [name, workloads] of [
      ["operator", { "Deployment queue-operator": 2 }],
      ["database", { "StatefulSet orders-db": 2 }],
      ["template", { "DeploymentConfig frontend": 4 }],
      ["ring", { "StatefulSet ring": 3 }],
      [
        "mesh",
        Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`Deployment svc-${index}`, (index % 3) + 1])),
      ],
    ] as const) {
      it(name, async () => {
        const namespace = `trip-${name}`;
        const manifest =
          name === "mesh" ? meshManifest(20) : await readFile(join(APPLICATIONS, `${name}.yaml`), "utf8");
        const file = join(scratch, `${name}.yaml`);
        await writeFile(file, manifest);
        for (const side of ["east", "west"] as const) await kubectl(side, ["create", "namespace", namespace]);
        await kubectl("east", ["apply", "-n", namespace, "-f", file]);
        await until("the platform's own objects", async () => {
          const found = await kubectl("east", ["get", "-n", namespace, "configmap,serviceaccount", "-o", "name"]);
          return found.includes("kube-root-ca.crt") && found.includes("serviceaccount/default");
        });

        if (name === "operator") await playOperator(namespace);
        const first = await capture("east", name);
        assert.deepEqual([first.refusals, first.suspicious], [[], null]);
        assert.deepEqual(unlikeSource(first), LEARNED[name], "left out, and needed there");
        assert.ok(![...first.files.values()].some((text) => text.includes("checksum/secret")));
        assert.deepEqual((await capture("east", name)).files, first.files, "a second capture gives the same bytes");

        const standby = buildFolder(first.files);
        const active = activateFolder(first.files);
        assert.deepEqual(inOrder(kubectlKustomize(KUBECTL, first.files)), inOrder(standby));
        assert.deepEqual(inOrder(kubectlKustomize(KUBECTL, active)), inOrder(buildFolder(active)));
        assert.deepEqual(running(standby), [], "the standby runs nothing");
        for (const [workload, replicas] of Object.entries(workloads)) {
          assert.equal(asNumber(at(find(buildFolder(active), workload), "spec", "replicas")), replicas, workload);
        }

        await applyFolder("west", first.files);
        const carried = baseOf(await capture("west", name));
        assert.deepEqual(carried, baseOf(first), "the standby carries the original numbers on");
        await applyFolder("west", active);
        assert.deepEqual(contentOf(await capture("west", name)), contentOf(first), "the active copy is a fixed point");
      });
    }
  },
);

/** Rules that leave out what stands in every namespace, or what runs there. */
const ORDINARY: ReadonlySet<string> = new Set(["generated-config-map", "generated-service-account", "runtime-state"]);

/** What public applications of these kinds taught: what else is left out, and what the standby has to have. */
const LEARNED: Readonly<Record<string, readonly string[]>> = {
  operator: [
    "controller-owned RabbitmqCluster orders-nodes",
    "controller-owned Secret orders-user",
    "needs CustomResourceDefinition queues.messaging.example.com",
    "needs CustomResourceDefinition rabbitmqclusters.rabbitmq.com",
  ],
  database: ["helm-release Secret sh.helm.release.v1.orders-db.v3", "leader-election ConfigMap orders-db-leader"],
  template: [],
  ring: ["needs StorageClass ring-ssd"],
  mesh: [],
};

function unlikeSource({ report }: RenderResult): readonly string[] {
  const derived = new Set(["Pod", "ReplicaSet", "Namespace", "PersistentVolumeClaim", "ControllerRevision"]);
  const omitted = report.omitted
    .filter(({ object, rule }) => !ORDINARY.has(rule) && !derived.has(object.kind))
    .map(({ object, rule }) => `${rule} ${object.kind} ${object.name}`);
  const needed = report.requirements.map(({ kind, name }) => `needs ${kind} ${name}`);
  return [...omitted, ...needed].sort();
}

/** All files but the record, which says where it came from. */
function contentOf({ files }: RenderResult): Readonly<Record<string, string>> {
  return Object.fromEntries([...files].filter(([path]) => path !== "record.json"));
}

/** What a standby has too; custom resources that can't be idled come with the active component alone. */
function baseOf(result: RenderResult): Readonly<Record<string, string>> {
  const patches = kubectlKustomize(KUBECTL, activateFolder(result.files)).filter(isWorkload).map(replicasOf);
  const files = Object.entries(contentOf(result)).filter(([path]) => !path.startsWith("components/"));
  return { ...Object.fromEntries(files), replicas: patches.sort().join("\n") };
}

function isWorkload(object: KubeObject): boolean {
  return at(object, "spec", "template") !== undefined && object.kind !== "DaemonSet";
}

function replicasOf(object: KubeObject): string {
  return `${object.kind} ${object.metadata.name} ${String(at(object, "spec", "replicas"))}`;
}

function find(objects: readonly KubeObject[], workload: string): KubeObject | null {
  return objects.find((object) => `${object.kind} ${object.metadata.name}` === workload) ?? null;
}

/** What would make pods. */
function running(objects: readonly KubeObject[]): readonly string[] {
  return objects
    .filter((object) => (asNumber(at(object, "spec", "replicas")) ?? 0) > 0 || ["Pod", "Job"].includes(object.kind))
    .concat(objects.filter((object) => object.kind === "CronJob" && at(object, "spec", "suspend") !== true))
    .map((object) => `${object.kind} ${object.metadata.name}`);
}
