import type { KubeObject } from "../../core/model/kube-object.ts";
import { appendEvent, emptyLog, eventsAfter } from "./event-log.ts";
import type { EventLog, StoreEvent } from "./event-log.ts";
import { deepFreeze, withMetadata } from "./json-value.ts";

/** `plural.group`, or the plural alone for the core group; all versions of a resource share one table. */
export type StorageKey = string;

type Table = ReadonlyMap<string, KubeObject>;

/** Everything a cluster remembers. Immutable, so that a snapshot is a reference. */
export interface StoreState {
  readonly revision: number;
  readonly tables: ReadonlyMap<StorageKey, Table>;
  readonly log: EventLog;
}

type StoreListener = (event: StoreEvent) => void;

export interface Store {
  /** Revision of the last write; every write takes the next one, whatever its kind. */
  revision(): number;
  /** Counts writes and restores, and never goes back. */
  generation(): number;
  get(key: StorageKey, namespace: string | null, name: string): KubeObject | undefined;
  /** In the order of namespace and name, as etcd returns them. */
  list(key: StorageKey): readonly KubeObject[];
  /** The list as it was at an earlier revision; null when that is forgotten or still to come. */
  listAt(key: StorageKey, revision: number): readonly KubeObject[] | null;
  keys(): Iterable<StorageKey>;
  table(key: StorageKey): Table;
  /** Stores the object under the next revision, which is stamped into it, and returns what was stored. */
  put(key: StorageKey, object: KubeObject): KubeObject;
  /** Removes the object; the returned last state carries the revision of the removal. */
  remove(key: StorageKey, object: KubeObject): KubeObject;
  /** Null when events after that revision are forgotten or the revision is still to come. */
  eventsAfter(key: StorageKey, revision: number): readonly StoreEvent[] | null;
  compactedRevision(): number;
  /** Calls back for each write of a kind until the returned function is called; a restore ends it through `onReset`. */
  subscribe(key: StorageKey, listener: StoreListener, onReset: () => void): () => void;
  snapshot(): StoreState;
  restore(state: StoreState): void;
}

const noObjects: Table = new Map();
const sortedLists = new WeakMap<Table, readonly KubeObject[]>();

/** Identity inside a table; sorts by namespace first. */
export function objectKey(namespace: string | null | undefined, name: string): string {
  return `${namespace ?? ""}/${name}`;
}

function keyOf(object: KubeObject): string {
  return objectKey(object.metadata.namespace, object.metadata.name);
}

function sorted(table: Table): readonly KubeObject[] {
  const known = sortedLists.get(table);
  if (known !== undefined) return known;
  const list = [...table].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, object]) => object);
  sortedLists.set(table, list);
  return list;
}

/** The list with all writes after a revision undone. */
function undone(list: readonly KubeObject[], events: readonly StoreEvent[]): readonly KubeObject[] {
  if (events.length === 0) return list;
  const objects = new Map(list.map((object) => [keyOf(object), object]));
  for (const event of events.toReversed()) {
    if (event.previous === null) objects.delete(keyOf(event.object));
    else objects.set(keyOf(event.object), event.previous);
  }
  return sorted(objects);
}

function stamped(object: KubeObject, revision: number): KubeObject {
  return deepFreeze(withMetadata(object, "resourceVersion", String(revision)));
}

/**
 * The memory of one cluster: immutable objects in one table per resource, one revision counter for all of them as in
 * etcd, and a bounded log of writes for watches and for lists at an older revision.
 *
 * @param historyLimit how many writes are remembered at least; between that and twice as many are kept.
 */
export function createStore(historyLimit: number): Store {
  let state: StoreState = { revision: 0, tables: new Map(), log: emptyLog() };
  let generation = 0;
  const subscribers = new Set<{ key: StorageKey; listener: StoreListener; onReset: () => void }>();
  const table = (key: StorageKey): Table => state.tables.get(key) ?? noObjects;

  const commit = (event: StoreEvent, objects: Table): void => {
    state = {
      revision: event.revision,
      tables: new Map(state.tables).set(event.storageKey, objects),
      log: appendEvent(state.log, event, historyLimit),
    };
    generation += 1;
    for (const subscriber of subscribers) if (subscriber.key === event.storageKey) subscriber.listener(event);
  };
  const remembered = (revision: number): boolean => revision >= state.log.compacted && revision <= state.revision;

  return {
    revision: () => state.revision,
    generation: () => generation,
    get: (key, namespace, name) => table(key).get(objectKey(namespace, name)),
    list: (key) => sorted(table(key)),
    listAt: (key, revision) =>
      remembered(revision) ? undone(sorted(table(key)), eventsAfter(state.log, key, revision)) : null,
    keys: () => state.tables.keys(),
    table,
    put: (key, object) => {
      const revision = state.revision + 1;
      const stored = stamped(object, revision);
      const previous = table(key).get(keyOf(stored)) ?? null;
      const type = previous === null ? "ADDED" : "MODIFIED";
      commit(
        { revision, type, storageKey: key, object: stored, previous },
        new Map(table(key)).set(keyOf(stored), stored),
      );
      return stored;
    },
    remove: (key, object) => {
      const revision = state.revision + 1;
      const last = stamped(object, revision);
      const previous = table(key).get(keyOf(object)) ?? null;
      const objects = new Map(table(key));
      objects.delete(keyOf(object));
      commit({ revision, type: "DELETED", storageKey: key, object: last, previous }, objects);
      return last;
    },
    eventsAfter: (key, revision) => (remembered(revision) ? eventsAfter(state.log, key, revision) : null),
    compactedRevision: () => state.log.compacted,
    subscribe: (key, listener, onReset) => {
      const subscriber = { key, listener, onReset };
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
    snapshot: () => state,
    restore: (earlier) => {
      state = earlier;
      generation += 1;
      for (const { onReset } of subscribers) onReset();
    },
  };
}
