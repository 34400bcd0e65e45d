import { type ClusterSnapshot, createEmbeddedCluster, type EmbeddedCluster } from "../apiserver/cluster.ts";
import { createRandom, type Random } from "../clock/random.ts";
import { createVirtualClock, type VirtualClock, type VirtualClockSnapshot } from "../clock/virtual-clock.ts";
import { inProcessTransport } from "../client/in-process-transport.ts";
import { kindGenerations } from "./kind-generations.ts";
import { createWorld, type World, type WorldSnapshot } from "./world.ts";

export interface EmbeddedWorldOptions {
  /** Decides every duration and every moment. */
  readonly seed: number;
  readonly startMs?: number;
  readonly resyncMs?: number;
  readonly writeEveryMs?: number;
  /** Portworx cluster domains of the two sites. */
  readonly domains?: Readonly<Record<"east" | "west", string>>;
}

/** Two embedded clusters on one virtual clock: nothing happens unless somebody waits, and every run can be repeated. */
export interface EmbeddedWorld extends Omit<World, "snapshot" | "restore"> {
  readonly clock: VirtualClock;
  readonly clusters: Readonly<Record<"east" | "west", EmbeddedCluster>>;
  /** Everything: both clusters, storage, memories, clock and chance. Cheap to take and to go back to. */
  snapshot(): EmbeddedWorldSnapshot;
  restore(saved: EmbeddedWorldSnapshot): void;
  /** Another chance from here on: with a snapshot, many histories share one beginning. */
  reseed(seed: number): void;
}

export interface EmbeddedWorldSnapshot {
  readonly world: WorldSnapshot;
  readonly east: ClusterSnapshot;
  readonly west: ClusterSnapshot;
  readonly clock: VirtualClockSnapshot;
  readonly chance: number;
  readonly uids: number;
}

/** East in the domain `primary`, west in `dr-site` unless said otherwise, and a witness. */
export function createEmbeddedWorld(options: EmbeddedWorldOptions): EmbeddedWorld {
  const random = createRandom(options.seed);
  const uids = createRandom(options.seed ^ 0x5bd1e995);
  const clock = createVirtualClock({ startMs: options.startMs ?? Date.parse("2026-11-23T02:00:00Z"), random });
  const cluster = (name: string): EmbeddedCluster =>
    createEmbeddedCluster({ name, now: clock.now, newUid: () => newUid(uids) });
  const domains = options.domains ?? { east: "primary", west: "dr-site" };
  const clusters = { east: cluster("east"), west: cluster("west") };
  const world = createWorld({
    ...options,
    clock,
    random,
    sites: [
      { ...siteOf("east", clusters.east), domain: domains.east },
      { ...siteOf("west", clusters.west), domain: domains.west },
    ],
  });
  for (const actor of world.actors) clock.schedule(actor);
  return {
    ...world,
    clock,
    clusters,
    snapshot: () => ({
      world: world.snapshot(),
      east: clusters.east.snapshot(),
      west: clusters.west.snapshot(),
      clock: clock.snapshot(),
      chance: random.state(),
      uids: uids.state(),
    }),
    restore: (saved) => {
      clusters.east.restore(saved.east);
      clusters.west.restore(saved.west);
      world.restore(saved.world);
      clock.restore(saved.clock);
      random.restore(saved.chance);
      uids.restore(saved.uids);
    },
    reseed: (seed) => random.restore(seed),
  };
}

function siteOf(name: string, cluster: EmbeddedCluster) {
  return {
    name,
    transport: inProcessTransport((request) => cluster.handle(request)),
    generation: kindGenerations(cluster),
    server: `https://${name}.sandbox.example:6443`,
    runs: "everything",
  } as const;
}

/** A version 4 UUID from the seed. */
function newUid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => random.between(0, 15).toString(16));
  hex[12] = "4";
  hex[16] = (random.between(0, 3) + 8).toString(16);
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
