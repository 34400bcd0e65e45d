import { type ObjectRef, groupOf } from "../model/kube-object.ts";

/**
 * Something that could not be read, while everything that decisions rely on could: a kind in one namespace. Nothing about
 * its objects may be concluded, least of all that there are none (design invariant 7).
 */
export interface UnreadKind {
  /** API group; the empty string is the core group. */
  readonly group: string;
  /** Null: every kind of the group, since even what it serves is unknown. */
  readonly kind: string | null;
  /** Null: a kind without namespaces, or all namespaces. */
  readonly namespace: string | null;
  /** For people: what the cluster said. Never content of an object. */
  readonly reason: string;
}

/** Whether an object belongs to something that could not be read. */
export function isUnread(unread: readonly UnreadKind[], ref: ObjectRef): boolean {
  return unread.some(
    ({ group, kind, namespace }) =>
      group === groupOf(ref.apiVersion) &&
      (kind === null || kind === ref.kind) &&
      (namespace === null || namespace === ref.namespace),
  );
}

/** For people: the kind and where. */
export function nameUnread({ group, kind, namespace }: UnreadKind): string {
  const what = kind === null ? `every kind of ${group}` : group === "" ? kind : `${kind} (${group})`;
  return namespace === null ? what : `${what} in ${namespace}`;
}

/** The same with what the cluster said. */
export function describeUnread(unread: UnreadKind): string {
  return `${nameUnread(unread)}: ${unread.reason}; the files on the branch stay`;
}
