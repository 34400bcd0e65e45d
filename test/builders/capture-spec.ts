import type { ClusterSpec } from "../../src/core/desired/cluster.ts";

/** A cluster as a document without anything special describes it; its identity is not checked. */
export function clusterSpec(name: string): ClusterSpec {
  return {
    name,
    source: { file: `clusters/${name}.yaml`, start: { line: 1, column: 1 }, values: new Map(), keys: new Map() },
    connection: { type: "context", context: name },
    identity: null,
    delivery: { type: "direct", timeout: 20_000 },
    portworx: { clusterDomain: null, adminNamespace: null },
    secrets: { age: [] },
  };
}
