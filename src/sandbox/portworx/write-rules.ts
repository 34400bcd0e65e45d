import { connected, findDomain, hasQuorum, type PlaneState, type VolumeState } from "./plane-state.ts";

/** What the storage says to a side that wants to use a volume. */
export type Verdict =
  | { readonly outcome: "allowed" }
  /** I/O hangs: it may go on later. */
  | { readonly outcome: "blocked"; readonly reason: string }
  | { readonly outcome: "refused"; readonly reason: string };

/**
 * Whether I/O from a domain would be served now. Portworx metro DR: the domain must be active and have quorum, and each
 * replica of the current set must take the write. A replica leaves the set only when its domain is deactivated, so
 * after the loss of a site the survivor hangs until somebody fences the lost domain.
 */
export function ioVerdict(state: PlaneState, volume: VolumeState, domain: string): Verdict {
  const side = findDomain(state, domain);
  if (side?.up !== true) return { outcome: "refused", reason: `the nodes of domain ${domain} are down` };
  if (state.split) return { outcome: "allowed" };
  if (!side.active) return { outcome: "refused", reason: `cluster domain ${domain} is inactive` };
  if (!hasQuorum(state, domain, true)) return { outcome: "blocked", reason: `domain ${domain} has no quorum` };
  const members = volume.replicas.filter((replica) => replica.member);
  if (members.length === 0) return { outcome: "blocked", reason: "no replica is current" };
  const missing = members.find((replica) => !connected(state, domain, replica.domain));
  if (missing !== undefined) {
    const reason = `the replica in domain ${missing.domain} does not answer and its domain is not deactivated`;
    return { outcome: "blocked", reason };
  }
  return { outcome: "allowed" };
}

/** Whether a volume may be attached in a domain now: what I/O needs, and for an exclusive volume no other holder. */
export function attachVerdict(
  state: PlaneState,
  volume: VolumeState,
  domain: string,
): Verdict & { readonly heldBy?: string } {
  const io = ioVerdict(state, volume, domain);
  if (io.outcome !== "allowed") return io;
  if (volume.sharing === "shared" || state.split) return io;
  const holder = volume.attachments.find((attachment) => attachment.domain !== domain);
  if (holder === undefined) return io;
  return { outcome: "refused", reason: `volume is attached in domain ${holder.domain}`, heldBy: holder.domain };
}

/** Other domains with a running writer on this volume whose writes would be acknowledged at this moment. */
export function rivalWriters(state: PlaneState, volume: VolumeState, domain: string): readonly string[] {
  const others = new Set(volume.attachments.map((attachment) => attachment.domain).filter((name) => name !== domain));
  return [...others].filter((name) => ioVerdict(state, volume, name).outcome === "allowed").sort();
}
