import { createGit } from "../../src/adapters/git/create-git.ts";
import { sha256, systemClock } from "../../src/adapters/node/system.ts";
import { createSealer } from "../../src/adapters/sops/create-sealer.ts";
import type { Ports } from "../../src/app/ports.ts";
import type { Provider } from "../../src/core/provider.ts";
import { type BenchCluster, benchPort } from "./bench-cluster.ts";

/** Storage that is always well and wants nothing: capture and render are measured, not a data mover. */
const QUIET_STORAGE: Provider = {
  name: "portworx",
  reads: () => [],
  assess: () => ({
    state: "healthy",
    recoveryPoint: null,
    recoveryPoints: {},
    sourceFenced: false,
    established: true,
    problems: [],
  }),
  steps: () => [],
  fenceRefusal: () => null,
  evaluate: () => ({ state: "met" }),
};

export interface BenchPortsSettings {
  readonly checkout: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clusters: readonly BenchCluster[];
  /** Hears the path of every request to a cluster. */
  readonly asked?: (cluster: string, path: string) => void;
}

/** What `drover render` works with, composed as the command line does it, but for the storage. */
export function benchPorts({ checkout, environment, clusters, asked }: BenchPortsSettings): Ports {
  return {
    git: createGit({
      directory: checkout,
      remote: "origin",
      author: { name: "Drover", email: "drover@example.com" },
      now: systemClock.now,
      environment,
    }),
    cluster: async (spec) => {
      const cluster = clusters.find(({ name }) => name === spec.name);
      if (cluster === undefined) return { state: "refused", why: `no cluster ${spec.name}` };
      return { state: "ready", port: await benchPort(cluster, (path) => asked?.(spec.name, path)) };
    },
    forge: null,
    clock: systemClock,
    providers: { portworx: QUIET_STORAGE },
    sealer: createSealer(),
    digest: sha256,
    holder: "bench",
    version: "0.0.0",
    events: () => undefined,
  };
}
