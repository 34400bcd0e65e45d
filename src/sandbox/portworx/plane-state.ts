import type { Runs } from "./sequence-runs.ts";

/**
 * Everything the simulated storage knows, as plain data: a snapshot is a structured clone of it. One Portworx cluster
 * is stretched over all domains (metro DR), so both Kubernetes clusters see the same state.
 */
export interface PlaneState {
  /** Name of the Portworx cluster; Stork names its ClusterDomainsStatus after it. */
  clusterId: string;
  domains: DomainState[];
  /** Pairs of domains that can't reach each other. */
  cuts: [string, string][];
  volumes: VolumeState[];
  volumeCount: number;
  /** Injected fault: every side believes the others gone and acknowledges alone. */
  split: boolean;
  splitBrain: SplitBrain[];
  contended: Contention[];
}

export interface DomainState {
  readonly name: string;
  /** A witness holds no replicas; it only gives one side the majority. */
  readonly holdsData: boolean;
  active: boolean;
  /** The site has power. */
  up: boolean;
}

export interface VolumeState {
  readonly id: string;
  /** Portworx accepts the name wherever it accepts the id; for a provisioned claim it is the PersistentVolume's. */
  readonly name: string;
  readonly claim: string;
  readonly sizeBytes: number;
  /** `exclusive` (ReadWriteOnce): attached in one domain at a time. `shared` (ReadWriteMany): anywhere. */
  readonly sharing: "exclusive" | "shared";
  replicas: ReplicaState[];
  attachments: Attachment[];
  /** Writes acknowledged so far; also the sequence number of the newest. */
  acknowledged: number;
  /** Writes that waited for a replica or for quorum and were never acknowledged. */
  blocked: number;
  /** Writes refused because the domain is inactive or the volume is not attached there. */
  refused: number;
}

export interface ReplicaState {
  readonly domain: string;
  content: Runs;
  /** Writes acknowledged without this replica although it claims to be current (injected fault `lag`). */
  withheld: Runs;
  /** Part of the current replica set: a write is acknowledged only when every member has it. */
  member: boolean;
  /** When a running resync ends; null when none runs. */
  resyncDoneAt: number | null;
  lagging: boolean;
  /** Writes acknowledged to pods of this domain: tells which side was served, whoever kept the data. */
  acknowledged: number;
}

export interface Attachment {
  readonly domain: string;
  readonly pod: string;
}

/** Two sides wrote to one volume and both writes counted: the one thing that must never happen. */
export interface SplitBrain {
  readonly volume: string;
  readonly sides: readonly string[];
  readonly firstAt: number;
  lastAt: number;
  writes: number;
}

/** A side asked for a volume while the other one held it: the storage refused, but nobody should have asked. */
export interface Contention {
  readonly volume: string;
  readonly holder: string;
  readonly seeker: string;
  readonly firstAt: number;
  lastAt: number;
  attempts: number;
}

export function findVolume(state: PlaneState, handle: string): VolumeState | undefined {
  return state.volumes.find((volume) => volume.id === handle || volume.name === handle);
}

export function findDomain(state: PlaneState, name: string): DomainState | undefined {
  return state.domains.find((domain) => domain.name === name);
}

/** Whether nodes of the two domains can talk: both have power and the link between them is whole. */
export function connected(state: PlaneState, from: string, to: string): boolean {
  if (findDomain(state, from)?.up !== true || findDomain(state, to)?.up !== true) return false;
  return from === to || !state.cuts.some(([a, b]) => (a === from && b === to) || (a === to && b === from));
}

/** Whether a domain sees the majority of all domains; `activeOnly` counts those whose nodes take part in I/O. */
export function hasQuorum(state: PlaneState, domain: string, activeOnly: boolean): boolean {
  const votes = state.domains.filter(
    (other) => connected(state, domain, other.name) && (other.active || !activeOnly),
  ).length;
  return votes * 2 > state.domains.length;
}
