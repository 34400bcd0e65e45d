import type { ClusterSpec } from "../core/desired/cluster.ts";
import { ClusterFault, type ClusterPort } from "../ports/cluster.ts";
import type { Repository } from "./gather-repository.ts";
import { type Acquired, type HeldLease, type LeaseSeen, acquireLease, lookAtLease } from "./lease.ts";
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
  const specs = [...repository.desired.state.clusters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const candidates = await Promise.all(specs.map((spec) => candidate(ports, spec)));
  for (const { name, port, seen } of candidates.flatMap((found) => found ?? [])) {
    const acquired = await tryLease(ports, port, seen);
    if (acquired === null) continue;
    if (acquired.state === "held") held.set(name, acquired.lease);
    else busy.push({ cluster: name, holder: acquired.holder });
    ports.events({ type: "lease", cluster: name, state: acquired.state });
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

interface Candidate {
  readonly name: string;
  readonly port: ClusterPort;
  readonly seen: LeaseSeen | null;
}

/** Null: it does not answer, or it is another cluster than the repository means. */
async function candidate(ports: Ports, spec: ClusterSpec): Promise<Candidate | null> {
  const connection = await ports.cluster(spec);
  if (connection.state !== "ready") return null;
  const { port } = connection;
  try {
    const namespace = { apiVersion: "v1", kind: "Namespace", namespace: null, name: "kube-system" };
    const identity = (await port.get(namespace))?.metadata.uid ?? null;
    if (spec.identity !== null && identity !== spec.identity) return null;
    return { name: spec.name, port, seen: await lookAtLease(port, ports.clock) };
  } catch (error) {
    if (!(error instanceof ClusterFault)) throw error;
    return null;
  }
}

/** Null: it stopped answering. */
async function tryLease(ports: Ports, port: ClusterPort, seen: LeaseSeen | null): Promise<Acquired | null> {
  const waiting = (holder: string, milliseconds: number): void =>
    ports.events({ type: "lease-waiting", cluster: port.name, holder, milliseconds });
  try {
    return await acquireLease(port, { clock: ports.clock, holder: ports.holder, waiting }, seen);
  } catch (error) {
    if (!(error instanceof ClusterFault)) throw error;
    return null;
  }
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
