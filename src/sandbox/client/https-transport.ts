import { Agent, request as httpsRequest } from "node:https";
import { asString, at, type Fields } from "../../core/model/fields.ts";
import { SimulatorFault } from "./simulator-fault.ts";
import type { ApiRequest, ApiResponse, Transport } from "./transport.ts";

/** How to reach an API server over HTTPS. */
export interface ServerConnection {
  /** `https://host:port`. */
  readonly server: string;
  /** Certificate authority in PEM. */
  readonly ca: string;
  readonly token: string;
}

/** An answer larger than this is not one that a simulated cluster gives. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Keeps connections open; gives up on a request after `timeoutMs`. */
export function httpsTransport(connection: ServerConnection, timeoutMs = 5_000): Transport {
  const agent = new Agent({ keepAlive: true, ca: connection.ca, maxSockets: 8 });
  return (request) => exchange(request, { connection, agent, timeoutMs });
}

interface Line {
  readonly connection: ServerConnection;
  readonly agent: Agent;
  readonly timeoutMs: number;
}

function exchange(request: ApiRequest, { connection, agent, timeoutMs }: Line): Promise<ApiResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<ApiResponse>();
  const fail = (cause: unknown): void =>
    reject(new SimulatorFault("unreachable", `${request.method} ${connection.server}: no answer`, { cause }));
  // Node sends the body of a DELETE without its length, and the server would take it for the next request.
  const length = request.body === undefined ? {} : { "content-length": String(Buffer.byteLength(request.body)) };
  const headers = { ...request.headers, ...length, authorization: `Bearer ${connection.token}` };
  const outgoing = httpsRequest(
    new URL(request.path, connection.server),
    { method: request.method, headers, agent, timeout: timeoutMs },
    (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) incoming.destroy(new Error("the answer is too large"));
        else chunks.push(chunk);
      });
      incoming.on("error", fail);
      incoming.on("end", () =>
        resolve({ status: incoming.statusCode ?? 0, headers: {}, body: Buffer.concat(chunks).toString("utf8") }),
      );
    },
  );
  outgoing.on("timeout", () => outgoing.destroy(new Error("timeout")));
  outgoing.on("error", fail);
  outgoing.end(request.body);
  return promise;
}

/**
 * Reads the kubeconfig inside a ClusterPair: client-go's internal form, where clusters, users and contexts are maps
 * keyed by name (Stork 24.3, `ClusterPair.spec.config`). null when it names no server with CA data and token.
 */
export function connectionOf(config: Fields): ServerConnection | null {
  const context = at(config, "contexts", asString(config["current-context"]) ?? "");
  const cluster = at(config, "clusters", asString(at(context, "cluster")) ?? "");
  const user = at(config, "users", asString(at(context, "user")) ?? "");
  const server = asString(at(cluster, "server"));
  const ca = asString(at(cluster, "certificate-authority-data"));
  const token = asString(at(user, "token"));
  if (server === null || ca === null || token === null) return null;
  return { server, ca: Buffer.from(ca, "base64").toString("utf8"), token };
}
