import { Buffer } from "node:buffer";
import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { GitHubRequest, GitHubResponse } from "./http-message.ts";

/** Where and how to listen. Only the loopback interface is served. */
export interface ListenOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** PEM texts; absent: plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A listening server. */
export interface Listener {
  readonly address: string;
  /** false: connections are cut and new ones refused to answer, as when the forge went down with the site. */
  readonly setReachable: (reachable: boolean) => void;
  readonly close: () => Promise<void>;
}

/** Bytes of one request; a push of a DR repository is far smaller. */
const maxBody = 64 * 1024 * 1024;

/** Serves a handler on a loopback socket. */
export async function listen(
  handle: (request: GitHubRequest) => Promise<GitHubResponse>,
  options: ListenOptions,
): Promise<Listener> {
  const sockets = new Set<Socket>();
  let reachable = true;
  const onRequest = (message: IncomingMessage, response: ServerResponse): void => {
    void answer(handle, message, response);
  };
  const server = options.tls === undefined ? createHttpServer(onRequest) : createHttpsServer(options.tls, onRequest);
  server.on("connection", (socket: Socket) => {
    if (!reachable) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${String(port)}`,
    setReachable: (wanted) => {
      reachable = wanted;
      if (!wanted) cut();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        cut();
      }),
  };
}

async function answer(
  handle: (request: GitHubRequest) => Promise<GitHubResponse>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(message);
    if (body === null) {
      response.writeHead(413).end();
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
    );
    const result = await handle({ method: message.method ?? "GET", path: message.url ?? "/", headers, body });
    response.writeHead(result.status, { ...result.headers, "content-length": String(result.body.length) });
    response.end(result.body);
  } catch {
    // The client went away, or the handler failed in a way it did not foresee: no answer is the honest one.
    response.destroy();
  }
}

async function readBody(message: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    if (!(chunk instanceof Buffer)) continue;
    length += chunk.length;
    if (length > maxBody) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
