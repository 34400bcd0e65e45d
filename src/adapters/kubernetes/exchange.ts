import { asNumber, asString, at } from "../../core/model/fields.ts";
import { ClusterFault } from "../../ports/cluster.ts";

import { parseLossless, stringifyLossless } from "./lossless-json.ts";
import { fault, faultOfStatus } from "./status-fault.ts";
import type { Asked } from "./status-fault.ts";
import type { Retry, Timeouts, Transport, TransportRequest, TransportResponse } from "./transport.ts";

/** A request of the client: JSON in, JSON out. */
export interface Call extends Asked {
  readonly method: TransportRequest["method"];
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; undefined when it was not JSON. */
  readonly json: unknown;
}

/** What every part of the client shares: where to send, how long to wait, how often to try. */
export interface Exchange {
  readonly cluster: string;
  readonly transport: Transport;
  readonly timeouts: Timeouts;
  readonly retry: Retry | null;
  readonly pageSize: number;
}

/** Far above any object (etcd refuses more than 1.5 MB) and any page of 500, far below what would end the process. */
const LARGEST_BODY = 256 * 1024 * 1024;

/** Longest pause that a server may ask for with `Retry-After`, in milliseconds. */
const LONGEST_PAUSE = 5_000;

/** Reads and returns whatever the server answered, error statuses included. Tried again when that is harmless. */
export async function read(exchange: Exchange, call: Call): Promise<Answer> {
  const attempts = exchange.retry?.attempts ?? 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const pause = await tryOnce(exchange, call, attempt);
    if (typeof pause !== "number") return pause;
    await exchange.retry?.sleep(pause);
  }
  return send(exchange, call, exchange.timeouts.read);
}

/** Sends once, whatever happens: the caller can't know whether a write that failed was carried out. */
export function write(exchange: Exchange, call: Call): Promise<Answer> {
  return send(exchange, call, exchange.timeouts.write);
}

/** The body of a successful answer as JSON; anything else is thrown. */
export function expectJson(answer: Answer, asked: Asked): unknown {
  if (answer.status < 200 || answer.status > 299) throw faultOfStatus(answer.status, answer.json, asked);
  if (answer.json === undefined) throw fault("malformed", asked, "the body is not JSON");
  return answer.json;
}

/** The answer, or after how many milliseconds another attempt makes sense. */
async function tryOnce(exchange: Exchange, call: Call, attempt: number): Promise<Answer | number> {
  const random = exchange.retry?.random() ?? 0;
  const pause = Math.round(100 * 2 ** attempt * (0.5 + random));
  try {
    const answer = await send(exchange, call, exchange.timeouts.read);
    return isPassing(answer.status) ? Math.max(pause, askedPause(answer)) : answer;
  } catch (error) {
    if (connectionWasReset(error)) return pause;
    throw error;
  }
}

function isPassing(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

function askedPause(answer: Answer): number {
  const inStatus = asNumber(at(answer.json, "details", "retryAfterSeconds"));
  const seconds = inStatus ?? Number(answer.headers["retry-after"]);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds * 1000, 0), LONGEST_PAUSE) : 0;
}

/** A kept connection that the server closed meanwhile. A refused or unroutable address is not tried again. */
function connectionWasReset(error: unknown): boolean {
  if (!(error instanceof ClusterFault) || error.code !== "unreachable") return false;
  const code = at(error.cause, "code");
  return code === "ECONNRESET" || code === "EPIPE";
}

async function send(exchange: Exchange, call: Call, defaultTimeout: number): Promise<Answer> {
  const response = await open(exchange, call, { timeoutMs: call.timeoutMs ?? defaultTimeout });
  const text = await readText(response.body, call);
  return { status: response.status, headers: response.headers, json: parseJson(text) };
}

/** One exchange whose body is still unread. */
export async function open(
  exchange: Exchange,
  call: Call,
  options: Pick<TransportRequest, "signal" | "timeoutMs" | "stream">,
): Promise<TransportResponse> {
  const headers: Record<string, string> = { accept: call.accept ?? "application/json" };
  if (call.body !== undefined) headers["content-type"] = call.contentType ?? "application/json";
  const body = call.body === undefined ? {} : { body: stringifyLossless(call.body) };
  try {
    return await exchange.transport({ method: call.method, path: call.path, headers, ...body, ...options });
  } catch (error) {
    throw asFault(error, call);
  }
}

async function readText(body: TransportResponse["body"], asked: Asked): Promise<string> {
  if (typeof body === "string") return body;
  let text = "";
  try {
    for await (const chunk of body) {
      text += chunk;
      if (text.length > LARGEST_BODY) throw fault("too-large", asked, `the answer exceeds ${LARGEST_BODY} bytes`);
    }
  } catch (error) {
    throw asFault(error, asked);
  }
  return text;
}

function parseJson(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}

/** A transport's own fault says more than we can; everything else means that there was no answer. */
export function asFault(error: unknown, asked: Asked): ClusterFault {
  const known = error instanceof ClusterFault;
  const why = asString(at(error, "message")) ?? "the connection broke";
  const message = `cluster ${asked.cluster}: could not ${asked.action}: ${why}`;
  return new ClusterFault(known ? error.code : "unreachable", asked.cluster, message, {
    cause: known ? error.cause : error,
  });
}
