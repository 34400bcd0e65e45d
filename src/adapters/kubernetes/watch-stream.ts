import { asString, at, isFields } from "../../core/model/fields.ts";
import type { WatchEvent } from "../../ports/cluster.ts";

import { asFault, open } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";
import type { ListRequest } from "./list-pages.ts";
import { asObject } from "./object-shape.ts";
import { pathOf } from "./resource-path.ts";
import { fault, faultOfErrorEvent, faultOfStatus } from "./status-fault.ts";
import type { Asked } from "./status-fault.ts";
import type { TransportResponse } from "./transport.ts";

/** An object is at most about 1.5 MB in etcd; JSON with field ownership stays well below this. */
const LONGEST_LINE = 32 * 1024 * 1024;

/**
 * Events after a resourceVersion, as they come. Ends quietly when `signal` aborts or the server closes the stream at
 * its time limit (watch again from the last resourceVersion seen); throws `gone` when that position is forgotten and
 * `unreachable` or `timeout` when the connection breaks or falls silent.
 */
export async function* watchEvents(
  exchange: Exchange,
  request: ListRequest & { readonly resourceVersion: string; readonly signal: AbortSignal },
): AsyncGenerator<WatchEvent> {
  if (request.signal.aborted) return;
  const { asked } = request;
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  try {
    const response = await openStream(exchange, request, signal);
    for await (const line of linesOf(response.body, asked)) yield eventOf(line, request);
  } catch (error) {
    if (!request.signal.aborted) throw asFaultOnce(error, asked);
  } finally {
    stop.abort(); // the consumer left, or something broke: the connection must not stay open
  }
}

async function openStream(
  exchange: Exchange,
  request: ListRequest & { readonly resourceVersion: string },
  signal: AbortSignal,
): Promise<TransportResponse> {
  const { query, resource, asked, resourceVersion } = request;
  const path = pathOf(
    { resource, namespace: query.namespace },
    {
      labelSelector: query.labelSelector,
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion,
      timeoutSeconds: String(Math.ceil(exchange.timeouts.watch / 1000)),
    },
  );
  const call = { ...asked, method: "GET", path } as const;
  const response = await open(exchange, call, { signal, timeoutMs: exchange.timeouts.watchSilence, stream: true });
  if (response.status !== 200) throw faultOfStatus(response.status, await readStatus(response.body, asked), asked);
  return response;
}

/** The body of an error answer; a server that goes on talking is cut off. */
async function readStatus(body: TransportResponse["body"], asked: Asked): Promise<unknown> {
  let text = "";
  for await (const line of linesOf(body, asked)) {
    text += line;
    if (text.length > LONGEST_LINE) break;
  }
  return parse(text);
}

async function* linesOf(body: TransportResponse["body"], asked: Asked): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of typeof body === "string" ? [body] : body) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE) throw fault("too-large", asked, "one event exceeds the limit");
    for (const line of lines) if (line !== "") yield line;
  }
  if (rest.trim() !== "") yield rest;
}

function eventOf(line: string, { query, asked }: ListRequest): WatchEvent {
  const event = parse(line);
  const type = at(event, "type");
  const object = at(event, "object");
  if (type === "ERROR") throw faultOfErrorEvent(object, asked);
  if (!isFields(object)) throw fault("malformed", asked, "an event without an object");
  if (type === "BOOKMARK") {
    const resourceVersion = asString(at(object, "metadata", "resourceVersion"));
    if (resourceVersion === null) throw fault("malformed", asked, "a bookmark without a resourceVersion");
    return { type: "bookmark", resourceVersion };
  }
  return {
    type: changeOf(type, asked),
    object: asObject({ ...object, apiVersion: query.apiVersion, kind: query.kind }, asked),
  };
}

function changeOf(type: unknown, asked: Asked): "added" | "modified" | "deleted" {
  switch (type) {
    case "ADDED":
      return "added";
    case "MODIFIED":
      return "modified";
    case "DELETED":
      return "deleted";
    default:
      throw fault("malformed", asked, "an event of an unknown type");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A stream breaks with whatever the connection says; our own faults pass as they are. */
function asFaultOnce(error: unknown, asked: Asked): Error {
  return error instanceof Error && error.name === "ClusterFault" ? error : asFault(error, asked);
}
