import { REQUIRED_KINDS } from "../core/capture/required-kinds.ts";
import { chooseScope, isWorthwhile } from "../core/capture/list-scope.ts";
import { slimObject } from "../core/capture/slim-object.ts";
import type { ApiResource } from "../core/model/api-resource.ts";
import { type KubeObject, groupOf } from "../core/model/kube-object.ts";
import type { UnreadKind } from "../core/observed/unread-kind.ts";
import { ClusterFault, type ClusterPort, type PageSink, concernsCluster } from "../ports/cluster.ts";
import { inParallel } from "./in-parallel.ts";

/**
 * Lists under way at a time. Against Kubernetes 1.36 on two cores anything from 4 to 8 is equally fast, one at a time takes
 * twice as long, and 16 a third longer.
 */
export const LISTS_AT_A_TIME = 6;

export interface NamespaceReads {
  readonly resources: readonly ApiResource[];
  /** Distinct. */
  readonly namespaces: readonly string[];
  /** How many namespaces the cluster has; null: unknown. */
  readonly existing: number | null;
}

export interface NamespacesRead {
  /** Objects by namespace; a namespace without any has no entry. */
  readonly objects: ReadonlyMap<string, readonly KubeObject[]>;
  readonly unread: readonly UnreadKind[];
}

/**
 * Lists the kinds in the namespaces, several at a time and page by page. A list that fails is named in `unread` and its
 * objects are nowhere; only for the kinds that decisions rest on it throws the `ClusterFault` (design invariant 7).
 */
export async function readNamespaces(port: ClusterPort, reads: NamespaceReads): Promise<NamespacesRead> {
  const { namespaces } = reads;
  const lists = await inParallel(reads.resources, LISTS_AT_A_TIME, (resource) => startLists(port, resource, reads));
  const pending = lists.flatMap((list) =>
    list.state === "one-by-one" ? namespaces.map((name) => ({ resource: list.resource, name })) : [],
  );
  const single = await inParallel(pending, LISTS_AT_A_TIME, ({ resource, name }) => listOne(port, resource, name));
  const whole = lists.flatMap((list) => (list.state === "one-by-one" ? [] : [list.outcome]));
  return collect([...whole, ...single]);
}

interface ListOutcome {
  readonly objects: readonly KubeObject[];
  readonly unread: readonly UnreadKind[];
}

type Started =
  | { readonly state: "read"; readonly outcome: ListOutcome }
  | { readonly state: "one-by-one"; readonly resource: ApiResource };

/** One list of the whole cluster where that is less work and allowed; otherwise each namespace is asked for by itself. */
async function startLists(port: ClusterPort, resource: ApiResource, reads: NamespaceReads): Promise<Started> {
  const scope = { asked: reads.namespaces.length, existing: reads.existing };
  const chosen = chooseScope(resource, scope);
  if (chosen === "namespaces") return { state: "one-by-one", resource };
  const asked = new Set(reads.namespaces);
  const { sink, objects } = collector((object) => asked.has(object.metadata.namespace ?? ""));
  const goOn = (remaining: number | null): boolean => isWorthwhile(remaining, chosen, scope);
  try {
    const { state } = await port.listPages({ ...kindOf(resource), namespace: null }, { ...sink, goOn });
    if (state === "complete") return { state: "read", outcome: { objects: objects(), unread: [] } };
  } catch (error) {
    // Rights may be given in the application's namespaces alone; whatever else went wrong shows there again.
    if (!(error instanceof ClusterFault) || concernsCluster(error)) throw error;
  }
  return { state: "one-by-one", resource };
}

async function listOne(port: ClusterPort, resource: ApiResource, namespace: string): Promise<ListOutcome> {
  const { sink, objects } = collector(() => true);
  try {
    await port.listPages({ ...kindOf(resource), namespace }, sink);
    return { objects: objects(), unread: [] };
  } catch (error) {
    if (!(error instanceof ClusterFault) || isRequired(resource) || concernsCluster(error)) throw error;
    return { objects: [], unread: [unreadKind(resource, namespace, error)] };
  }
}

/** Keeps what passes of each page, slimmed; a list that begins again forgets what it had. */
function collector(keep: (object: KubeObject) => boolean): {
  readonly sink: PageSink;
  readonly objects: () => readonly KubeObject[];
} {
  let kept: KubeObject[] = [];
  const page = (items: readonly KubeObject[]): void => {
    for (const item of items) if (keep(item)) kept.push(slimObject(item));
  };
  return { sink: { page, restart: () => void (kept = []) }, objects: () => kept };
}

function collect(outcomes: readonly ListOutcome[]): NamespacesRead {
  const byNamespace = new Map<string, KubeObject[]>();
  for (const { objects } of outcomes) {
    for (const object of objects) {
      const namespace = object.metadata.namespace ?? "";
      const known = byNamespace.get(namespace) ?? [];
      known.push(object);
      byNamespace.set(namespace, known);
    }
  }
  return { objects: byNamespace, unread: outcomes.flatMap(({ unread }) => unread) };
}

/** What could not be read, in the words of the fault. */
export function unreadKind(resource: ApiResource, namespace: string | null, fault: ClusterFault): UnreadKind {
  return { group: groupOf(resource.apiVersion), kind: resource.kind, namespace, reason: fault.message };
}

function isRequired(resource: ApiResource): boolean {
  return REQUIRED_KINDS.some(
    ({ kind, apiVersion }) => kind === resource.kind && groupOf(apiVersion) === groupOf(resource.apiVersion),
  );
}

function kindOf({ apiVersion, kind }: ApiResource): { readonly apiVersion: string; readonly kind: string } {
  return { apiVersion, kind };
}
