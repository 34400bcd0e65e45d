import { isUtf8 } from "node:buffer";
import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { RequestOptions } from "node:https";
import { pipeline } from "node:stream";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

import { asString, at } from "../../core/model/fields.ts";
import { ClusterFault } from "../../ports/cluster.ts";

import type { ClusterConnection } from "./connection.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

/** Far above any page of 500 objects, far below what would end the process. Counted after decompression. */
const DEFAULT_LARGEST_BODY = 128 * 1024 * 1024;

/** A kept connection is closed before API servers (90 s) and common load balancers (60 s) close theirs. */
const IDLE_CONNECTION_MS = 30_000;

const DEFAULT_TIMEOUT_MS = 15_000;

/** A site that has not completed a connection by then is taken for unreachable; an answer may take longer. */
const DEFAULT_CONNECT_MS = 5_000;

export interface HttpsLimits {
  /** Bytes of an answer, after decompression. */
  readonly largestBody?: number;
  /** Milliseconds until a new connection must stand, TLS included. */
  readonly connectMs?: number;
}

/** The cluster to ask and what is taken from it. */
interface Peer {
  readonly connection: ClusterConnection;
  readonly largestBody: number;
  readonly connectMs: number;
}

/**
 * Requests over HTTPS with the connection's authority and credentials. Certificates are always verified, redirects are
 * never followed, and an answer of more than `largestBody` bytes is given up.
 */
export function createHttpsTransport(
  connection: ClusterConnection,
  { largestBody = DEFAULT_LARGEST_BODY, connectMs = DEFAULT_CONNECT_MS }: HttpsLimits = {},
): Transport {
  const agents = new Map<string, Agent>();
  return async (request) => {
    const options = await optionsFor(connection, request, agents);
    return exchange({ connection, largestBody, connectMs }, request, options);
  };
}

/** Credentials are taken afresh for each request: files with certificates and tokens are renewed by others. */
async function optionsFor(
  connection: ClusterConnection,
  request: TransportRequest,
  agents: Map<string, Agent>,
): Promise<RequestOptions> {
  const secured: RequestOptions = { headers: {}, rejectUnauthorized: true };
  try {
    await connection.config.applyToHTTPSOptions(secured);
  } catch (error) {
    const reason = asString(at(error, "code")) ?? "unreadable";
    const why = `a file that the kubeconfig names can't be used (${reason})`;
    throw new ClusterFault("misconfigured", connection.cluster, why);
  }
  const url = new URL(connection.server);
  const proxied = connection.config.getCurrentCluster()?.proxyUrl !== undefined;
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 443 : url.port,
    path: `${url.pathname === "/" ? "" : url.pathname}${request.path}`,
    method: request.method,
    headers: { ...trimmed(secured.headers), ...request.headers, ...lengthOf(request), "accept-encoding": "gzip" },
    ...(secured.auth === undefined ? {} : { auth: secured.auth }),
    agent: (proxied ? secured.agent : undefined) ?? keptAgent(secured, agents),
  };
}

