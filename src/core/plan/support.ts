import type { ClusterSpec } from "../desired/cluster.ts";
import type { DRPolicy } from "../desired/dr-policy.ts";
import type { ProtectedApplication } from "../desired/protected-application.ts";
import type { Blocker } from "../failover/intent.ts";

/**
 * What this version acts on. The documents of everything else validate, and acting on them is refused in words: an
 * unknown way of protecting must never look protected.
 */
export function supportBlockers(
  application: ProtectedApplication,
  policies: readonly DRPolicy[],
  clusters: readonly ClusterSpec[],
): readonly Blocker[] {
  const refused: string[] = [];
  if (policies.length !== 1) refused.push("several policies for one application");
  for (const policy of policies) {
    const { replication } = policy;
    if (replication.provider !== "portworx") refused.push(`replication provider ${replication.provider}`);
    else if (replication.mode !== "sync") refused.push("asynchronous replication");
    if (policy.clusters.some((side) => side.type === "syncPair")) refused.push("a sync pair as one side");
  }
  if (application.matchLabels !== null) refused.push("spec.selector");
  if (application.configuration.owner !== "git") refused.push(`configuration owner ${application.configuration.owner}`);
  const blockers = refused.map((what): Blocker => ({
    code: "not-supported",
    message: `${application.name}: ${what} is not available in this version`,
    remedy: "see README.md, section What works today",
  }));
  return [...blockers, ...deliveryBlockers(clusters)];
}

function deliveryBlockers(clusters: readonly ClusterSpec[]): readonly Blocker[] {
  return clusters
    .filter((cluster) => cluster.delivery.type !== "direct")
    .map((cluster) => ({
      code: "delivery-not-supported",
      message: `delivery ${cluster.delivery.type} of cluster ${cluster.name} is not available in this version`,
      remedy: `set spec.delivery.type: direct for cluster ${cluster.name}`,
    }));
}
