import { resolve } from "node:path";
import type { ConnectionSource } from "../adapters/kubernetes/connection.ts";
import { systemClock } from "../adapters/node/system.ts";
import type { ClusterConnection } from "../app/ports.ts";
import { ClusterFault } from "../ports/cluster.ts";
import type { CommandContext } from "./context.ts";

/**
 * Makes the port of one cluster from the machine's kubeconfig; nothing is sent yet. client-node is loaded here, so that
 * commands that need no cluster start without it. Settings that can't be used are `refused`, with the reason.
 */
export async function connectCluster(
  cluster: { readonly name: string; readonly source: ConnectionSource },
  context: CommandContext,
  kubeconfig: string | null,
): Promise<ClusterConnection> {
  const { loadConnection } = await import("../adapters/kubernetes/connection.ts");
  const { createHttpsTransport } = await import("../adapters/kubernetes/https-transport.ts");
  const { createClusterPort } = await import("../adapters/kubernetes/cluster-client.ts");
  const settings = {
    kubeconfig: kubeconfig === null ? null : resolve(context.cwd, kubeconfig),
    environment: context.env,
  };
  try {
    const connection = await loadConnection(cluster.name, cluster.source, settings);
    const port = createClusterPort({
      name: cluster.name,
      transport: createHttpsTransport(connection),
      timeouts: { read: 5_000, write: 5_000 },
      retry: { attempts: 2, sleep: systemClock.sleep, random: Math.random },
    });
    return { state: "ready", port };
  } catch (error) {
    if (!(error instanceof ClusterFault)) throw error;
    return { state: "refused", why: error.message };
  }
}
