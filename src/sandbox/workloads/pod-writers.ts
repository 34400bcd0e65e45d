import type { KubeObject } from "../../core/model/kube-object.ts";
import type { Actor } from "../clock/actor.ts";
import type { SimulationClock } from "../clock/simulation-clock.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import type { DataPlane } from "../portworx/data-plane.ts";
import { createChangeGate } from "./change-gate.ts";
import { CLAIM, POD, VOLUME } from "./kinds.ts";
import { phaseOf } from "./pod-template.ts";
import { volumesOf } from "./pod-volumes.ts";

export interface PodWritersOptions {
  readonly client: SimulatorClient;
  readonly clock: SimulationClock;
  readonly plane: DataPlane;
  readonly domain: string;
  /** Time between two writes of a pod to each of its volumes. */
  readonly writeEveryMs?: number;
  /**
   * Where no simulated node agent runs (a genuine cluster with kwok), the writers attach before their first write and
   * detach what no pod uses any more.
   */
  readonly attaches: boolean;
}

interface Writer {
  readonly pod: string;
  readonly handle: string;
}

/** The applications inside the pods: each running pod keeps writing to its volumes until it is gone. */
export function createPodWriters(options: PodWritersOptions): Actor {
  const { client, clock, plane, domain, attaches } = options;
  const gate = createChangeGate(client, [POD, CLAIM, VOLUME]);
  let writers: readonly Writer[] = [];
  return {
    name: `pod-writers-${domain}`,
    everyMs: options.writeEveryMs ?? 700,
    tick: async () => {
      await gate.look(clock.now(), async () => {
        writers = await runningWriters(client);
        if (attaches) releaseGone(options, writers);
      });
      for (const { pod, handle } of writers) {
        if (attaches && !plane.isAttached(handle, domain, pod)) plane.attach(handle, domain, pod);
        plane.write(handle, domain, pod);
      }
    },
    memory: { save: () => null, load: () => gate.reopen() },
  };
}

async function runningWriters(client: SimulatorClient): Promise<readonly Writer[]> {
  const pods = (await client.list(POD)).filter((pod) => phaseOf(pod) === "Running");
  if (pods.length === 0) return [];
  const storage = { claims: await client.list(CLAIM), volumes: await client.list(VOLUME) };
  return pods.flatMap((pod) => writersIn(pod, storage));
}

function writersIn(pod: KubeObject, storage: Parameters<typeof volumesOf>[1]): readonly Writer[] {
  const found = volumesOf(pod, storage);
  if (found.state === "waiting") return [];
  return found.handles.map((handle) => ({ pod: pod.metadata.uid ?? "", handle }));
}

function releaseGone({ plane, domain }: PodWritersOptions, writers: readonly Writer[]): void {
  const running = new Set(writers.map((writer) => writer.pod));
  for (const { handle, pod } of plane.attachmentsIn(domain)) {
    if (!running.has(pod)) plane.detach(handle, domain, pod);
  }
}
