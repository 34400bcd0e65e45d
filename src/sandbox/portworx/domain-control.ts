import {
  connected,
  type DomainState,
  findDomain,
  hasQuorum,
  type PlaneState,
  type VolumeState,
} from "./plane-state.ts";

export type DomainChange = { readonly done: true } | { readonly done: false; readonly reason: string };

export interface DomainInfo {
  readonly name: string;
  readonly state: "Active" | "Inactive";
  readonly syncStatus: "InSync" | "SyncInProgress" | "NotInSync" | "SyncStatusUnknown";
}

/**
 * Activates or deactivates a domain, as asked from another one (or itself). Texts as Stork 24.3 reports them.
 * A deactivated domain loses its attachments and its replicas leave the current set: that is the fence.
 */
export function changeDomain(
  state: PlaneState,
  { domain, active, askedFrom }: { readonly domain: string; readonly active: boolean; readonly askedFrom: string },
): DomainChange {
  const verb = active ? "activate" : "deactivate";
  const target = findDomain(state, domain);
  if (target === undefined) {
    return { done: false, reason: `unable to ${verb} cluster domain: cluster domain "${domain}" does not exist` };
  }
  if (!hasQuorum(state, askedFrom, false)) {
    return { done: false, reason: `unable to ${verb} cluster domain: storage cluster is not in quorum` };
  }
  target.active = active;
  for (const volume of state.volumes) {
    if (!active) fenceReplicas(volume, domain);
    else if (!volume.replicas.some((replica) => replica.member)) promoteOnlyReplica(volume, domain);
  }
  return { done: true };
}

function fenceReplicas(volume: VolumeState, domain: string): void {
  volume.attachments = volume.attachments.filter((attachment) => attachment.domain !== domain);
  for (const replica of volume.replicas) {
    if (replica.domain !== domain) continue;
    replica.member = false;
    replica.resyncDoneAt = null;
  }
}

/** With no current replica left anywhere there is nothing to copy from: what this domain holds becomes the content. */
function promoteOnlyReplica(volume: VolumeState, domain: string): void {
  for (const replica of volume.replicas) if (replica.domain === domain) replica.member = true;
}

/** Starts, ends and interrupts resyncs. `resyncMs` is how long one takes. */
export function advanceResync(state: PlaneState, now: number, resyncMs: number): void {
  for (const volume of state.volumes) {
    for (const replica of volume.replicas) {
      if (replica.member) continue;
      const source = volume.replicas.find(
        (other) => other.member && connected(state, other.domain, replica.domain) && other.domain !== replica.domain,
      );
      if (source === undefined || findDomain(state, replica.domain)?.active !== true) replica.resyncDoneAt = null;
      else if (replica.resyncDoneAt === null) replica.resyncDoneAt = now + resyncMs;
      else if (now >= replica.resyncDoneAt) {
        replica.content = source.content;
        replica.withheld = [];
        replica.member = true;
        replica.resyncDoneAt = null;
      }
    }
  }
}

/**
 * State and sync of every domain, as ClusterDomainsStatus shows them: an inactive one is NotInSync; an active one is
 * InSync unless some volume has a replica there that is missing from the current set.
 */
export function domainInfos(state: PlaneState): readonly DomainInfo[] {
  return state.domains.map((domain) => ({
    name: domain.name,
    state: domain.active ? "Active" : "Inactive",
    syncStatus: syncStatus(state, domain),
  }));
}

function syncStatus(state: PlaneState, domain: DomainState): DomainInfo["syncStatus"] {
  if (!domain.active) return "NotInSync";
  const behind = state.volumes.some((volume) =>
    volume.replicas.some((replica) => replica.domain === domain.name && !replica.member),
  );
  return behind ? "SyncInProgress" : "InSync";
}
