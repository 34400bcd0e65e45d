import type { SimulationClock } from "../clock/simulation-clock.ts";
import { advanceResync, changeDomain, type DomainChange, type DomainInfo, domainInfos } from "./domain-control.ts";
import { type PlaneReport, reportLoss } from "./loss-report.ts";
import { createPlaneFaults, type PlaneFaults } from "./plane-faults.ts";
import {
  type Attachment,
  findDomain,
  findVolume,
  hasQuorum,
  type PlaneState,
  type VolumeState,
} from "./plane-state.ts";
import { append } from "./sequence-runs.ts";
import { attachVerdict, ioVerdict, rivalWriters, type Verdict } from "./write-rules.ts";

export interface DataPlaneOptions {
  readonly clusterId: string;
  /** Domains that hold one replica of each volume. */
  readonly dataDomains: readonly string[];
  readonly witness: string;
  readonly clock: SimulationClock;
  /** How long a returning replica takes to become current again. */
  readonly resyncMs?: number;
}

export interface NewVolume {
  /** Name of the PersistentVolume. */
  readonly name: string;
  readonly claim: string;
  readonly sizeBytes: number;
  readonly sharing: "exclusive" | "shared";
}

export type WriteResult =
  { readonly outcome: "acknowledged"; readonly sequence: number } | Exclude<Verdict, { outcome: "allowed" }>;

/** One Portworx cluster stretched over both sites. A `handle` is a volume's id or name. */
export interface DataPlane {
  readonly clusterId: string;
  /** Domains that hold data, without the witness. */
  readonly dataDomains: readonly string[];
  /** Changes with everything but writes: attachments, domains, power, links and faults. */
  revision(): number;
  /** Makes a volume with an empty replica in each data domain; returns the existing one when the name is taken. */
  createVolume(volume: NewVolume): { readonly id: string };
  /** Destroys the volume on all sides. */
  deleteVolume(handle: string): void;
  hasVolume(handle: string): boolean;
  /** Idempotent. `pod` is any stable identity, such as the pod's UID. */
  attach(handle: string, domain: string, pod: string): Verdict;
  detach(handle: string, domain: string, pod: string): void;
  isAttached(handle: string, domain: string, pod: string): boolean;
  /** What is attached in a domain, for a node agent that looks for pods that are gone. */
  attachmentsIn(domain: string): readonly { readonly handle: string; readonly pod: string }[];
  /** One write by a pod. Acknowledged only when every current replica has it. */
  write(handle: string, domain: string, pod: string): WriteResult;
  setDomainActive(change: {
    readonly domain: string;
    readonly active: boolean;
    readonly askedFrom: string;
  }): DomainChange;
  /** null when the storage can't be asked from there (no quorum). */
  domains(askedFrom: string): readonly DomainInfo[] | null;
  /** Switches a site's power. Without power nothing is attached there and nothing is written. */
  setPower(domain: string, up: boolean): void;
  /** Cuts or restores the link between two domains. */
  setLink(from: string, to: string, whole: boolean): void;
  /** Moves resyncs on. Cheap, and called before every answer that depends on them. */
  settle(): void;
  report(): PlaneReport;
  readonly faults: PlaneFaults;
  snapshot(): PlaneState;
  restore(saved: PlaneState): void;
}

/** Builds the storage with all domains active, powered and connected. */
export function createDataPlane(options: DataPlaneOptions): DataPlane {
  const { clock, clusterId } = options;
  let state = initialState(options);
  let revision = 0;
  const touched = (): PlaneState => {
    revision += 1;
    return state;
  };
  const settle = (): void => advanceResync(state, clock.now(), clock.pace(options.resyncMs ?? 15_000));
  return {
    clusterId,
    dataDomains: options.dataDomains,
    revision: () => revision,
    createVolume: (volume) => ({ id: addVolume(touched(), volume).id }),
    deleteVolume: (handle) => {
      touched().volumes = state.volumes.filter((volume) => volume !== findVolume(state, handle));
    },
    hasVolume: (handle) => findVolume(state, handle) !== undefined,
    attach: (handle, domain, pod) => {
      const verdict = attach(state, { handle, domain, pod, now: clock.now() });
      if (verdict.outcome === "allowed") touched();
      return verdict;
    },
    detach: (handle, domain, pod) => detach(touched(), { handle, domain, pod }),
    isAttached: (handle, domain, pod) => isAttached(findVolume(state, handle), { domain, pod }),
    attachmentsIn: (domain) =>
      state.volumes.flatMap((volume) =>
        volume.attachments.filter((held) => held.domain === domain).map(({ pod }) => ({ handle: volume.id, pod })),
      ),
    write: (handle, domain, pod) => {
      settle();
      return write(state, { handle, domain, pod, now: clock.now() });
    },
    setDomainActive: (change) => {
      const result = changeDomain(touched(), change);
      settle();
      return result;
    },
    domains: (askedFrom) => {
      settle();
      return hasQuorum(state, askedFrom, false) ? domainInfos(state) : null;
    },
    setPower: (domain, up) => setPower(touched(), domain, up),
    setLink: (from, to, whole) => {
      touched().cuts = state.cuts.filter(([a, b]) => !(a === from && b === to) && !(a === to && b === from));
      if (!whole) state.cuts.push([from, to]);
    },
    settle,
    report: () => {
      settle();
      return reportLoss(state);
    },
    faults: createPlaneFaults(touched),
    snapshot: () => structuredClone(state),
    restore: (saved) => {
      state = structuredClone(saved);
      touched();
    },
  };
}

