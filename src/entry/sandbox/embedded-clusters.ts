import { randomBytes, randomUUID } from "node:crypto";
import { createCertificates } from "../../sandbox/apiserver/certificates.ts";
import { createEmbeddedCluster } from "../../sandbox/apiserver/cluster.ts";
import { type HttpsServer, serveHttps } from "../../sandbox/apiserver/https-server.ts";
import type { KubeconfigContext } from "../../sandbox/apiserver/kubeconfig.ts";
import { inProcessTransport } from "../../sandbox/client/in-process-transport.ts";
import { createRandom } from "../../sandbox/clock/random.ts";
import { createRealClock, startActors } from "../../sandbox/clock/real-clock.ts";
import { seedStory } from "../../sandbox/story/seed-story.ts";
import { kindGenerations } from "../../sandbox/world/kind-generations.ts";
import { type World, createWorld } from "../../sandbox/world/world.ts";

export type SiteName = "east" | "west";

/** East has the storage's domain `primary`, west `dr-site`. */
export const DOMAINS: Readonly<Record<SiteName, string>> = { east: "primary", west: "dr-site" };

/** Two clusters on loopback sockets, the storage stretched over them, and the simulators that make them live. */
export interface EmbeddedClusters {
  readonly world: World;
  /** As a kubeconfig names them; east is the current one. */
  readonly contexts: readonly KubeconfigContext[];
  /** UID of `kube-system`. */
  readonly identities: Readonly<Record<SiteName, string>>;
  /** Power off: the API server breaks every connection, nodes and writers stop. */
  kill(site: SiteName): void;
  /** Power on: the API server has the objects it had, and its pods come back to life. */
  restore(site: SiteName): void;
  /** Rejects when a simulator has a bug; otherwise pending until `close`. */
  readonly finished: Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts both clusters on the machine's own clock with the story's platform and applications seeded. `speed` divides
 * only what the simulators themselves wait.
 */
export async function openClusters(options: { readonly speed: number }): Promise<EmbeddedClusters> {
  const sides = { east: await openSide("east"), west: await openSide("west") };
  const closeServers = async (): Promise<void> => {
    await Promise.all([sides.east.server.close(), sides.west.server.close()]);
  };
  try {
    return await startWorld(sides, { ...options, closeServers });
  } catch (error) {
    await closeServers();
    throw error;
  }
}

async function startWorld(
  sides: Readonly<Record<SiteName, Side>>,
  options: { readonly speed: number; readonly closeServers: () => Promise<void> },
): Promise<EmbeddedClusters> {
  const clock = createRealClock({ speed: options.speed });
  const random = createRandom(randomBytes(4).readUInt32LE());
  const world = createWorld({ clock, random, sites: [sides.east.site, sides.west.site] });
  const side = (name: SiteName) => ({ client: world.site(name).client, target: sides[name].context });
  await seedStory({ east: side("east"), west: side("west") });
  const running = startActors(world.actors, clock, { random });
  return {
    world,
    contexts: [sides.east.context, sides.west.context],
    identities: { east: sides.east.identity, west: sides.west.identity },
    kill: (name) => {
      sides[name].server.setReachable(false);
      world.killSite(name);
    },
    restore: (name) => {
      world.restoreSite(name);
      sides[name].server.setReachable(true);
    },
    finished: running.finished,
    close: async () => {
      try {
        await running.stop();
      } finally {
        await options.closeServers();
      }
    },
  };
}

interface Side {
  readonly server: HttpsServer;
  readonly context: KubeconfigContext;
  readonly identity: string;
  readonly site: Parameters<typeof createWorld>[0]["sites"][number];
}

async function openSide(name: SiteName): Promise<Side> {
  const identity = randomUUID();
  const cluster = createEmbeddedCluster({ name, now: Date.now, newUid: () => randomUUID(), kubeSystemUid: identity });
  const { ca, cert, key } = await createCertificates(Date.now());
  const token = newToken();
  const server = await serveHttps(cluster, { token, tls: { cert, key } });
  return {
    server,
    identity,
    context: { name, server: server.url, ca, token },
    site: {
      name,
      domain: DOMAINS[name],
      transport: inProcessTransport((request) => cluster.handle(request)),
      generation: kindGenerations(cluster),
      server: server.url,
      runs: "everything",
    },
  };
}

/** A token that nobody can guess; it lives as long as the sandbox. */
export function newToken(): string {
  return randomBytes(24).toString("base64url");
}
