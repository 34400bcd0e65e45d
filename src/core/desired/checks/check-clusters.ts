import type { ClusterSpec } from "../cluster.ts";
import type { Issue } from "../issue.ts";
import { invalidField } from "../issue.ts";
import type { Problem, World } from "./problem.ts";
import { onCluster } from "./problem.ts";

/** Two entries that are one cluster, and clusters that could be mistaken for another (design invariant 13). */
export function checkClusters(world: World): readonly Problem[] {
  const clusters = [...world.clusters.values()];
  return [
    ...clusters
      .filter(({ identity }) => identity === null)
      .map((cluster) => onCluster(cluster, identityAbsent(cluster))),
    ...sameTwice(clusters, { key: ({ identity }) => identity, path: ["spec", "identity"], what: "the identity" }),
    ...sameTwice(clusters, { key: connectionKey, path: ["spec", "connection"], what: "the connection" }),
  ];
}

function identityAbsent(cluster: ClusterSpec): Issue {
  return {
    code: "cluster-identity",
    severity: "warning",
    path: ["spec"],
    at: "key",
    message: `The cluster ${cluster.name} has no identity: a swapped context would not be noticed, so no disruptive step is allowed there.`,
    remedy: "Add spec.identity; `drover probe` prints it when the cluster can be reached.",
  };
}

interface Sameness {
  readonly key: (cluster: ClusterSpec) => string | null;
  readonly path: readonly string[];
  readonly what: string;
}

/** Both are spoilt: which of the two is meant cannot be known. */
function sameTwice(clusters: readonly ClusterSpec[], same: Sameness): readonly Problem[] {
  const first = new Map<string, ClusterSpec>();
  return clusters.flatMap((cluster) => {
    const key = same.key(cluster);
    if (key === null) return [];
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, cluster);
      return [];
    }
    return [onCluster(cluster, twin(other, same)), onCluster(other, twin(cluster, same))];
  });
}

function twin(other: ClusterSpec, same: Sameness): Issue {
  const issue = invalidField(
    same.path,
    `The cluster ${other.name} has the same value: ${same.what} of two clusters must differ.`,
    "Correct one of them: they would be the same cluster, which cannot be its own partner.",
  );
  return { ...issue, code: "own-partner" };
}

/** Two in-cluster connections are told apart by identity; contexts and variables have to differ. */
function connectionKey({ connection }: ClusterSpec): string | null {
  const remote = connection.type === "inCluster" ? connection.elsewhere : connection;
  if (remote === null) return null;
  return remote.type === "context" ? `context ${remote.context}` : `env ${remote.variable}`;
}