/** A token file ends with a line break more often than not, and a header must not. */
function trimmed(headers: RequestOptions["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value).trim()]));
}

function lengthOf(request: TransportRequest): Record<string, string> {
  return request.body === undefined ? {} : { "content-length": String(Buffer.byteLength(request.body)) };
}

/** One agent for each set of certificates, so that connections live on between requests. */
function keptAgent(secured: RequestOptions, agents: Map<string, Agent>): Agent {
  const { ca, cert, key, servername } = secured;
  const identity = [ca, cert, key, servername].map(bytesOf).join("\0");
  const kept = agents.get(identity);
  if (kept !== undefined) return kept;
  agents.clear(); // certificates were renewed: requests under way end with the old ones, idle connections close soon
  const agent = new Agent({
    keepAlive: true,
    timeout: IDLE_CONNECTION_MS,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
  });
  agents.set(identity, agent);
  return agent;
}

/** client-node hands over buffers; only they and text can be compared. */
function bytesOf(part: unknown): string {
  return typeof part === "string" ? part : Buffer.isBuffer(part) ? part.toString("latin1") : "";
}

/** Time limits of one exchange: started, restarted with every byte of a stream, and ended exactly once. */
interface Deadline {
  readonly restart: () => void;
  readonly end: () => void;
}

function startDeadline(milliseconds: number, onExpiry: (milliseconds: number) => void): Deadline {
  const timer = setTimeout(onExpiry, milliseconds, milliseconds);
  return { restart: () => timer.refresh(), end: () => clearTimeout(timer) };
}

function exchange(peer: Peer, request: TransportRequest, options: RequestOptions): Promise<TransportResponse> {
  const { connection } = peer;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(faultOf(connection, error));
    const signal = request.signal === undefined ? {} : { signal: request.signal };
    let body: Readable | null = null;
    const outgoing = httpsRequest({ ...options, ...signal }, (incoming) => {
      body = bodyOf(incoming);
      const head = { status: incoming.statusCode ?? 0, headers: headersOf(incoming) };
      const answer = { ...peer, body, strict: isSuccess(head.status) };
      if (request.stream === true) resolve({ ...head, body: streamOf(answer, deadline) });
      else
        readAll(answer)
          .then((text) => resolve({ ...head, body: text }), fail)
          .finally(deadline.end);
    });
    const deadline = startDeadline(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, (milliseconds) => {
      const why = `nothing came from ${connection.server} within ${milliseconds} ms`;
      const expired = new ClusterFault("timeout", connection.cluster, why);
      body?.destroy(expired);
      outgoing.destroy(expired);
    });
    limitConnecting(outgoing, peer);
    outgoing.on("error", (error) => {
      deadline.end();
      fail(error);
    });
    outgoing.end(request.body);
  });
}

/** In a disaster the other site is often neither there nor refusing: nobody should wait for it as for a slow answer. */
function limitConnecting(outgoing: ClientRequest, { connection, connectMs }: Peer): void {
  outgoing.on("socket", (socket) => {
    if (!socket.connecting) return; // a kept connection
    const timer = setTimeout(() => {
      const why = `no connection to ${connection.server} within ${connectMs} ms`;
      outgoing.destroy(new ClusterFault("unreachable", connection.cluster, why));
    }, connectMs);
    const connected = (): void => clearTimeout(timer);
    socket.once("secureConnect", connected).once("close", connected);
  });
}

function bodyOf(incoming: IncomingMessage): Readable {
  if (incoming.headers["content-encoding"] !== "gzip") return incoming;
  return pipeline(incoming, createGunzip(), () => undefined); // an error reaches whoever reads the result
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}

/** A body on its way. */
interface Incoming extends Peer {
  readonly body: Readable;
  /** Bytes that are not UTF-8 are refused: read as U+FFFD they would be taken for what the cluster holds, and committed. */
  readonly strict: boolean;
}

/** What a failing proxy says about itself may have any encoding; its status counts. */
function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

async function readAll({ body, connection, largestBody, strict }: Incoming): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) {
      throw new ClusterFault("too-large", connection.cluster, `an answer of more than ${largestBody} bytes`);
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (strict && !isUtf8(bytes)) throw notText(connection);
  return bytes.toString("utf8");
}

async function* streamOf({ body, connection, strict }: Incoming, deadline: Deadline): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: strict, ignoreBOM: true });
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      deadline.restart();
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    throw at(error, "code") === "ERR_ENCODING_INVALID_ENCODED_DATA" ? notText(connection) : faultOf(connection, error);
  } finally {
    deadline.end();
  }
}

function notText(connection: ClusterConnection): ClusterFault {
  return new ClusterFault("malformed", connection.cluster, `the answer of ${connection.server} is not valid UTF-8`);
}

/** Node names the reason in `code` (ECONNREFUSED, CERT_HAS_EXPIRED, …); headers and bodies are in none of its messages. */
function faultOf(connection: ClusterConnection, error: unknown): ClusterFault {
  if (error instanceof ClusterFault) return error;
  const reason = asString(at(error, "code")) ?? "connection broken";
  const remedy = isCertificateProblem(reason) ? "; check the kubeconfig's certificate-authority" : "";
  const message = `no connection to ${connection.server} (${reason}${remedy})`;
  return new ClusterFault("unreachable", connection.cluster, message, { cause: error });
}

function isCertificateProblem(reason: string): boolean {
  return /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_/.test(reason);
}
