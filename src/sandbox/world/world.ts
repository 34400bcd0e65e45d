import { asFields, asString, at, type Fields } from "../../core/model/fields.ts";
import type { Actor } from "../clock/actor.ts";
import type { Random } from "../clock/random.ts";
import type { SimulationClock } from "../clock/simulation-clock.ts";
import { gatedTransport } from "../client/in-process-transport.ts";
import { createSimulatorClient, type SimulatorClient } from "../client/simulator-client.ts";
import type { Transport } from "../client/transport.ts";
import { createDataPlane, type DataPlane } from "../portworx/data-plane.ts";
import type { PlaneState } from "../portworx/plane-state.ts";
import { noFaults, type StorkFaults } from "../stork/stork-faults.ts";
import { createSiteActors, type SiteOptions } from "./site.ts";
import { createSiteLinks, type LinkState, OPERATOR } from "./site-links.ts";

export interface WorldOptions {
  readonly sites: readonly SiteOptions[];
  /** Storage domain without data that gives one side the majority. */
  readonly witness?: string;
  readonly clock: SimulationClock;
  readonly random: Random;
  readonly clusterId?: string;
  readonly adminNamespace?: string;
  /** How long a returning replica takes to be in sync. */
  readonly resyncMs?: number;
  readonly writeEveryMs?: number;
}

export interface Site {
  readonly name: string;
  readonly domain: string;
  readonly server: string;
  /** A client that always gets through, for seeds and for looking at what is really there. */
  readonly client: SimulatorClient;
  /** The way that people and Drover take: answers only while the site has power and can be reached. */
  readonly transport: Transport;
  readonly stork: StorkFaults;
}

/** Two sites, the storage stretched over them, and everything that can happen to them. */
export interface World {
  readonly sites: readonly Site[];
  readonly plane: DataPlane;
  /** To be scheduled on a virtual clock or run on the real one. */
  readonly actors: readonly Actor[];
  site(name: string): Site;
  /** Whether the site's API server answers people and Drover. */
  isReachable(name: string): boolean;
  /** Power cut: the API server is silent, nodes are dead, writers stop, replicas are gone for the other side. */
  killSite(name: string): void;
  /** Power back: the API server has the objects it had, its pods come back to life and try to write. */
  restoreSite(name: string): void;
  /** Cuts or restores a link between two sites, a site and the witness, or a site and `operator`. */
  setLink(from: string, to: string, whole: boolean): void;
  /** Cuts or restores all links of a site; inside, everything goes on running. */
  setIsolated(name: string, isolated: boolean): void;
  /** Everything but the clusters, the clock and chance; plain data. */
  snapshot(): WorldSnapshot;
  restore(saved: WorldSnapshot): void;
}

export interface WorldSnapshot {
  readonly plane: PlaneState;
  readonly links: LinkState;
  readonly faults: Readonly<Record<string, StorkFaults>>;
  readonly memories: Readonly<Record<string, unknown>>;
}

export function createWorld(options: WorldOptions): World {
  const { clock, witness = "witness" } = options;
  const links = createSiteLinks();
  const plane = createDataPlane({
    clusterId: options.clusterId ?? "stretched-cluster-1",
    dataDomains: options.sites.map(({ domain }) => domain),
    witness,
    clock,
    ...(options.resyncMs === undefined ? {} : { resyncMs: options.resyncMs }),
  });
  const parts = options.sites.map((site) => buildSite(site, { options, links, plane }));
  const domainOf = (place: string): string => parts.find(({ site }) => site.name === place)?.site.domain ?? place;
  const setLink = (from: string, to: string, whole: boolean): void => {
    links.setLink(from, to, whole);
    if (from !== OPERATOR && to !== OPERATOR) plane.setLink(domainOf(from), domainOf(to), whole);
  };
  const partOf = (name: string): SitePart => {
    const found = parts.find(({ site }) => site.name === name);
    if (found === undefined) throw new RangeError(`the world has no site ${name}`);
    return found;
  };
  return {
    sites: parts.map(({ site }) => site),
    plane,
    actors: parts.flatMap(({ actors }) => actors),
    site: (name) => partOf(name).site,
    isReachable: (name) => links.reaches(OPERATOR, name),
    killSite: (name) => {
      links.setUp(name, false);
      plane.setPower(partOf(name).site.domain, false);
      partOf(name).reboot();
    },
    restoreSite: (name) => {
      links.setUp(name, true);
      plane.setPower(partOf(name).site.domain, true);
    },
    setLink,
    setIsolated: (name, isolated) => {
      const others = [witness, OPERATOR, ...parts.map(({ site }) => site.name)].filter((place) => place !== name);
      for (const other of others) setLink(name, other, !isolated);
    },
    ...snapshots(parts, links, plane),
  };
}

