import type { ProbeResult } from "../core/report/probe-views.ts";
import { asString } from "../core/model/fields.ts";
import type { ClusterSpec } from "../core/desired/cluster.ts";
import { ClusterFault, type ClusterPort } from "../ports/cluster.ts";
import { readWorkTree } from "./gather-repository.ts";
import type { Ports } from "./ports.ts";

/** Asks every cluster of the repository who it is. */
export async function probe(ports: Ports): Promise<readonly ProbeResult[]> {
  const { desired } = await readWorkTree(ports.git);
  const specs = [...desired.state.clusters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Promise.all(specs.map((spec) => probeOne(ports, spec)));
}

async function probeOne(ports: Ports, spec: ClusterSpec): Promise<ProbeResult> {
  const expected = spec.identity;
  const none = { cluster: spec.name, version: null, identity: null, expected };
  const connection = await ports.cluster(spec);
  if (connection.state === "refused") return { ...none, state: "unreachable", why: connection.why };
  try {
    return await ask(connection.port, spec);
  } catch (error) {
    if (!(error instanceof ClusterFault)) throw error;
    return { ...none, state: "unreachable", why: error.message };
  }
}

async function ask(port: ClusterPort, spec: ClusterSpec): Promise<ProbeResult> {
  const version = await port.version();
  const namespace = await port.get({ apiVersion: "v1", kind: "Namespace", namespace: null, name: "kube-system" });
  const identity = asString(namespace?.metadata.uid);
  const expected = spec.identity;
  const state = expected === null ? "missing" : expected === identity ? "ok" : "mismatch";
  return { cluster: spec.name, state, version, identity, expected, why: null };
}
