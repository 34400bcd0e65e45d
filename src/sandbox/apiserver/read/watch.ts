import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext } from "../api-context.ts";
import { expired, invalid, required, statusOf } from "../api-error.ts";
import type { StoreEvent } from "../event-log.ts";
import { withMetadata } from "../json-value.ts";
import { flag, wholeNumber } from "../request-target.ts";
import { apiVersionOf } from "../resources/resource-type.ts";
import type { ObjectPredicate } from "../selectors.ts";
import { createEventQueue } from "./event-queue.ts";
import type { EventQueue } from "./event-queue.ts";
import { predicateOf } from "./list.ts";
import type { CollectionQuery } from "./list.ts";
import type { Representation } from "./representation.ts";

/** The reason of an abort that says "the time of this watch is over": it ends in order, with a bookmark if allowed. */
export const watchTimeout = "the time of the watch is over";

export interface WatchInput {
  readonly collection: CollectionQuery;
  readonly representation: Representation;
  readonly signal: AbortSignal | undefined;
}

type EventType = "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";

function line(type: EventType, object: string): string {
  return `{"type":"${type}","object":${object}}\n`;
}

function bookmark(input: WatchInput, revision: number, initial: boolean): string {
  const { type } = input.collection;
  const annotations = initial ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
  const metadata = { resourceVersion: String(revision), ...annotations };
  return line("BOOKMARK", JSON.stringify({ kind: type.kind, apiVersion: apiVersionOf(type), metadata }));
}

/** The newest revision that a watcher was told of; a bookmark says only what is newer. */
interface Position {
  revision: number;
}

/** What an event is for a watcher that sees only what its selectors match; null when it concerns nothing of that. */
function seenAs(event: StoreEvent, matches: ObjectPredicate): { type: EventType; object: KubeObject } | null {
  const before = event.previous !== null && matches(event.previous);
  if (event.type === "DELETED") return before ? { type: "DELETED", object: event.object } : null;
  if (matches(event.object)) return { type: before ? "MODIFIED" : "ADDED", object: event.object };
  if (event.previous === null || !before) return null;
  return { type: "DELETED", object: withMetadata(event.previous, "resourceVersion", String(event.revision)) };
}

interface Start {
  /** Objects to report as added before anything else; null for a watch that continues. */
  readonly initial: readonly KubeObject[] | null;
  /** Events since the position that the client knows. */
  readonly missed: readonly StoreEvent[];
}

function startOf(context: ApiContext, { type, query }: CollectionQuery): Start | null {
  const revision = wholeNumber(query, "resourceVersion") ?? 0;
  const sendInitial = query.get("sendInitialEvents");
  if (sendInitial === "true" && query.get("resourceVersionMatch") !== "NotOlderThan")
    throw invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", [
      required("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"),
    ]);
  if (sendInitial === "true" || (revision === 0 && sendInitial !== "false"))
    return { initial: context.store.list(type.storageKey), missed: [] };
  if (revision === 0) return { initial: null, missed: [] };
  const missed = context.store.eventsAfter(type.storageKey, revision);
  return missed === null ? null : { initial: null, missed };
}

/** What a watcher knows when its watch begins: the present, or the position that it named. */
function knownAt(context: ApiContext, input: WatchInput, start: Start): number {
  if (start.initial !== null) return context.store.revision();
  return wholeNumber(input.collection.query, "resourceVersion") ?? 0;
}

function sendInitial(
  context: ApiContext,
  input: WatchInput,
  send: { queue: EventQueue; objects: readonly KubeObject[] },
): void {
  const matches = predicateOf(input.collection);
  for (const object of send.objects)
    if (matches === null || matches(object)) send.queue.push(line("ADDED", input.representation.object(object)));
  const { query } = input.collection;
  if (query.get("sendInitialEvents") === "true" && flag(query, "allowWatchBookmarks"))
    send.queue.push(bookmark(input, context.store.revision(), true));
}

/**
 * WATCH: a stream of events as lines of JSON. It begins at once, with the present state or after the revision that the
 * client knows, and goes on until the signal aborts, the reader leaves or the cluster is restored to a snapshot. A
 * position that is forgotten, or ahead of this cluster (it was restored), gets an ERROR event with code 410.
 */
export function watchObjects(context: ApiContext, input: WatchInput): AsyncIterable<string> {
  const { collection, representation, signal } = input;
  const matches = predicateOf(collection) ?? ((): boolean => true);
  const start = startOf(context, collection);
  const cleanup: (() => void)[] = [];
  const queue = createEventQueue(() => {
    for (const undo of cleanup) undo();
  });
  if (start === null) {
    const wanted = collection.query.get("resourceVersion") ?? "";
    const error = expired(`too old resource version: ${wanted} (${context.store.compactedRevision() + 1})`);
    queue.push(line("ERROR", JSON.stringify(statusOf(error))));
    queue.end();
    return queue;
  }
  const position: Position = { revision: knownAt(context, input, start) };
  const deliver = (event: StoreEvent): void => {
    const seen = seenAs(event, matches);
    if (seen === null) return;
    position.revision = event.revision;
    queue.push(line(seen.type, representation.object(seen.object)));
  };
  if (start.initial !== null) sendInitial(context, input, { queue, objects: start.initial });
  start.missed.forEach(deliver);
  cleanup.push(context.store.subscribe(collection.type.storageKey, deliver, () => queue.end()));
  if (signal !== undefined) cleanup.push(endOnAbort(context, input, { queue, signal, position }));
  return queue;
}

function endOnAbort(
  context: ApiContext,
  input: WatchInput,
  stream: { readonly queue: EventQueue; readonly signal: AbortSignal; readonly position: Position },
): () => void {
  const stop = (): void => {
    const wanted = stream.signal.reason === watchTimeout && flag(input.collection.query, "allowWatchBookmarks");
    const revision = context.store.revision();
    if (wanted && revision > stream.position.revision) stream.queue.push(bookmark(input, revision, false));
    stream.queue.end();
  };
  if (stream.signal.aborted) stop();
  else stream.signal.addEventListener("abort", stop, { once: true });
  return () => stream.signal.removeEventListener("abort", stop);
}
