import type { KindRef, KubeObject } from "../core/model/kube-object.ts";
import { ClusterFault, type ClusterPort } from "../ports/cluster.ts";
import { inParallel } from "./in-parallel.ts";
import { LISTS_AT_A_TIME } from "./read-namespaces.ts";

/** What is held between two passes: the fingerprint of each object (UID to resourceVersion), and nothing of its content. */
export interface HeldCapture {
  /**
   * Namespaces in which anything changed since the last call (`""`: something without one). Null: a watch was lost, and
   * what happened meanwhile is unknown; then everything must be read and held anew.
   */
  readonly take: () => ReadonlySet<string> | null;
}

/**
 * Lists the kinds once and then watches them until `signal` aborts, so that a pass knows without asking whether there is
 * anything to capture. Throws `ClusterFault` when a kind can't be listed.
 */
export async function holdCapture(
  port: ClusterPort,
  kinds: readonly KindRef[],
  signal: AbortSignal,
): Promise<HeldCapture> {
  const held: Held = { fingerprints: new Map(), touched: new Set(), lost: false };
  await inParallel(kinds, LISTS_AT_A_TIME, async (kind) => {
    const position = await listOnce(port, kind, held);
    void follow(port, { kind, position, signal }, held);
  });
  return {
    take: () => {
      if (held.lost) return null;
      const touched = held.touched;
      held.touched = new Set();
      return touched;
    },
  };
}

interface Held {
  readonly fingerprints: Map<string, string>;
  touched: Set<string>;
  lost: boolean;
}

async function listOnce(port: ClusterPort, kind: KindRef, held: Held): Promise<string> {
  const page = (objects: readonly KubeObject[]): void => {
    for (const { metadata } of objects) held.fingerprints.set(metadata.uid ?? "", metadata.resourceVersion ?? "");
  };
  const read = await port.listPages({ ...kind, namespace: null }, { page, restart: () => undefined });
  return read.state === "complete" ? read.resourceVersion : "";
}

/** A server ends a watch after some minutes; it goes on from where it was. Whatever else ends it loses the position. */
async function follow(port: ClusterPort, watch: Watch, held: Held): Promise<void> {
  let { position } = watch;
  try {
    while (!watch.signal.aborted) position = await watchOnce(port, { ...watch, position }, held);
  } catch (error) {
    held.lost = true;
    if (!(error instanceof ClusterFault)) throw error;
  }
}

interface Watch {
  readonly kind: KindRef;
  readonly position: string;
  readonly signal: AbortSignal;
}

/** Returns the position at which the server ended the stream. */
async function watchOnce(port: ClusterPort, { kind, position, signal }: Watch, held: Held): Promise<string> {
  let last = position;
  for await (const event of port.watch({ ...kind, namespace: null }, position, signal)) {
    if (event.type === "bookmark") last = event.resourceVersion;
    else {
      last = event.object.metadata.resourceVersion ?? last;
      note(held, event);
    }
  }
  return last;
}

/** The server may send what was listed once more; only another version is a change. */
function note(held: Held, { type, object }: { readonly type: string; readonly object: KubeObject }): void {
  const { uid = "", resourceVersion = "", namespace = "" } = object.metadata;
  const known = held.fingerprints.get(uid);
  if (type === "deleted") held.fingerprints.delete(uid);
  else if (known === resourceVersion) return;
  else held.fingerprints.set(uid, resourceVersion);
  held.touched.add(namespace);
}
