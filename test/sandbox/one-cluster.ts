import { createListCache } from "../../src/sandbox/client/list-cache.ts";
import { inProcessTransport } from "../../src/sandbox/client/in-process-transport.ts";
import { createSimulatorClient } from "../../src/sandbox/client/simulator-client.ts";
import { createRandom } from "../../src/sandbox/clock/random.ts";
import { createVirtualClock } from "../../src/sandbox/clock/virtual-clock.ts";
import { createEmbeddedCluster } from "../../src/sandbox/apiserver/cluster.ts";
import { createDataPlane } from "../../src/sandbox/portworx/data-plane.ts";
import {
  createClaimBinder,
  createProvisioner,
  createWorkloadControllers,
} from "../../src/sandbox/workloads/controllers.ts";
import { createNodeAgent } from "../../src/sandbox/workloads/node-agent.ts";
import { createPodWriters } from "../../src/sandbox/workloads/pod-writers.ts";

export const START = Date.parse("2026-11-23T02:00:00Z");

/** One embedded cluster in the domain `primary` with everything that makes pods, and nothing of Stork. */
export function oneCluster(seed = 1) {
  const random = createRandom(seed);
  const clock = createVirtualClock({ startMs: START, random });
  let uids = 0;
  const newUid = () => `00000000-0000-4000-8000-${String((uids += 1)).padStart(12, "0")}`;
  const cluster = createEmbeddedCluster({ name: "east", now: clock.now, newUid });
  const client = createSimulatorClient({
    cluster: "east",
    transport: inProcessTransport((request) => cluster.handle(request)),
    manager: "test",
    cache: createListCache(() => cluster.generation()),
  });
  const plane = createDataPlane({ clusterId: "px", dataDomains: ["primary", "dr-site"], witness: "witness", clock });
  const options = { client, clock, random, plane, domain: "primary", node: "east-1" };
  const actors = [
    ...createWorkloadControllers(options),
    createClaimBinder(options),
    createProvisioner(options),
    createNodeAgent(options),
    createPodWriters({ ...options, attaches: false }),
  ];
  for (const actor of actors) clock.schedule(actor);
  return { cluster, client, clock, plane, random };
}

export type OneCluster = ReturnType<typeof oneCluster>;
