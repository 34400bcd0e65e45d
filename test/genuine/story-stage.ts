import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { StatusResult } from "../../src/app/status.ts";
import { asList, asNumber, at } from "../../src/core/model/fields.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";
import { type DroverCommands, droverCommands } from "../../src/entry/sandbox/demo/drover-commands.ts";
import { type SandboxForge, openForge } from "../../src/entry/sandbox/forge.ts";
import { gitVariables } from "../../src/entry/sandbox/run-git.ts";
import { APPLICATIONS, platformDocuments } from "../../src/entry/sandbox/story-documents.ts";
import type { PlaneReport } from "../../src/sandbox/portworx/loss-report.ts";
import type { RunningActors } from "../../src/sandbox/clock/real-clock.ts";
import type { World } from "../../src/sandbox/world/world.ts";

import { type ClusterName, type ControlPlanes, startControlPlanes } from "./control-planes.ts";
import { DOMAINS, startSimulatedStorage } from "./simulated-storage.ts";

/** The bank's story on two genuine control planes, with a forge of its own. */
export interface GenuineStory {
  readonly planes: ControlPlanes;
  readonly world: World;
  readonly forge: SandboxForge;
  /** Drover, composed from nothing at each call, with a kubeconfig, HTTPS, git and GitHub's REST interface. */
  readonly drover: DroverCommands;
  /** Power off: storage, nodes and simulators at once, then the control plane. */
  kill(site: ClusterName): Promise<void>;
  /** Power on: the control plane boots with the objects it had, and their pods come back to life. */
  restore(site: ClusterName): Promise<void>;
  /** The counters of all volumes at this very moment. */
  counts(): PlaneReport;
  /** Application to its phase and place, as `drover status` says, e.g. `Protected on east`. */
  phases(): Promise<Readonly<Record<string, string>>>;
  /** What Drover reported while it worked, line by line. */
  readonly said: string[];
  /** What is there now, for a test that failed: workloads, pods and volumes of both sites. */
  describe(): Promise<readonly string[]>;
  /** Rejects when a simulator has a bug; otherwise pending. */
  readonly broken: Promise<never>;
  close(): Promise<void>;
}

/** Pods that the story's workloads ask for, `namespace/Kind/name`. */
export const REPLICAS: Readonly<Record<string, number>> = {
  "appns/StatefulSet/cassandra": 3,
  "appns/StatefulSet/postgres": 1,
  "appns/Deployment/teller": 2,
  "ledger/Deployment/ledger": 1,
};

