/**
 * One exchange with an API server. The production one speaks HTTPS (`https-transport.ts`); tests hand over the request
 * function of an embedded cluster, which has the same shape.
 */

export interface TransportRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Path and query, already escaped. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** The exchange, or for a stream the wait for its first byte and for each further one, is given up after this. */
  readonly timeoutMs?: number;
  /** The answer goes on until one side ends it (a watch): hand it over as it comes. */
  readonly stream?: boolean;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncIterable<string>;
}

/**
 * Rejects when there was no answer: with a `ClusterFault` where the transport knows why, else the client reports it as
 * `unreachable`. An HTTP error status is an answer, not a rejection.
 */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** How long to wait, in milliseconds. */
export interface Timeouts {
  readonly read: number;
  /** The default of `WriteOptions.timeoutMs`. */
  readonly write: number;
  /** Asked of the server: it ends a watch after about this long, so that no connection lives for ever. */
  readonly watch: number;
  /** Without a byte for this long a watch counts as broken. API servers send a bookmark each minute. */
  readonly watchSilence: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = { read: 15_000, write: 15_000, watch: 300_000, watchSilence: 90_000 };

/** Waiting between attempts of a read; writes are never repeated. */
export interface Retry {
  /** Attempts after the first one. */
  readonly attempts: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to 1: spreads clients that failed together. */
  readonly random: () => number;
}
