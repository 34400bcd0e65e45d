import type { Fields } from "../../core/model/fields.ts";
import type { Actor } from "../clock/actor.ts";
import type { Random } from "../clock/random.ts";
import type { SimulationClock } from "../clock/simulation-clock.ts";
import { createListCache } from "../client/list-cache.ts";
import { createSimulatorClient, type SimulatorClient } from "../client/simulator-client.ts";
import type { Transport } from "../client/transport.ts";
import type { DataPlane } from "../portworx/data-plane.ts";
import { createStork } from "../stork/stork.ts";
import type { StorkFaults } from "../stork/stork-faults.ts";
import { createClaimBinder, createProvisioner, createWorkloadControllers } from "../workloads/controllers.ts";
import { createNodeAgent } from "../workloads/node-agent.ts";
import { createPodWriters } from "../workloads/pod-writers.ts";

/** One cluster and its place in the storage. */
export interface SiteOptions {
  readonly name: string;
  /** Portworx cluster domain of its nodes. */
  readonly domain: string;
  /** How machines of the site itself reach its API server. */
  readonly transport: Transport;
  /** Counts writes to a kind (by storage key); null for a server that is only reached over HTTPS. */
  readonly generation: ((storageKey: string) => number) | null;
  /** Address of the API server as it stands in kubeconfigs. */
  readonly server: string;
  /**
   * `everything`: workload controllers, claim binder and node agent too. `storage`: only what Portworx and Stork bring,
   * because a genuine control plane does the rest.
   */
  readonly runs: "everything" | "storage";
}

export interface SiteSurroundings {
  readonly clock: SimulationClock;
  readonly random: Random;
  readonly plane: DataPlane;
  readonly adminNamespace: string;
  readonly faults: StorkFaults;
  readonly connect: (config: Fields) => SimulatorClient | null;
  readonly writeEveryMs: number;
}

export interface SiteActors {
  readonly actors: readonly Actor[];
  readonly client: SimulatorClient;
}

/** Builds the simulators that run at a site. */
export function createSiteActors(site: SiteOptions, surroundings: SiteSurroundings): SiteActors {
  const cache = createListCache(site.generation);
  const clientFor = (manager: string): SimulatorClient =>
    createSimulatorClient({ cluster: site.name, transport: site.transport, manager, cache });
  const { domain } = site;
  const node = `${site.name}-node-1`;
  const common = { ...surroundings, domain, node };
  const controllers = { ...common, client: clientFor("kube-controller-manager") };
  const cluster =
    site.runs === "everything"
      ? [
          ...createWorkloadControllers(controllers),
          createClaimBinder(controllers),
          createNodeAgent({ ...common, client: clientFor("kubelet") }),
        ]
      : [];
  const storage = { ...common, client: clientFor("portworx") };
  const memory = { moments: new Map<string, number>() };
  return {
    client: clientFor("sandbox"),
    actors: [
      ...cluster,
      createProvisioner(storage),
      createPodWriters({ ...storage, attaches: site.runs === "storage" }),
      createStork({ ...common, client: clientFor("stork"), memory }),
    ],
  };
}
