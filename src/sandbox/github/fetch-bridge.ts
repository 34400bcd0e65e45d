import { Buffer } from "node:buffer";
import type { GitHubRequest, GitHubResponse } from "./http-message.ts";

/**
 * A `fetch` that reaches the embedded GitHub without a socket, for clients that take one. While `reachable` says no, it
 * fails as Node's does: with a `TypeError`.
 */
export function fetchBridge(
  handle: (request: GitHubRequest) => Promise<GitHubResponse>,
  reachable: () => boolean,
): typeof fetch {
  return async (input, init) => {
    if (!reachable()) throw new TypeError("fetch failed");
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    const result = await handle({
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(request.headers),
      body: Buffer.from(await request.arrayBuffer()),
    });
    if (!reachable()) throw new TypeError("fetch failed");
    // A `Response` with one of these statuses can't have a body (Fetch standard, "null body status").
    const bodiless = result.body.length === 0 || [204, 205, 304].includes(result.status);
    const body = bodiless ? null : new Uint8Array(result.body);
    return new Response(body, { status: result.status, headers: { ...result.headers } });
  };
}
