import type { KubeObject } from "../../core/model/kube-object.ts";
import type { AssessInput, Direction, HealthProblem, ReplicationHealth } from "../../core/provider.ts";
import { scheduleName, scheduleNamespace } from "./names.ts";
import { type DomainState, domainState, findSchedule, localDomain, pairState } from "./observe.ts";
import { reverseOf } from "./protect-steps.ts";

/**
 * Portworx metro: the target is current while its own domain is Active and InSync, read now (contracts.md section 3).
 * Everything that can't be read counts as unknown.
 */
export function assessMetro(input: AssessInput): ReplicationHealth {
  const { direction, targetObjects, sourceObjects } = input;
  const target = targetObjects === null ? null : domainOf(targetObjects, direction.target.domain);
  const sourceSeen = targetObjects === null ? null : domainOf(targetObjects, direction.source.domain);
  const points = recoveryPoints(input, target);
  const problems = [
    ...domainProblems(input, target),
    ...sourceProblems(direction, sourceSeen),
    ...pairProblems(direction, sourceObjects, targetObjects),
  ];
  const established = isEstablished(input);
  return {
    state: stateOf(target, { established, problems, sourceSeen }),
    recoveryPoint: oldest(Object.values(points), input.claims.length),
    recoveryPoints: points,
    sourceFenced: sourceSeen !== null && !sourceSeen.active,
    established,
    problems,
  };
}

function domainOf(objects: readonly KubeObject[], domain: string | null): DomainState | null {
  return domain === null ? null : domainState(objects, domain);
}

function stateOf(
  target: DomainState | null,
  seen: {
    readonly established: boolean;
    readonly problems: readonly HealthProblem[];
    readonly sourceSeen: DomainState | null;
  },
): ReplicationHealth["state"] {
  if (target === null || target.sync === "Unknown") return "unknown";
  if (target.sync === "SyncInProgress") return "resyncing";
  if (!seen.established) return "absent";
  const bothActive = target.active && target.sync === "InSync" && seen.sourceSeen?.active === true;
  return bothActive && seen.problems.length === 0 ? "healthy" : "degraded";
}

/** In metro all volumes of a domain share its state, so all claims have the same point. */
function recoveryPoints(input: AssessInput, target: DomainState | null): Readonly<Record<string, string>> {
  const keys = input.claims.map((claim) => `${claim.namespace}/${claim.name}`);
  if (target?.active === true && target.sync === "InSync") {
    return Object.fromEntries(keys.map((key) => [key, input.observedAt]));
  }
  if (target?.sync === "SyncInProgress") return {};
  return Object.fromEntries(keys.flatMap((key) => (input.recorded[key] ? [[key, input.recorded[key]]] : [])));
}

function oldest(points: readonly string[], claims: number): string | null {
  if (points.length === 0 || points.length < claims) return null;
  return points.reduce((a, b) => (Date.parse(a) <= Date.parse(b) ? a : b));
}

function domainProblems(input: AssessInput, target: DomainState | null): readonly HealthProblem[] {
  const { direction, targetObjects } = input;
  const site = direction.target;
  const problems: HealthProblem[] = [];
  if (targetObjects !== null && localDomain(targetObjects) !== site.domain) {
    problems.push({
      blocks: "failover",
      message: `Stork on ${site.cluster} reports the local cluster domain ${localDomain(targetObjects) ?? "none"}, the repository says ${site.domain ?? "none"}`,
      remedy: "correct spec.portworx.clusterDomain of the cluster, or the Portworx installation",
    });
  }
  if (target === null) {
    problems.push({
      blocks: "failover",
      message: `the state of cluster domain ${site.domain ?? "(none)"} could not be read on ${site.cluster}`,
      remedy: "check that Stork and Portworx run there and publish one ClusterDomainsStatus",
    });
  } else if (!target.active || target.sync !== "InSync") {
    problems.push({
      blocks: "failover",
      message: `cluster domain ${site.domain ?? ""} is ${target.active ? "Active" : "Inactive"} and ${target.sync}`,
      remedy: "wait until it is Active and InSync; a half-resynchronised replica is no point in time",
    });
  }
  return problems;
}

function sourceProblems(direction: Direction, source: DomainState | null): readonly HealthProblem[] {
  if (source === null || (source.active && source.sync === "InSync")) return [];
  return [
    {
      blocks: "relocate",
      message: `cluster domain ${direction.source.domain ?? ""} is ${source.active ? "Active" : "Inactive"} and ${source.sync}`,
      remedy: "bring the domain back and wait until it is InSync",
    },
  ];
}

function pairProblems(
  direction: Direction,
  source: readonly KubeObject[] | null,
  target: readonly KubeObject[] | null,
): readonly HealthProblem[] {
  const name = { namespace: scheduleNamespace(direction), name: direction.clusterPair };
  return [[direction.source.cluster, source] as const, [direction.target.cluster, target] as const].flatMap(
    ([cluster, objects]) => {
      if (objects === null) return [];
      const pair = pairState(objects, name);
      return pair.ready
        ? []
        : [
            {
              blocks: "protection" as const,
              message: `ClusterPair ${name.namespace}/${name.name} on ${cluster} ${pair.why}`,
              remedy:
                "create the ClusterPair with the same name and namespace on both clusters and wait until it is Ready",
            },
          ];
    },
  );
}

/** The schedule runs from the source, its copy is on the target, nothing runs the other way. */
function isEstablished(input: AssessInput): boolean {
  const { direction, sourceObjects, targetObjects } = input;
  const find = (objects: readonly KubeObject[] | null, way: Direction): ReturnType<typeof findSchedule> =>
    objects === null ? null : findSchedule(objects, { namespace: scheduleNamespace(way), name: scheduleName(way) });
  const copy = find(targetObjects, direction);
  if (copy === null || !copy.staticCopy) return false;
  if (sourceObjects === null) return true;
  const own = find(sourceObjects, direction);
  const opposite = find(targetObjects, reverseOf(direction));
  const quiet = opposite === null || opposite.staticCopy || opposite.suspended;
  return own !== null && !own.suspended && own.goodRuns.length > 0 && !copy.activated && quiet;
}
