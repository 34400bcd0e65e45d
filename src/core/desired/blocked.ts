import type { World } from "./checks/problem.ts";
import type { DRPolicy } from "./dr-policy.ts";
import type { ProtectedApplication } from "./protected-application.ts";

export interface Spoilt {
  readonly clusters: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
  readonly applications: ReadonlySet<string>;
}

/**
 * The applications that must be left alone: with an error of their own, or by way of a policy or cluster with one.
 * A name that no document has counts as an error of whoever refers to it.
 */
export function blockedApplications(world: World, spoilt: Spoilt): ReadonlySet<string> {
  const clusterBad = (name: string): boolean => spoilt.clusters.has(name) || !world.clusters.has(name);
  const policyBad = (name: string, seen: ReadonlySet<string>): boolean => {
    const policy = world.policies.get(name);
    if (policy === undefined || spoilt.policies.has(name) || seen.has(name)) return true;
    return dependencies(policy, clusterBad, (pair) => policyBad(pair, new Set([...seen, name])));
  };
  const bad = [...world.applications.values()].filter(
    (application) =>
      clustersNamedBy(application).some(clusterBad) || application.policies.some((name) => policyBad(name, new Set())),
  );
  return new Set([...spoilt.applications, ...bad.map(({ name }) => name)]);
}

function dependencies(
  policy: DRPolicy,
  clusterBad: (name: string) => boolean,
  policyBad: (name: string) => boolean,
): boolean {
  return policy.clusters.some((side) => (side.type === "cluster" ? clusterBad(side.cluster) : policyBad(side.policy)));
}

function clustersNamedBy(application: ProtectedApplication): readonly string[] {
  const { preferredCluster, activeCluster, transition } = application.placement;
  const from = transition === null || transition.type === "Cancel" ? [] : [transition.from];
  const { targets, rules } = application.render;
  return [preferredCluster, activeCluster, ...from, ...targets.keys(), ...rules.flatMap(({ clusters }) => clusters)];
}
