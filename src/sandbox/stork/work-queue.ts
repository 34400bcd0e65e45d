import type { KubeObject } from "../../core/model/kube-object.ts";
import type { SimulationClock } from "../clock/simulation-clock.ts";

/** Stork looks at every object about every ten seconds, and two seconds after an error. */
export const PERIOD_MS = 10_000;
const AFTER_ERROR_MS = 2_000;
/** Repeated errors wait longer and longer, up to this. */
const LONGEST_WAIT_MS = 60_000;

interface Entry {
  readonly resourceVersion: string;
  readonly dueAt: number;
  readonly errors: number;
}

/** Which objects are due: those that changed since the last look, and those whose time has come. */
export interface WorkQueue {
  isDue(object: KubeObject): boolean;
  /** The look went well; the next one comes after this time, or after the usual period. */
  done(object: KubeObject, afterMs: number | undefined): void;
  failed(object: KubeObject): void;
  /** Forgets objects that are gone. */
  keep(objects: readonly KubeObject[]): void;
  /** When the next object is due by time; infinite when none is. */
  nextDue(): number;
  save(): unknown;
  load(saved: unknown): void;
}

export function createWorkQueue(clock: SimulationClock): WorkQueue {
  let entries = new Map<string, Entry>();
  const uidOf = (object: KubeObject): string => object.metadata.uid ?? "";
  const set = (object: KubeObject, afterMs: number, errors: number): void => {
    const { resourceVersion = "" } = object.metadata;
    entries.set(uidOf(object), { resourceVersion, dueAt: clock.now() + afterMs, errors });
  };
  return {
    isDue: (object) => {
      const entry = entries.get(uidOf(object));
      return (
        entry === undefined || entry.resourceVersion !== object.metadata.resourceVersion || clock.now() >= entry.dueAt
      );
    },
    done: (object, afterMs) => set(object, afterMs ?? clock.pace(PERIOD_MS), 0),
    failed: (object) => {
      const errors = (entries.get(uidOf(object))?.errors ?? 0) + 1;
      const wait = Math.min(LONGEST_WAIT_MS, AFTER_ERROR_MS * 2 ** Math.max(0, errors - 3));
      set(object, clock.pace(wait), errors);
    },
    keep: (objects) => {
      const known = new Set(objects.map(uidOf));
      for (const uid of entries.keys()) if (!known.has(uid)) entries.delete(uid);
    },
    nextDue: () =>
      [...entries.values()].reduce((soonest, { dueAt }) => Math.min(soonest, dueAt), Number.POSITIVE_INFINITY),
    save: () => new Map(entries),
    load: (saved) => {
      entries = new Map(saved as Map<string, Entry>);
    },
  };
}
