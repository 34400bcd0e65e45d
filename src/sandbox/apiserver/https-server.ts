import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Socket } from "node:net";

import { ApiError, codeOf, statusOf } from "./api-error.ts";
import type { ApiRequest, ApiResponse } from "./api-request.ts";
import { jsonResponse } from "./api-request.ts";
import type { EmbeddedCluster } from "./cluster.ts";
import { decodeProtobuf, protobufContentType } from "./protobuf/decode-message.ts";
import { watchTimeout } from "./read/watch.ts";
import { flag, splitPath, wholeNumber } from "./request-target.ts";
import { maximumBodyLength } from "./write/read-object.ts";

export interface HttpsOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** The bearer token of the one user there is. */
  readonly token: string;
  /** PEM texts. */
  readonly tls: { readonly cert: string; readonly key: string };
}

/** A cluster that listens on 127.0.0.1. */
export interface HttpsServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
  /** False: the site is dead. Every connection breaks, open watches too, and new ones are cut off at once. */
  setReachable(reachable: boolean): void;
}

const publicPaths: ReadonlySet<string> = new Set(["/version", "/healthz", "/livez", "/readyz"]);
const defaultWatchSeconds = 1800;

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Anonymous users may ask for health and version, as by Kubernetes' default roles. */
function isAllowed(message: IncomingMessage, token: Buffer): boolean {
  const [path = ""] = (message.url ?? "").split("?");
  if (publicPaths.has(path)) return true;
  const given = /^Bearer (.+)$/.exec(message.headers.authorization ?? "");
  return given !== null && timingSafeEqual(digest(given[1] ?? ""), token);
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const part = Buffer.from(chunk as Uint8Array);
    size += part.length;
    if (size > maximumBodyLength) throw new ApiError("RequestEntityTooLarge", "the body is too large");
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

function headersOf(message: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );
}

/** Ends a watch when its time is over; the returned function takes the timer away. */
function limitWatch(path: string, controller: AbortController): () => void {
  const { query } = splitPath(path);
  if (!flag(query, "watch")) return () => undefined;
  const seconds = wholeNumber(query, "timeoutSeconds") ?? defaultWatchSeconds;
  const timer = setTimeout(() => controller.abort(watchTimeout), seconds * 1000);
  return () => clearTimeout(timer);
}

async function send(response: ServerResponse, answer: ApiResponse): Promise<void> {
  response.writeHead(answer.status, { ...answer.headers, "cache-control": "no-cache, private" });
  if (typeof answer.body === "string") {
    response.end(answer.body);
    return;
  }
  response.flushHeaders();
  for await (const line of answer.body) {
    if (response.destroyed) break;
    if (!response.write(line))
      await new Promise<void>((resolve) => void response.once("drain", resolve).once("close", resolve));
  }
  response.end();
}

/** A refusal; a body that was not read to its end leaves a connection that can't be used again. */
function refusal(error: unknown): ApiResponse {
  const known = error instanceof ApiError ? error : new ApiError("BadRequest", "the request could not be read");
  const response = jsonResponse(codeOf(known), statusOf(known));
  if (known.reason !== "RequestEntityTooLarge") return response;
  return { ...response, headers: { ...response.headers, connection: "close" } };
}

async function answer(cluster: EmbeddedCluster, message: IncomingMessage, signal: AbortSignal): Promise<ApiResponse> {
  const bytes = await readBody(message);
  const headers = headersOf(message);
  const isProtobuf = bytes.length > 0 && headers["content-type"] === protobufContentType;
  const request: ApiRequest = {
    method: message.method ?? "GET",
    path: message.url ?? "/",
    headers: isProtobuf ? { ...headers, "content-type": "application/json" } : headers,
    signal,
    ...(bytes.length === 0
      ? {}
      : { body: isProtobuf ? JSON.stringify(decodeProtobuf(bytes)) : bytes.toString("utf8") }),
  };
  return cluster.handle(request);
}

async function serve(
  cluster: EmbeddedCluster,
  exchange: { message: IncomingMessage; response: ServerResponse; token: Buffer },
): Promise<void> {
  const { message, response, token } = exchange;
  const controller = new AbortController();
  response.once("close", () => controller.abort());
  try {
    if (!isAllowed(message, token)) throw new ApiError("Unauthorized", "Unauthorized");
    const stopTimer = limitWatch(message.url ?? "/", controller);
    response.once("close", stopTimer);
    await send(response, await answer(cluster, message, controller.signal));
  } catch (error) {
    if (response.headersSent) response.destroy();
    else await send(response, refusal(error));
  }
}

/** Serves a cluster over HTTPS on 127.0.0.1, to one user with a bearer token. */
export async function serveHttps(cluster: EmbeddedCluster, options: HttpsOptions): Promise<HttpsServer> {
  const token = digest(options.token);
  const sockets = new Set<Socket>();
  const state = { reachable: true };
  const server = createServer({ ...options.tls, ALPNProtocols: ["http/1.1"] }, (message, response) => {
    void serve(cluster, { message, response, token });
  });
  const cutOff = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  server.on("connection", (socket: Socket) => {
    if (!state.reachable) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    close: () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      cutOff();
      return closed;
    },
    setReachable: (reachable) => {
      state.reachable = reachable;
      if (!reachable) cutOff();
    },
  };
}
