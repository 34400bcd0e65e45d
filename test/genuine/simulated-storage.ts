import { createRandom } from "../../src/sandbox/clock/random.ts";
import { createRealClock, type RunningActors, startActors } from "../../src/sandbox/clock/real-clock.ts";
import { httpsTransport } from "../../src/sandbox/client/https-transport.ts";
import { seedStory } from "../../src/sandbox/story/seed-story.ts";
import { createWorld, type World } from "../../src/sandbox/world/world.ts";

import type { ClusterName, ControlPlanes } from "./control-planes.ts";

/** Portworx' cluster domains of the two genuine clusters. */
export const DOMAINS: Readonly<Record<ClusterName, string>> = { east: "primary", west: "dr-site" };

export interface SimulatedStorage {
  readonly world: World;
  readonly running: RunningActors;
}

/** A genuine server needs a moment until it serves a kind whose definition was just made. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

/**
 * Seeds the story on both genuine clusters, and runs the simulated Stork, Portworx and the programs inside the pods
 * beside their genuine controllers, as ordinary clients of their API servers. `speed` divides what simulators wait.
 */
export async function startSimulatedStorage(
  planes: ControlPlanes,
  { speed }: { readonly speed: number },
): Promise<SimulatedStorage> {
  const clock = createRealClock({ speed });
  const random = createRandom(1);
  const site = (name: ClusterName) => {
    const { server, certificateAuthority: ca, adminToken: token } = planes.clusters[name];
    const transport = httpsTransport({ server, ca, token });
    return { name, domain: DOMAINS[name], server, runs: "storage", generation: null, transport } as const;
  };
  const world = createWorld({ sites: [site("east"), site("west")], clock, random });
  const side = (name: ClusterName) => {
    const { server, certificateAuthority: ca, adminToken: token } = planes.clusters[name];
    return { client: world.site(name).client, target: { name, server, ca, token } };
  };
  await seedStory({ east: side("east"), west: side("west"), pause });
  return { world, running: startActors(world.actors, clock, { random }) };
}
