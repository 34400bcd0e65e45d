import type { Discovery } from "../core/model/api-resource.ts";
import type { KindRef, KubeObject, ObjectRef } from "../core/model/kube-object.ts";

/** Why a request to a cluster could not be answered. Expected absence is null or a `Conflict` value, never one of these. */
export type ClusterFaultCode =
  | "unreachable" // no connection, TLS failure, or the connection broke
  | "timeout"
  | "unauthorized"
  | "forbidden"
  | "conflict" // resourceVersion, uid or field ownership
  | "already-exists"
  | "not-found" // the object of a patch or delete, or the kind's API, is not there
  | "invalid" // the server refused the object
  | "throttled"
  | "gone" // a list or watch position that the server forgot
  | "server-error"
  | "malformed" // an answer that is not what Kubernetes would say
  | "too-large"
  | "misconfigured"; // the connection's settings can't be used: nothing was asked yet

/** The one fault class of this port. The message never contains credentials or object content. */
export class ClusterFault extends Error {
  override readonly name = "ClusterFault";
  readonly code: ClusterFaultCode;
  readonly cluster: string;
  constructor(code: ClusterFaultCode, cluster: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.cluster = cluster;
  }
}

/** The cluster went away meanwhile, or no longer knows us: that is not about one kind, and asking on only takes time. */
export function concernsCluster(fault: ClusterFault): boolean {
  return fault.code === "unreachable" || fault.code === "unauthorized" || fault.code === "misconfigured";
}

export interface ListQuery extends KindRef {
  /** null lists the whole cluster. */
  readonly namespace: string | null;
  readonly labelSelector?: string;
}

/** A complete list (all pages of one consistent read) or nothing: a partial read throws. */
export interface ObjectList {
  readonly resourceVersion: string;
  readonly items: readonly KubeObject[];
}

/** Takes the pages of a list as they come, so that the raw answers need not all be held at once. */
export interface PageSink {
  /** The objects of one page, in the order of their names. They are the sink's: nobody else holds them. */
  readonly page: (items: readonly KubeObject[]) => void;
  /** The server forgot the list's position and it begins again: what was handed over before is void. */
  readonly restart: () => void;
  /** After each page that is not the last; `remaining` is the server's estimate, null where it gives none. False: stop. */
  readonly goOn?: (remaining: number | null) => boolean;
}

/** How a list by pages ended. Only a complete one says anything about what is absent. */
export type PagesRead =
  { readonly state: "complete"; readonly resourceVersion: string } | { readonly state: "stopped" };

export interface WriteOptions {
  readonly dryRun?: boolean;
  /** Milliseconds after which the request is abandoned; a disruptive write starts only while the Lease outlives it. */
  readonly timeoutMs?: number;
}

export type WatchEvent =
  | { readonly type: "added" | "modified" | "deleted"; readonly object: KubeObject }
  | { readonly type: "bookmark"; readonly resourceVersion: string };

/**
 * What Drover may do to a cluster. There is no replace: only owned fields are written (design invariant 12).
 * Every method throws `ClusterFault`; none retries a write.
 */
export interface ClusterPort {
  readonly name: string;
  /** Server version, e.g. `v1.36.3`. The cheapest proof that the API server answers. */
  version(): Promise<string>;
  /** What is served, read afresh. Groups that do not answer are named in the result; it throws when discovery itself fails. */
  discover(): Promise<Discovery>;
  get(ref: ObjectRef): Promise<KubeObject | null>;
  list(query: ListQuery): Promise<ObjectList>;
  /** The same list, page by page. It throws as `list` does; what the sink got before is then void. */
  listPages(query: ListQuery, sink: PageSink): Promise<PagesRead>;
  watch(query: ListQuery, resourceVersion: string, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** POST; `already-exists` when the name is taken. */
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /**
   * Server-side apply by field manager `drover`. A `metadata.resourceVersion` in the object is a precondition where the
   * object exists; where it does not, Kubernetes creates it all the same, unless `metadata.uid` stands there too.
   */
  apply(object: KubeObject, options?: WriteOptions & { readonly force?: boolean }): Promise<KubeObject>;
  /**
   * JSON merge patch. Put `metadata.resourceVersion` into the patch to make it conditional.
   * `subresource` is for kinds that have one (`status`, `scale`).
   */
  patch(
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    options?: WriteOptions & { readonly subresource?: "status" | "scale" },
  ): Promise<KubeObject>;
  /** Deletes in the background propagation policy; null result when it was already gone. */
  delete(ref: ObjectRef, preconditions?: { readonly uid?: string; readonly resourceVersion?: string }): Promise<void>;
}
