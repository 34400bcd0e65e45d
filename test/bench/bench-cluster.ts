import { Agent, request as httpsRequest } from "node:https";
import { createGunzip } from "node:zlib";
import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import { loadConnection } from "../../src/adapters/kubernetes/connection.ts";
import { createHttpsTransport } from "../../src/adapters/kubernetes/https-transport.ts";
import type { ClusterPort } from "../../src/ports/cluster.ts";

/** A genuine API server that the benches read from. */
export interface BenchCluster {
  readonly name: string;
  readonly server: string;
  readonly adminToken: string;
  readonly certificateAuthority: string;
  /** File that names this cluster alone. */
  readonly kubeconfig: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** Requests with nothing around them: what Node can do with its own client, kept connections and gzip. */
export function rawClient(cluster: BenchCluster): (method: string, path: string, body?: string) => Promise<RawAnswer> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64, ca: cluster.certificateAuthority });
  const { hostname, port } = new URL(cluster.server);
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${cluster.adminToken}`,
        accept: "application/json",
        "accept-encoding": "gzip",
        ...(body === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
      };
      const request = httpsRequest({ agent, hostname, port, path, method, headers }, (response) => {
        const zipped = response.headers["content-encoding"] === "gzip";
        const stream = zipped ? response.pipe(createGunzip()) : response;
        stream.setEncoding("utf8");
        let text = "";
        stream.on("data", (chunk: string) => (text += chunk));
        stream.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        stream.on("error", reject);
      });
      request.on("error", reject);
      request.end(body);
    });
}

/** The port as the command line makes it. `asked` hears the path of every request. */
export async function benchPort(cluster: BenchCluster, asked?: (path: string) => void): Promise<ClusterPort> {
  const source = { type: "context", context: cluster.name } as const;
  const connection = await loadConnection(cluster.name, source, { kubeconfig: cluster.kubeconfig, environment: {} });
  const transport = createHttpsTransport(connection);
  return createClusterPort({
    name: cluster.name,
    transport: (request) => {
      asked?.(request.path);
      return transport(request);
    },
  });
}
