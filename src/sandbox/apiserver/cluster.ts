import { ApiError, codeOf, statusOf } from "./api-error.ts";
import { jsonResponse } from "./api-request.ts";
import type { ApiRequest, ApiResponse } from "./api-request.ts";
import { registry } from "./api-context.ts";
import type { ApiContext } from "./api-context.ts";
import { bootstrap } from "./bootstrap.ts";
import { servedVersion } from "./discovery/groups.ts";
import { handleNonResource } from "./discovery/non-resource-handler.ts";
import { handleResource } from "./resource-handler.ts";
import { parseTarget, splitPath } from "./request-target.ts";
import { createStore } from "./store.ts";
import type { StoreState } from "./store.ts";

/** All state of a cluster at one moment; opaque, immutable and cheap to take. */
export interface ClusterSnapshot {
  readonly cluster: string;
  readonly state: StoreState;
}

/** One Kubernetes cluster inside this process. */
export interface EmbeddedCluster {
  readonly name: string;
  /** Answers any request of the API, as an administrator's; never throws for what a client may send. */
  handle(request: ApiRequest): Promise<ApiResponse>;
  snapshot(): ClusterSnapshot;
  /** Goes back to a snapshot of this or another cluster. Open watches end, as at a restart of an API server. */
  restore(snapshot: ClusterSnapshot): void;
  /** Increases with every write and restore: an unchanged number means that nothing happened. */
  generation(): number;
}

export interface EmbeddedClusterOptions {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newUid: () => string;
  /** Identity of the cluster; made by `newUid` when absent. */
  readonly kubeSystemUid?: string;
  /** How many writes watches and pages can look back at least; 4096 when absent. */
  readonly historyLimit?: number;
}

const defaultHistory = 4096;

function failure(error: unknown): ApiResponse {
  if (error instanceof ApiError) return jsonResponse(codeOf(error), statusOf(error));
  const message = `Internal error occurred: ${error instanceof Error ? error.message : "unknown"}`;
  const internal = new ApiError("InternalError", message);
  return jsonResponse(codeOf(internal), statusOf(internal));
}

/** What Kubernetes says where nothing at all is served; below a served group it is a Status. */
const pageNotFound: ApiResponse = {
  status: 404,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: "404 page not found\n",
};

function answer(context: ApiContext, request: ApiRequest): ApiResponse {
  const { pathname, query } = splitPath(request.path);
  const target = parseTarget(pathname);
  if (target !== null && servedVersion(registry(context), target.group, target.version) !== undefined)
    return handleResource(context, { request, target, query });
  return handleNonResource(context, request, pathname) ?? pageNotFound;
}

/**
 * A Kubernetes API server in memory, with the work of Kubernetes' own controllers that every cluster has done at once:
 * namespace deletion, garbage collection, CustomResourceDefinitions. Workload controllers, schedulers and kubelets are
 * not part of it. All that it does follows from its requests, `now` and `newUid`.
 */
export function createEmbeddedCluster(options: EmbeddedClusterOptions): EmbeddedCluster {
  const store = createStore(options.historyLimit ?? defaultHistory);
  const context: ApiContext = { store, now: options.now, newUid: options.newUid };
  bootstrap(context, options.kubeSystemUid);
  return {
    name: options.name,
    handle: (request) => {
      try {
        return Promise.resolve(answer(context, request));
      } catch (error) {
        return Promise.resolve(failure(error));
      }
    },
    snapshot: () => ({ cluster: options.name, state: store.snapshot() }),
    restore: (snapshot) => store.restore(snapshot.state),
    generation: () => store.generation(),
  };
}
