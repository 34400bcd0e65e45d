import { ClusterFault } from "../ports/cluster.ts";
import type { Repository } from "./gather-repository.ts";
import { type HeldLease, acquireLease } from "./lease.ts";
import type { Ports } from "./ports.ts";

export interface Leases {
  readonly busy: readonly { readonly cluster: string; readonly holder: string }[];
  /** Null: not held, so nothing may be written there. */
  readonly confirm: (cluster: string) => (() => Promise<void>) | null;
  readonly takenOver: (cluster: string) => boolean;
  /** Renews what is due, on every cluster; one that went away is not waited for, its writes will be refused. */
  readonly keep: () => Promise<void>;
  readonly release: () => Promise<void>;
}

/**
 * Takes the Lease of every cluster that answers, in the order of their names, so that two runs never hold one each and
 * wait for the other (design invariant 11). A cluster of the wrong identity is not touched at all.
 */
export async function holdLeases(ports: Ports, repository: Repository): Promise<Leases> {
  const held = new Map<string, HeldLease>();
  const busy: { cluster: string; holder: string }[] = [];
  const names = [...repository.desired.state.clusters.keys()].sort();
  for (const name of names) {
    const spec = repository.desired.state.clusters.get(name);
    const connection = spec === undefined ? null : await ports.cluster(spec);
    if (spec === undefined || connection?.state !== "ready") continue;
    try {
      const namespace = { apiVersion: "v1", kind: "Namespace", namespace: null, name: "kube-system" };
      const identity = (await connection.port.get(namespace))?.metadata.uid ?? null;
      if (spec.identity !== null && identity !== spec.identity) continue;
      const acquired = await acquireLease(connection.port, ports);
      if (acquired.state === "held") held.set(name, acquired.lease);
      else busy.push({ cluster: name, holder: acquired.holder });
      ports.events({ type: "lease", cluster: name, state: acquired.state === "held" ? "held" : "waiting" });
    } catch (error) {
      if (!(error instanceof ClusterFault)) throw error;
    }
  }
  return {
    busy,
    confirm: (cluster) => {
      const lease = held.get(cluster);
      return lease === undefined ? null : () => lease.confirm();
    },
    takenOver: (cluster) => held.get(cluster)?.takenOver ?? false,
    keep: () => forEachLease(held, (lease) => lease.confirm()),
    release: () => forEachLease(held, (lease) => lease.release()),
  };
}

/** A cluster that went away keeps the Lease until its period is over; nothing else can be done about it. */
async function forEachLease(
  held: ReadonlyMap<string, HeldLease>,
  act: (lease: HeldLease) => Promise<void>,
): Promise<void> {
  for (const lease of held.values()) {
    try {
      await act(lease);
    } catch (error) {
      if (!(error instanceof ClusterFault)) throw error;
    }
  }
}
