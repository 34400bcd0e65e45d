import type { DRPolicy } from "../dr-policy.ts";
import { modeOf } from "../dr-policy.ts";
import type { ClusterSpec } from "../cluster.ts";
import type { Issue } from "../issue.ts";
import { invalidField, missingField } from "../issue.ts";
import { clustersOf } from "../topology.ts";
import type { Problem, World } from "./problem.ts";
import { onPolicy } from "./problem.ts";
import { unknownReference } from "./reference.ts";

/** What policies owe the clusters and policies that they name. */
export function checkPolicies(world: World): readonly Problem[] {
  return [...world.policies.values()].flatMap((policy) => [
    ...sideReferences(policy, world).map((issue) => onPolicy(policy, issue)),
    ...syncPairRules(policy, world).map((issue) => onPolicy(policy, issue)),
    ...domainRules(policy, world),
  ]);
}

function sideReferences(policy: DRPolicy, world: World): readonly Issue[] {
  return policy.clusters.flatMap((side, index) => {
    const path = ["spec", "clusters", index];
    const issue =
      side.type === "cluster"
        ? unknownReference(side.cluster, path, {
            kind: "Cluster",
            known: world.clusters,
            broken: world.broken.clusters,
          })
        : unknownReference(side.policy, [...path, "syncPair"], {
            kind: "DRPolicy",
            known: world.policies,
            broken: world.broken.policies,
          });
    return issue === null ? [] : [issue];
  });
}

function syncPairRules(policy: DRPolicy, world: World): readonly Issue[] {
  const [side, far] = policy.clusters;
  if (side.type !== "syncPair") return [];
  const path = ["spec", "clusters", 0, "syncPair"];
  const pair = world.policies.get(side.policy);
  if (pair === undefined) return [];
  if (modeOf(pair) !== "sync") {
    return [invalidField(path, `The policy ${pair.name} is not a sync policy.`, "Name a policy with mode: sync.")];
  }
  if (far.type !== "cluster" || !clustersOf(pair, world.policies).includes(far.cluster)) return [];
  const issue = invalidField(
    ["spec", "clusters", 1],
    `The cluster ${far.cluster} is a member of the pair ${pair.name} and would be its own partner.`,
    "Name a third cluster: the far copy is for the loss of the whole pair.",
  );
  return [{ ...issue, code: "own-partner" }];
}

/** Fencing in metro deactivates a Portworx cluster domain, so each side needs one, and its own (Portworx, ClusterDomains). */
function domainRules(policy: DRPolicy, world: World): readonly Problem[] {
  if (policy.replication.provider !== "portworx" || policy.replication.mode !== "sync") return [];
  const path = ["spec", "portworx", "clusterDomain"];
  const seen = new Map<string, ClusterSpec>();
  return clustersOf(policy, world.policies).flatMap((name) => {
    const cluster = world.clusters.get(name);
    if (cluster === undefined) return [];
    const domain = cluster.portworx.clusterDomain;
    if (domain === null) {
      const message = `The sync policy ${policy.name} needs the cluster domain of ${name}.`;
      const issue = missingField(
        path,
        message,
        "Add spec.portworx.clusterDomain, as pxctl cluster domains show prints it.",
      );
      return [onPolicy(policy, issue, cluster)];
    }
    const other = seen.get(domain);
    seen.set(domain, cluster);
    if (other === undefined || other === cluster) return [];
    const message = `The clusters ${other.name} and ${name} of the sync policy ${policy.name} have the same cluster domain.`;
    const remedy = "Write the domain of each site: fencing one of them must leave the other running.";
    return [onPolicy(policy, invalidField(path, message, remedy), cluster)];
  });
}
