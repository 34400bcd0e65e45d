/** What a request may cost, and where it may go. */
export interface FetchBounds {
  /** Address of the REST interface; nothing else is ever asked, whatever a `Link` header says. */
  readonly apiUrl: string;
  /** Milliseconds for one attempt, its body included. */
  readonly timeoutMs: number;
  /** Bytes of one answer. */
  readonly maxBytes: number;
}

/** Marks an answer that was made here because GitHub's could not be used. */
export const refusedHeader = "x-drover-refused";

/**
 * Wraps `fetch` so that one attempt ends in time, an answer fits in memory, the token stays with its server, and a
 * redirect is an answer instead of being followed.
 */
export function boundedFetch(inner: typeof fetch, bounds: FetchBounds): typeof fetch {
  const prefix = `${bounds.apiUrl.replace(/\/+$/, "")}/`;
  return async (input, init) => {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    if (!url.startsWith(prefix)) return refusal("GitHub named a next page on another server");
    const timeout = AbortSignal.timeout(bounds.timeoutMs);
    const signal = init?.signal instanceof AbortSignal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const response = await inner(input, { ...init, redirect: "manual", signal });
    const body = await readBounded(response, bounds.maxBytes);
    if (body === null) return refusal(`GitHub answered with more than ${String(bounds.maxBytes)} bytes`);
    const empty = body.length === 0 || [204, 205, 304].includes(response.status);
    return new Response(empty ? null : body, { status: response.status, headers: response.headers });
  };
}

function refusal(message: string): Response {
  const headers = { "content-type": "application/json", [refusedHeader]: "1" };
  return new Response(JSON.stringify({ message }), { status: 413, headers });
}

async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maxBytes) return null;
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}
