import { FEW, isWorthwhile } from "../core/capture/list-scope.ts";
import type { KubeObject } from "../core/model/kube-object.ts";
import { ClusterFault, type ClusterPort, type PageSink, concernsCluster } from "../ports/cluster.ts";
import { inParallel } from "./in-parallel.ts";
import { LISTS_AT_A_TIME } from "./read-namespaces.ts";

export interface FoundNamespaces {
  /** The Namespaces asked for that exist. */
  readonly present: readonly KubeObject[];
  /** About how many the cluster has; null: not counted, or not allowed to. */
  readonly existing: number | null;
}

const NAMESPACE = { apiVersion: "v1", kind: "Namespace", namespace: null } as const;

/** Looks the namespaces up: a few by name, many in one list where that is allowed and not far too long. */
export async function findNamespaces(port: ClusterPort, names: readonly string[]): Promise<FoundNamespaces> {
  const listed = names.length <= FEW ? null : await listThem(port, names);
  if (listed !== null && listed.complete) return listed;
  const found = await inParallel(names, LISTS_AT_A_TIME, (name) => port.get({ ...NAMESPACE, name }));
  return { present: found.filter((namespace) => namespace !== null), existing: listed?.existing ?? null };
}

async function listThem(
  port: ClusterPort,
  names: readonly string[],
): Promise<(FoundNamespaces & { readonly existing: number; readonly complete: boolean }) | null> {
  const asked = new Set(names);
  let present: KubeObject[] = [];
  let existing = 0;
  const sink: PageSink = {
    page: (items) => {
      existing += items.length;
      present.push(...items.filter(({ metadata }) => asked.has(metadata.name)));
    },
    restart: () => {
      [present, existing] = [[], 0];
    },
    goOn: (remaining) => {
      if (isWorthwhile(remaining, "maybe", { asked: names.length, existing: null })) return true;
      existing += remaining ?? 0;
      return false;
    },
  };
  try {
    const { state } = await port.listPages(NAMESPACE, sink);
    return { present, existing, complete: state === "complete" };
  } catch (error) {
    if (!(error instanceof ClusterFault) || concernsCluster(error)) throw error;
    return null;
  }
}
