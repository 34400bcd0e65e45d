import type { KindRef, KubeObject } from "../../core/model/kube-object.ts";
import { storageKey } from "./resource-names.ts";

/**
 * Lists that several simulators of one cluster share, so that a whole simulated cluster costs next to nothing while
 * nothing changes. `generation` counts the writes to a kind; an API server over HTTPS has none and is always asked.
 */
export interface ListCache {
  /** null when changes can't be told without asking the server. */
  generation(kind: KindRef): number | null;
  find(kind: KindRef): readonly KubeObject[] | null;
  keep(kind: KindRef, generation: number | null, items: readonly KubeObject[]): void;
}

export function createListCache(generation: ((storageKey: string) => number) | null): ListCache {
  const lists = new Map<string, { readonly generation: number; readonly items: readonly KubeObject[] }>();
  const current = (kind: KindRef): number | null => (generation === null ? null : generation(storageKey(kind)));
  return {
    generation: current,
    find: (kind) => {
      const kept = lists.get(storageKey(kind));
      return kept !== undefined && kept.generation === current(kind) ? kept.items : null;
    },
    keep: (kind, readAt, items) => {
      if (readAt !== null) lists.set(storageKey(kind), { generation: readAt, items });
    },
  };
}
