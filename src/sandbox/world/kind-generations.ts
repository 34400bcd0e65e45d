import type { EmbeddedCluster } from "../apiserver/cluster.ts";

/**
 * Counts the writes to each kind of an embedded cluster, so that simulators look only at what changed. The store keeps
 * one immutable table per kind and replaces it at every write: a different table means a write or a restore.
 */
export function kindGenerations(cluster: EmbeddedCluster): (storageKey: string) => number {
  const seen = new Map<string, { readonly table: unknown; readonly count: number }>();
  return (storageKey) => {
    const table = cluster.snapshot().state.tables.get(storageKey);
    const known = seen.get(storageKey);
    if (known !== undefined && known.table === table) return known.count;
    const count = (known?.count ?? 0) + 1;
    seen.set(storageKey, { table, count });
    return count;
  };
}
