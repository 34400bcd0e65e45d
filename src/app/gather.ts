import type { ProtectedApplication } from "../core/desired/protected-application.ts";
import { mergeTransitions, openTransitions } from "../core/failover/open-transition.ts";
import type { TransitionRecord } from "../core/model/record.ts";
import { type ClusterFacts, valueOf } from "../core/observed/cluster-facts.ts";
import { directionOf, pairOf } from "../core/plan/application-context.ts";
import type { BranchFacts, PlanInput } from "../core/plan/plan-input.ts";
import type { ProviderRead } from "../core/provider.ts";
import type { ClusterPort } from "../ports/cluster.ts";
import { gatherBranches } from "./gather-branches.ts";
import { gatherCluster } from "./gather-cluster.ts";
import { gatherDrift } from "./gather-drift.ts";
import { type Repository, documentAt } from "./gather-repository.ts";
import type { Ports } from "./ports.ts";
import { recordedActives } from "./recorded-actives.ts";
import { sealSecrets } from "./seal-secrets.ts";
import { expressionCompiler } from "./load-expressions.ts";

/** Everything of one pass: what the plan is made of, and the connections it was read through. */
export interface Gathered {
  readonly input: PlanInput;
  readonly ports: ReadonlyMap<string, ClusterPort>;
}

export interface GatherOptions {
  readonly repository: Repository;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /**
   * What the pass is for: to look writes nothing anywhere, and also finds what changed outside git; to render writes nothing
   * but DR branches.
   */
  readonly purpose: "look" | "render" | "apply";
}

/** Reads both clusters and the DR branches for a desired state. Nothing is remembered from an earlier pass. */
export async function gather(ports: Ports, options: GatherOptions): Promise<Gathered> {
  const { now } = options;
  const connections = new Map<string, ClusterPort>();
  const first = await readClusters(ports, options.repository, connections);
  const begun = await begunDocuments(ports, first);
  const repository = withBegun(options.repository, begun);
  const clusters = repository === options.repository ? first : await readClusters(ports, repository, connections);
  const branches = await gatherBranches(ports.git, repository.desired.state);
  const facts = new Map([...branches].map(([name, branch]): [string, BranchFacts] => [name, branch.facts]));
  const input: PlanInput = {
    desired: repository.desired,
    revision: repository.revision,
    now,
    renderOnly: options.purpose === "render",
    clusters,
    branches: facts,
    recorded: await recordedActives(ports.git, { clusters, branches, desired: repository.desired.state }),
    documentAt: (application, commit) => begun.get(`${application}@${commit}`) ?? null,
    changedIn: await changeCommits(ports, repository),
    withheld: new Map(),
    approvals: new Map(),
    sealed: new Map(),
    drift: new Map(),
    providers: ports.providers,
    compile: await expressionCompiler(repository.desired.state.applications.values()),
    digest: ports.digest,
    version: ports.version,
  };
  const createKey = options.purpose !== "look";
  const sealed = await sealSecrets(input, { sealer: ports.sealer, clusters: connections, createKey });
  const drift = options.purpose === "look" ? await gatherDrift(input, connections) : input.drift;
  return { ports: connections, input: { ...input, sealed, drift } };
}

/**
 * A transition that was begun is finished even if its document was deleted since (design invariant 6): then the document
 * of its own verified commit stands in.
 */
function withBegun(repository: Repository, begun: ReadonlyMap<string, ProtectedApplication>): Repository {
  const { desired } = repository;
  const deleted = [...begun.values()].filter((document) => !desired.state.applications.has(document.name));
  if (deleted.length === 0) return repository;
  const applications = new Map([
    ...desired.state.applications,
    ...deleted.map((document) => [document.name, document] as const),
  ]);
  return { ...repository, desired: { ...desired, state: { ...desired.state, applications } } };
}

async function readClusters(
  ports: Ports,
  repository: Repository,
  connections: Map<string, ClusterPort>,
): Promise<ReadonlyMap<string, ClusterFacts>> {
  const { state } = repository.desired;
  const facts = await Promise.all(
    [...state.clusters.values()].map(async (spec): Promise<ClusterFacts> => {
      const connection = await ports.cluster(spec);
      if (connection.state === "refused") {
        return { reachable: false, name: spec.name, cause: "unreadable", why: connection.why };
      }
      ports.events({ type: "reading", what: spec.name });
      const found = await gatherCluster(connection.port, {
        spec,
        applications: applicationsOn(repository, spec.name),
        provider: providerReads(ports, repository, spec.name),
      });
      if (found.reachable) connections.set(spec.name, connection.port);
      else ports.events({ type: "cluster-away", cluster: spec.name, why: found.why });
      return found;
    }),
  );
  return new Map(facts.map((cluster) => [cluster.name, cluster]));
}

function applicationsOn(repository: Repository, cluster: string): readonly ProtectedApplication[] {
  const { applications, policies } = repository.desired.state;
  return [...applications.values()].filter((application) =>
    application.policies.some((name) => {
      const policy = policies.get(name);
      return policy !== undefined && (pairOf(policy)?.includes(cluster) ?? false);
    }),
  );
}

/** What the providers want read on a cluster, each kind and namespace once. */
function providerReads(ports: Ports, repository: Repository, cluster: string): readonly ProviderRead[] {
  const reads = new Map<string, ProviderRead>();
  for (const application of applicationsOn(repository, cluster)) {
    const direction = directionOf(repository.desired.state, application);
    if (direction === null) continue;
    const provider = Object.hasOwn(ports.providers, direction.provider) ? ports.providers[direction.provider] : null;
    for (const read of provider?.reads(direction.direction) ?? []) {
      reads.set(`${read.apiVersion}|${read.kind}|${read.namespace ?? ""}`, read);
    }
  }
  return [...reads.values()];
}

/** The documents of begun transitions at their own commits, by `application@commit`. */
async function begunDocuments(
  ports: Ports,
  clusters: ReadonlyMap<string, ClusterFacts>,
): Promise<ReadonlyMap<string, ProtectedApplication>> {
  const documents = new Map<string, ProtectedApplication>();
  const transitions = new Map<string, (readonly TransitionRecord[])[]>();
  for (const cluster of clusters.values()) {
    if (!cluster.reachable) continue;
    for (const [name, record] of cluster.records) {
      transitions.set(name, [...(transitions.get(name) ?? []), valueOf(record)?.transitions ?? []]);
    }
  }
  for (const [name, lists] of transitions) {
    for (const open of openTransitions(mergeTransitions(lists))) {
      const document = await documentAt(ports.git, open.commit, name);
      if (document !== null) documents.set(`${name}@${open.commit}`, document);
    }
  }
  return documents;
}

/** The newest first-parent commit that touched each application's file: what its approvals are checked on. */
async function changeCommits(ports: Ports, repository: Repository): Promise<ReadonlyMap<string, string>> {
  const { applications } = repository.desired.state;
  if (!/^[0-9a-f]{40,64}$/.test(repository.commit)) return new Map();
  const files = new Set([...applications.values()].map(({ source }) => source.file));
  const byFile = await ports.git.lastChanges(repository.commit, [...files]);
  const commits = new Map<string, string>();
  for (const [name, { source }] of applications) {
    const commit = byFile.get(source.file);
    if (commit !== undefined) commits.set(name, commit);
  }
  return commits;
}
