import type { DesiredState } from "../core/desired/desired-state.ts";
import {
  type ActiveClaim,
  type CommitOrder,
  type RecordedActive,
  recordedActive,
} from "../core/failover/recorded-active.ts";
import { markOf } from "../core/model/record.ts";
import { type ClusterFacts, valueOf } from "../core/observed/cluster-facts.ts";
import { GitFault, type GitPort } from "../ports/git.ts";
import type { Branch } from "./gather-branches.ts";

export interface ActiveSources {
  readonly clusters: ReadonlyMap<string, ClusterFacts>;
  readonly branches: ReadonlyMap<string, Branch>;
  readonly desired: DesiredState;
}

/** Which cluster is recorded as active, for every application (contracts.md section 3). */
export async function recordedActives(
  git: GitPort,
  sources: ActiveSources,
): Promise<ReadonlyMap<string, RecordedActive>> {
  const actives = new Map<string, RecordedActive>();
  for (const application of sources.desired.applications.keys()) {
    const claims = claimsOf(application, sources);
    const order = await orderCommits(git, claims);
    const active = recordedActive(claims, order);
    actives.set(application, lostEpoch(application, active, sources) ?? active);
  }
  return actives;
}

function claimsOf(application: string, sources: ActiveSources): readonly ActiveClaim[] {
  const claims: ActiveClaim[] = [];
  for (const cluster of sources.clusters.values()) {
    if (!cluster.reachable) continue;
    const mark = markOf(valueOf(cluster.epoch), application);
    if (mark !== null) {
      claims.push({ origin: `drover-epoch on ${cluster.name}`, cluster: mark.cluster, since: mark.since });
    }
  }
  for (const { facts, transitions } of sources.branches.values()) {
    const newest = transitions.find((trailer) => trailer.application === application);
    if (newest !== undefined) claims.push({ origin: facts.branch, cluster: newest.to, since: newest.commit });
  }
  return claims;
}

/** A trailer says that a cluster became active, that cluster can be read, and it knows nothing: its record was lost. */
function lostEpoch(application: string, active: RecordedActive, sources: ActiveSources): RecordedActive | null {
  if (active.state !== "known") return null;
  const cluster = sources.clusters.get(active.cluster);
  if (cluster?.reachable !== true || cluster.epoch.state === "unreadable") return null;
  if (markOf(valueOf(cluster.epoch), application) !== null) return null;
  return { state: "unknown", why: `${active.cluster} was made active but its drover-epoch does not say so` };
}

async function orderCommits(
  git: GitPort,
  claims: readonly ActiveClaim[],
): Promise<(a: string, b: string) => CommitOrder> {
  const commits = [...new Set(claims.map((claim) => claim.since))];
  const known = new Map<string, CommitOrder>();
  for (const a of commits) {
    for (const b of commits) {
      if (a === b) known.set(`${a} ${b}`, "same");
      else if (!known.has(`${a} ${b}`)) {
        const order = await relation(git, a, b);
        known.set(`${a} ${b}`, order);
        known.set(`${b} ${a}`, order === "older" ? "newer" : order === "newer" ? "older" : order);
      }
    }
  }
  return (a, b) => known.get(`${a} ${b}`) ?? "unrelated";
}

/** A commit that this repository does not have is related to nothing: that holds up its application, not the run. */
async function relation(git: GitPort, a: string, b: string): Promise<CommitOrder> {
  try {
    if (await git.isAncestor(a, b)) return "older";
    return (await git.isAncestor(b, a)) ? "newer" : "unrelated";
  } catch (error) {
    if (error instanceof GitFault && error.code === "unknown-revision") return "unrelated";
    throw error;
  }
}
