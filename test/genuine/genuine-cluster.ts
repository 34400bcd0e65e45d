import { createHttpsTransport } from "../../src/adapters/kubernetes/https-transport.ts";
import { loadConnection } from "../../src/adapters/kubernetes/connection.ts";
import type { Transport } from "../../src/adapters/kubernetes/transport.ts";
import type { ClusterUnderTest } from "../contract/cluster-under-test.ts";

import { kubeconfigOf, startControlPlanes } from "./control-planes.ts";
import type { GenuineCluster } from "./control-planes.ts";

/** A genuine API server with its controllers, for the contract of the cluster port. */
export async function genuineCluster(programs: string): Promise<ClusterUnderTest> {
  const planes = await startControlPlanes({ programs, controllers: true, nodes: false });
  const { east } = planes.clusters;
  return {
    transport: await transportAs(east, east.adminToken),
    stranger: await transportAs(east, east.strangerToken),
    unknown: await transportAs(east, "nobody-knows-this-token"),
    watchLimitMs: 5_000,
    expireHistory: () => compact(planes.etcd),
    settle: () => Promise.resolve(),
    stop: () => planes.stop(),
  };
}

/** A connection to a cluster with one of its tokens. */
export async function transportAs(cluster: GenuineCluster, adminToken: string): Promise<Transport> {
  const environment = { KUBE: kubeconfigOf([{ ...cluster, adminToken }]) };
  return createHttpsTransport(
    await loadConnection(cluster.name, { type: "env", variable: "KUBE" }, { kubeconfig: null, environment }),
  );
}

/** Drops all history before now, through etcd's JSON gateway (etcd 3.6, `/v3/kv`). */
async function compact(etcd: string): Promise<void> {
  const status = await post(etcd, "/v3/kv/range", { key: Buffer.from("/east/").toString("base64"), limit: "1" });
  const revision = (status as { header?: { revision?: string } }).header?.revision;
  await post(etcd, "/v3/kv/compaction", { revision });
}

async function post(etcd: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${etcd}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok && !(await answer.clone().text()).includes("has been compacted")) {
    throw new Error(`etcd ${path} answered ${answer.status}: ${await answer.text()}`);
  }
  return answer.json();
}