function initialState({ clusterId, dataDomains, witness }: DataPlaneOptions): PlaneState {
  const domains = [
    ...dataDomains.map((name) => ({ name, holdsData: true, active: true, up: true })),
    { name: witness, holdsData: false, active: true, up: true },
  ];
  return { clusterId, domains, cuts: [], volumes: [], volumeCount: 0, split: false, splitBrain: [], contended: [] };
}

function addVolume(state: PlaneState, { name, claim, sizeBytes, sharing }: NewVolume): VolumeState {
  const existing = findVolume(state, name);
  if (existing !== undefined) return existing;
  state.volumeCount += 1;
  const replicas = state.domains
    .filter((domain) => domain.holdsData)
    .map(({ name: domain, active }) => ({
      domain,
      content: [],
      withheld: [],
      member: active,
      resyncDoneAt: null,
      lagging: false,
      acknowledged: 0,
    }));
  const volume: VolumeState = {
    // Portworx volume ids are decimal numbers of some eighteen digits.
    id: `7${String(state.volumeCount).padStart(17, "0")}`,
    name,
    claim,
    sizeBytes,
    sharing,
    replicas,
    attachments: [],
    acknowledged: 0,
    blocked: 0,
    refused: 0,
  };
  state.volumes.push(volume);
  return volume;
}

interface Access {
  readonly handle: string;
  readonly domain: string;
  readonly pod: string;
  readonly now: number;
}

function attach(state: PlaneState, { handle, domain, pod, now }: Access): Verdict {
  const volume = findVolume(state, handle);
  if (volume === undefined) return { outcome: "refused", reason: `volume ${handle} does not exist` };
  const { heldBy, ...verdict } = attachVerdict(state, volume, domain);
  if (heldBy !== undefined) recordContention(state, { volume: volume.name, holder: heldBy, seeker: domain, now });
  if (verdict.outcome !== "allowed") return verdict;
  if (!isAttached(volume, { domain, pod })) volume.attachments.push({ domain, pod });
  return verdict;
}

function detach(state: PlaneState, { handle, domain, pod }: Omit<Access, "now">): void {
  const volume = findVolume(state, handle);
  if (volume === undefined) return;
  volume.attachments = volume.attachments.filter((held) => held.domain !== domain || held.pod !== pod);
}

function isAttached(volume: VolumeState | undefined, { domain, pod }: Attachment): boolean {
  return volume?.attachments.some((held) => held.domain === domain && held.pod === pod) ?? false;
}

function write(state: PlaneState, { handle, domain, pod, now }: Access): WriteResult {
  const volume = findVolume(state, handle);
  if (volume === undefined) return { outcome: "refused", reason: `volume ${handle} does not exist` };
  const verdict: Verdict = isAttached(volume, { domain, pod })
    ? ioVerdict(state, volume, domain)
    : { outcome: "refused", reason: `volume is not attached in domain ${domain}` };
  if (verdict.outcome === "refused") volume.refused += 1;
  if (verdict.outcome === "blocked") volume.blocked += 1;
  if (verdict.outcome !== "allowed") return verdict;
  const rivals = rivalWriters(state, volume, domain);
  if (rivals.length > 0) recordSplitBrain(state, { volume: volume.name, sides: [domain, ...rivals].sort(), now });
  volume.acknowledged += 1;
  store(state, volume, domain);
  return { outcome: "acknowledged", sequence: volume.acknowledged };
}

function store(state: PlaneState, volume: VolumeState, domain: string): void {
  for (const replica of volume.replicas) {
    if (replica.domain === domain) replica.acknowledged += 1;
    // A split storage believes every other side gone, so that the write stays where it was made.
    const takesPart = state.split ? replica.domain === domain : replica.member;
    if (!takesPart) continue;
    if (replica.lagging) replica.withheld = append(replica.withheld, volume.acknowledged);
    else replica.content = append(replica.content, volume.acknowledged);
  }
}

function setPower(state: PlaneState, name: string, up: boolean): void {
  const domain = findDomain(state, name);
  if (domain === undefined) return;
  domain.up = up;
  for (const volume of state.volumes) {
    volume.attachments = volume.attachments.filter((held) => held.domain !== name);
  }
}

function recordSplitBrain(state: PlaneState, seen: { volume: string; sides: readonly string[]; now: number }): void {
  const { volume, sides, now } = seen;
  const known = state.splitBrain.find((entry) => entry.volume === volume && entry.sides.join("|") === sides.join("|"));
  if (known === undefined) state.splitBrain.push({ volume, sides, firstAt: now, lastAt: now, writes: 1 });
  else {
    known.lastAt = now;
    known.writes += 1;
  }
}

function recordContention(
  state: PlaneState,
  seen: { volume: string; holder: string; seeker: string; now: number },
): void {
  const { volume, holder, seeker, now } = seen;
  const known = state.contended.find(
    (entry) => entry.volume === volume && entry.holder === holder && entry.seeker === seeker,
  );
  if (known === undefined) state.contended.push({ volume, holder, seeker, firstAt: now, lastAt: now, attempts: 1 });
  else {
    known.lastAt = now;
    known.attempts += 1;
  }
}
