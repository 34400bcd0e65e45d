import type { ClusterSpec } from "../desired/cluster.ts";
import { type DRPolicy, type Schedule as DesiredSchedule } from "../desired/dr-policy.ts";
import type { DesiredState } from "../desired/desired-state.ts";
import type { ProtectedApplication } from "../desired/protected-application.ts";
import type { KubeObject } from "../model/kube-object.ts";
import type { RecordedFacts } from "../model/operation.ts";
import type { ApplicationRecord } from "../model/record.ts";
import { recordedClaims, recordedWorkloads } from "../observed/application-facts.ts";
import { type ApplicationOnCluster, type ReachableCluster, valueOf } from "../observed/cluster-facts.ts";
import type { Direction, Provider, ReplicationHealth, Schedule, Site, StepContext } from "../provider.ts";
import type { BranchFacts, PlanInput } from "./plan-input.ts";

/** One application, one direction, and everything that was read about both ends. */
export interface ApplicationContext {
  readonly input: PlanInput;
  readonly document: ProtectedApplication;
  readonly policy: DRPolicy;
  readonly provider: Provider;
  readonly direction: Direction;
  readonly source: End;
  readonly target: End;
}

/** One end of the direction; `cluster` is null when it could not be reached. */
export interface End {
  readonly name: string;
  readonly spec: ClusterSpec;
  readonly cluster: ReachableCluster | null;
  readonly application: ApplicationOnCluster | null;
  readonly branch: BranchFacts;
}

/** Null: the application has no pair that this version can act on (`support.ts` says why). */
export function contextFor(
  input: PlanInput,
  document: ProtectedApplication,
  ends: { readonly source: string; readonly target: string },
): ApplicationContext | null {
  const policy = input.desired.state.policies.get(document.policies[0] ?? "");
  const source = endOf(input, document.name, ends.source);
  const target = endOf(input, document.name, ends.target);
  if (policy === undefined || source === null || target === null) return null;
  const forward = directionOf(input.desired.state, document);
  if (forward === null || !Object.hasOwn(input.providers, forward.provider)) return null;
  const provider = input.providers[forward.provider];
  if (provider === undefined) return null;
  const turned = forward.direction.source.cluster !== ends.source;
  const direction = turned ? turn(forward.direction) : forward.direction;
  return { input, document, policy, provider, direction, source, target };
}

/** An application's forward direction with its provider's name, from the documents alone; null: not one we act on. */
export function directionOf(
  state: DesiredState,
  document: ProtectedApplication,
): { readonly provider: string; readonly direction: Direction } | null {
  const policy = state.policies.get(document.policies[0] ?? "");
  const pair = policy === undefined ? null : pairOf(policy);
  const [first, second] = (pair ?? []).map((name) => state.clusters.get(name));
  if (policy === undefined || first === undefined || second === undefined) return null;
  const { replication } = policy;
  if (replication.provider !== "portworx") return null;
  const direction: Direction = {
    application: document.name,
    namespaces: document.namespaces,
    source: siteOf(first),
    target: siteOf(second),
    forward: true,
    schedule: scheduleOf(replication.schedule),
    clusterPair: replication.portworx.clusterPair,
  };
  return { provider: replication.provider, direction };
}

/** The two clusters of a policy without a sync pair, in its order; null otherwise. */
export function pairOf(policy: DRPolicy): readonly [string, string] | null {
  const [a, b] = policy.clusters;
  return a.type === "cluster" && b.type === "cluster" ? [a.cluster, b.cluster] : null;
}

/** The same application with source and target exchanged. */
export function reversed(context: ApplicationContext): ApplicationContext {
  const { direction, source, target } = context;
  return { ...context, direction: turn(direction), source: target, target: source };
}

function turn(direction: Direction): Direction {
  return { ...direction, source: direction.target, target: direction.source, forward: !direction.forward };
}

export function stepContext(context: ApplicationContext): StepContext {
  return {
    direction: context.direction,
    sourceObjects: context.source.cluster?.providerObjects ?? null,
    targetObjects: context.target.cluster?.providerObjects ?? null,
    digest: context.input.digest,
    now: context.input.now,
  };
}

/** What the storage says about going to the target. */
export function healthOf(context: ApplicationContext): ReplicationHealth {
  const claims = knownFacts(context)?.claims ?? [];
  return context.provider.assess({
    direction: context.direction,
    sourceObjects: context.source.cluster?.providerObjects ?? null,
    targetObjects: context.target.cluster?.providerObjects ?? null,
    claims,
    recorded: recordOf(context.target)?.recoveryPoints ?? {},
    observedAt: new Date(context.input.now).toISOString(),
  });
}

export function recordOf(end: End): ApplicationRecord | null {
  return end.application === null ? null : valueOf(end.application.record);
}

/** Counts and claims to return to: live from the source while it can be read, else what the target remembers. */
export function knownFacts(context: ApplicationContext): RecordedFacts | null {
  const remembered = recordOf(context.target) ?? recordOf(context.source);
  const live = context.source.application;
  if (live === null) return remembered;
  const seen = { workloads: recordedWorkloads(live.facts), claims: recordedClaims(live.facts) };
  if (remembered === null) return { ...seen, reclaimPolicies: livePolicies(context), recoveryPoints: {} };
  // A read that shows nothing at all is how a deleted namespace looks: what is known is kept (design invariant 7).
  const lost = seen.workloads.every((workload) => workload.replicas === 0) && remembered.workloads.length > 0;
  return {
    workloads: lost ? remembered.workloads : seen.workloads,
    claims: seen.claims.length === 0 ? remembered.claims : seen.claims,
    reclaimPolicies: { ...livePolicies(context), ...remembered.reclaimPolicies },
    recoveryPoints: remembered.recoveryPoints,
  };
}

function livePolicies(context: ApplicationContext): Readonly<Record<string, string>> {
  const volumes = context.source.application?.facts.volumes ?? [];
  return Object.fromEntries(volumes.map((volume) => [volume.name, volume.reclaimPolicy]));
}

export function objectsOf(end: End): readonly KubeObject[] {
  return end.application?.facts.objects ?? [];
}

function endOf(input: PlanInput, application: string, name: string): End | null {
  const spec = input.desired.state.clusters.get(name);
  const branch = input.branches.get(name);
  if (spec === undefined || branch === undefined) return null;
  const facts = input.clusters.get(name);
  const cluster = facts?.reachable === true ? facts : null;
  return { name, spec, cluster, application: cluster?.applications.get(application) ?? null, branch };
}

function siteOf(spec: ClusterSpec): Site {
  return { cluster: spec.name, domain: spec.portworx.clusterDomain, adminNamespace: spec.portworx.adminNamespace };
}

function scheduleOf(schedule: DesiredSchedule): Schedule {
  return schedule.type === "interval" ? { type: "interval", minutes: schedule.interval / 60_000 } : schedule;
}
