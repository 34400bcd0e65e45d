import type { KubeObject } from "../../core/model/kube-object.ts";

/** One write: what a watcher of the kind is told, and what undoes it when a list is asked for at an older revision. */
export interface StoreEvent {
  readonly revision: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly storageKey: string;
  /** For DELETED the last state, carrying the revision of the deletion. */
  readonly object: KubeObject;
  readonly previous: KubeObject | null;
}

/**
 * An append-only log whose array is shared by all snapshots, each of which sees only its own length. A log that was
 * restored to an earlier length copies its part before it appends, so no snapshot ever sees another one's future.
 */
export interface EventLog {
  readonly entries: StoreEvent[];
  readonly length: number;
  /** Events up to and including this revision are forgotten. */
  readonly compacted: number;
}

export function emptyLog(): EventLog {
  return { entries: [], length: 0, compacted: 0 };
}

/** The log with one more event; the oldest half is forgotten when it would grow beyond twice the limit. */
export function appendEvent(log: EventLog, event: StoreEvent, limit: number): EventLog {
  const full = log.length >= limit * 2;
  if (!full && log.entries.length === log.length) {
    log.entries.push(event);
    return { ...log, length: log.length + 1 };
  }
  const start = full ? log.length - limit : 0;
  const compacted = start === 0 ? log.compacted : (log.entries[start - 1]?.revision ?? log.compacted);
  const entries = [...log.entries.slice(start, log.length), event];
  return { entries, length: entries.length, compacted };
}

/** Events of a kind after a revision, oldest first. */
export function eventsAfter(log: EventLog, storageKey: string, revision: number): readonly StoreEvent[] {
  const found: StoreEvent[] = [];
  for (let index = log.length - 1; index >= 0; index--) {
    const event = log.entries[index];
    if (event === undefined || event.revision <= revision) break;
    if (event.storageKey === storageKey) found.push(event);
  }
  return found.toReversed();
}