interface SitePart {
  readonly site: Site;
  readonly actors: readonly Actor[];
  /** Everything that runs at the site forgets what it had in memory. */
  reboot(): void;
}

interface Surroundings {
  readonly options: WorldOptions;
  readonly links: ReturnType<typeof createSiteLinks>;
  readonly plane: DataPlane;
}

function buildSite(site: SiteOptions, { options, links, plane }: Surroundings): SitePart {
  const faults = noFaults();
  const { actors, client } = createSiteActors(site, {
    clock: options.clock,
    random: options.random,
    plane,
    adminNamespace: options.adminNamespace ?? "kube-system",
    faults,
    connect: (config) => connectFrom(site.name, config, { options, links }),
    writeEveryMs: options.writeEveryMs ?? 700,
  });
  const fresh = structuredClone(actors.map((actor) => actor.memory?.save()));
  return {
    site: {
      name: site.name,
      domain: site.domain,
      server: site.server,
      client,
      transport: gatedTransport(site.transport, () => links.reaches(OPERATOR, site.name), site.server),
      stork: faults,
    },
    actors: actors.map((actor) => ({
      ...actor,
      tick: () => (links.isUp(site.name) ? actor.tick() : Promise.resolve()),
      idle: () => !links.isUp(site.name) || actor.idle?.() === true,
    })),
    reboot: () => {
      for (const [index, actor] of actors.entries()) actor.memory?.load(structuredClone(fresh[index]));
    },
  };
}

/** Follows the kubeconfig inside a ClusterPair to the site whose address it names. */
function connectFrom(
  from: string,
  config: Fields,
  { options, links }: Pick<Surroundings, "options" | "links">,
): SimulatorClient | null {
  const context = at(config, "contexts", asString(config["current-context"]) ?? "");
  const cluster = asFields(at(config, "clusters", asString(at(context, "cluster")) ?? ""));
  const target = options.sites.find(({ server }) => server === cluster["server"]);
  if (target === undefined) return null;
  const transport = gatedTransport(target.transport, () => links.reaches(from, target.name), target.server);
  return createSimulatorClient({ cluster: target.name, transport, manager: "stork" });
}

function snapshots(
  parts: readonly SitePart[],
  links: Surroundings["links"],
  plane: DataPlane,
): Pick<World, "snapshot" | "restore"> {
  const actors = parts.flatMap((part) => part.actors);
  return {
    snapshot: () => ({
      plane: plane.snapshot(),
      links: links.snapshot(),
      faults: Object.fromEntries(parts.map(({ site }) => [site.name, { ...site.stork }])),
      memories: structuredClone(Object.fromEntries(actors.map((actor) => [actor.name, actor.memory?.save()]))),
    }),
    restore: (saved) => {
      plane.restore(saved.plane);
      links.restore(saved.links);
      for (const { site } of parts) Object.assign(site.stork, saved.faults[site.name]);
      for (const actor of actors) actor.memory?.load(structuredClone(saved.memories[actor.name]));
    },
  };
}