/** Starts everything; the applications are being started on east when it resolves. */
export async function openGenuineStory(programs: string, speed: number): Promise<GenuineStory> {
  const planes = await startControlPlanes({ programs, controllers: true, nodes: true });
  const opened: (() => Promise<void>)[] = [() => planes.stop()];
  const close = async (): Promise<void> => {
    const faults: unknown[] = [];
    for (const end of opened.splice(0).reverse()) await end().catch((fault: unknown) => faults.push(fault));
    if (faults.length > 0) throw faults[0];
  };
  try {
    const { world, running } = await startSimulatedStorage(planes, { speed });
    opened.push(() => running.stop());
    const home = join(planes.folder, "people");
    await mkdir(home, { mode: 0o700 });
    const path = process.env["PATH"];
    const forge = await openForge(home, { documents: platformDocuments(await identitiesOf(world)), path });
    opened.push(() => forge.close());
    const environment = {
      ...gitVariables(path, home),
      KUBECONFIG: planes.kubeconfig,
      GITHUB_API_URL: forge.apiUrl,
      GITHUB_TOKEN: forge.token,
    };
    const drover = droverCommands({ environment, forge });
    const broken = orBroken(running);
    broken.catch(() => undefined); // each chapter looks at it; between two of them nobody does
    return {
      planes,
      world,
      forge,
      drover,
      said: [],
      broken,
      close,
      ...power(planes, world),
      ...questions(world, drover),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function orBroken({ finished }: RunningActors): Promise<never> {
  await finished;
  return new Promise<never>(() => undefined);
}

async function identitiesOf(world: World): Promise<Readonly<Record<ClusterName, string>>> {
  const read = async (name: ClusterName): Promise<string> => {
    const system = { apiVersion: "v1", kind: "Namespace", namespace: null, name: "kube-system" };
    return (await world.site(name).client.get(system))?.metadata.uid ?? "";
  };
  return { east: await read("east"), west: await read("west") };
}

function power(planes: ControlPlanes, world: World): Pick<GenuineStory, "kill" | "restore"> {
  return {
    kill: async (site) => {
      world.killSite(site);
      await planes.powerOff(site);
    },
    restore: async (site) => {
      await planes.powerOn(site);
      world.restoreSite(site);
    },
  };
}

function questions(world: World, drover: DroverCommands): Pick<GenuineStory, "counts" | "phases" | "describe"> {
  return {
    describe: async () => [
      ...(await describeSite(world, "east")),
      ...(await describeSite(world, "west")),
      `volumes: ${JSON.stringify(world.plane.report().volumes)}`,
      `domains: ${JSON.stringify(world.plane.snapshot().domains)}`,
    ],
    counts: () => world.plane.report(),
    phases: async () => {
      const { applications }: StatusResult = await drover.status();
      return Object.fromEntries(
        applications.map(({ name, phase, activeCluster }) => [name, `${phase} on ${activeCluster ?? "?"}`]),
      );
    },
  };
}

async function describeSite(world: World, site: ClusterName): Promise<readonly string[]> {
  if (!world.isReachable(site)) return [`${site}: no power`];
  const pods = (await podsOn(world, site)).map((pod) => {
    const conditions = asList(at(pod, "status", "conditions")).map((one) => `${at(one, "type")}=${at(one, "status")}`);
    const deleted = pod.metadata.deletionTimestamp === undefined ? "" : " being deleted";
    return `${site}: pod ${pod.metadata.name} ${at(pod, "status", "phase")}${deleted} ${conditions.join(" ")}`;
  });
  return [`${site}: ready ${JSON.stringify(await readyOn(world, site))}`, ...pods];
}

/** Ready replicas of the story's workloads on a site, as its own API server has them; missing ones are left out. */
export async function readyOn(world: World, site: ClusterName): Promise<Readonly<Record<string, number>>> {
  const { client } = world.site(site);
  const kinds = ["StatefulSet", "Deployment"].map((kind) => client.list({ apiVersion: "apps/v1", kind }));
  const ours = (await Promise.all(kinds)).flat().filter(inStory);
  return Object.fromEntries(
    ours.map((workload) => [
      `${workload.metadata.namespace ?? ""}/${workload.kind}/${workload.metadata.name}`,
      asNumber(at(workload, "status", "readyReplicas")) ?? 0,
    ]),
  );
}

/** Pods of the story that exist on a site. */
export async function podsOn(world: World, site: ClusterName): Promise<readonly KubeObject[]> {
  return (await world.site(site).client.list({ apiVersion: "v1", kind: "Pod" })).filter(inStory);
}

function inStory(object: KubeObject): boolean {
  return APPLICATIONS.some((name) => name === object.metadata.namespace);
}

/**
 * Whether a site really serves: every pod is ready, and every volume acknowledged a write to it since `before`.
 */
export async function serves(story: GenuineStory, site: ClusterName, before: PlaneReport): Promise<boolean> {
  const domain = DOMAINS[site];
  const written = story.counts().volumes.every((volume) => {
    const then = before.volumes.find((candidate) => candidate.volume === volume.volume);
    return (volume.sides[domain]?.acknowledged ?? 0) > (then?.sides[domain]?.acknowledged ?? 0);
  });
  if (!written) return false;
  const ready = await readyOn(story.world, site);
  return Object.entries(REPLICAS).every(([name, wanted]) => ready[name] === wanted);
}
