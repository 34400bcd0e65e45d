import { accountsOf, authenticate } from "./accounts.ts";
import type { EmbeddedTeam, EmbeddedUser } from "./accounts.ts";
import { bareRepository } from "./bare-repository.ts";
import type { RestrictedBranches } from "./branch-rules.ts";
import { gitHubControls } from "./controls.ts";
import type { GitHubControls } from "./controls.ts";
import { createFaultList, faultResponse } from "./faults.ts";
import type { InjectedFault } from "./faults.ts";
import { fetchBridge } from "./fetch-bridge.ts";
import { gitProcess } from "./git-process.ts";
import { errorResponse, RequestRefused } from "./http-message.ts";
import type { GitHubRequest, GitHubResponse } from "./http-message.ts";
import { listen } from "./https-listener.ts";
import type { ListenOptions } from "./https-listener.ts";
import type { Hub } from "./hub.ts";
import { route } from "./router.ts";
import type { Route } from "./router.ts";
import { checkRoutes } from "./routes-checks.ts";
import { pullRoutes } from "./routes-pulls.ts";
import { repositoryRoutes } from "./routes-repository.ts";
import { reviewRoutes } from "./routes-reviews.ts";
import { gitTarget, serveGit } from "./smart-http.ts";
import { readRefFiles } from "./ref-files.ts";
import { restoreRefs } from "./snapshot.ts";
import type { GitHubSnapshot } from "./snapshot.ts";
import { emptyState } from "./state.ts";
import type { ProtectionRecord } from "./state.ts";

export interface EmbeddedGitHubOptions {
  /** An existing bare repository; nothing else may write to it while this runs, except by `git push`. */
  readonly directory: string;
  readonly owner: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly users: readonly EmbeddedUser[];
  readonly teams?: readonly EmbeddedTeam[];
  /** Rules of the protected branch; default: `main`, pull requests only, no approvals required, no bypass, no force. */
  readonly protection?: Partial<ProtectionRecord>;
  /** Branches that one account alone may write, e.g. `dr/` by Drover's. Default: none. */
  readonly restricted?: RestrictedBranches;
  /** Where `git` is searched; default: the system's own folders. */
  readonly searchPath?: string;
}

/** The addresses of a served GitHub. */
export interface ServedGitHub {
  /** For `GITHUB_API_URL`. */
  readonly apiUrl: string;
  /** For `git clone`; credentials come from the client. */
  readonly cloneUrl: string;
  readonly setReachable: (reachable: boolean) => void;
  readonly close: () => Promise<void>;
}

export interface EmbeddedGitHub {
  /** Answers one request of the REST interface or of git; never throws. */
  readonly handle: (request: GitHubRequest) => Promise<GitHubResponse>;
  /** A `fetch` for clients in the same process, while nothing is served or beside it; address `inProcessApiUrl`. */
  readonly fetch: typeof fetch;
  readonly serve: (options?: ListenOptions) => Promise<ServedGitHub>;
  /** Cuts or restores the in-process `fetch`. */
  readonly setReachable: (reachable: boolean) => void;
  readonly controls: GitHubControls;
  readonly injectFault: (fault: InjectedFault) => void;
  readonly clearFaults: () => void;
  readonly snapshot: () => Promise<GitHubSnapshot>;
  readonly restore: (snapshot: GitHubSnapshot) => Promise<void>;
}

/** Address of the REST interface for the in-process `fetch`; `.invalid` never resolves (RFC 2606). */
export const inProcessApiUrl = "http://github.invalid/api/v3";

const routes: readonly Route[] = [...repositoryRoutes, ...pullRoutes, ...reviewRoutes, ...checkRoutes];

/**
 * A GitHub for one repository: pull requests, reviews, checks and rules in memory, commits and branches in a real bare
 * repository that the real git clones from and pushes to. It answers what the REST description of GitHub promises for the
 * endpoints it has, and 404 elsewhere.
 */
export function createEmbeddedGitHub(options: EmbeddedGitHubOptions): EmbeddedGitHub {
  const git = gitProcess(options.directory, options.searchPath);
  const protection: ProtectionRecord = {
    branch: "main",
    requiredApprovals: 0,
    dismissStaleReviews: false,
    requireLastPushApproval: false,
    adminsMayBypass: false,
    allowForcePushes: false,
    ...options.protection,
  };
  let state = emptyState(protection);
  let address = new URL(inProcessApiUrl).origin;
  let reachable = true;
  const hub: Hub = {
    owner: options.owner,
    name: options.name,
    directory: options.directory,
    accounts: accountsOf(options.users),
    teams: options.teams ?? [],
    restricted: options.restricted ?? null,
    repository: bareRepository(options.directory, git),
    now: options.now,
    state: () => state,
    address: () => address,
  };
  const faults = createFaultList();
  const exclusive = createQueue();
  const handle = async (request: GitHubRequest): Promise<GitHubResponse> => {
    const fault = faults.take(request);
    if (fault !== null && fault.afterwards !== true) return faultResponse(fault);
    // One request at a time: two merges, or a merge and a push, must see each other.
    const response = await exclusive(() => respond(hub, request));
    return fault === null ? response : faultResponse(fault);
  };
  return {
    handle,
    fetch: fetchBridge(handle, () => reachable),
    serve: async (listening = {}) => {
      const listener = await listen(handle, listening);
      address = listener.address;
      return {
        apiUrl: `${listener.address}/api/v3`,
        cloneUrl: `${listener.address}/${options.owner}/${options.name}.git`,
        setReachable: listener.setReachable,
        close: listener.close,
      };
    },
    setReachable: (wanted) => {
      reachable = wanted;
    },
    controls: gitHubControls(hub),
    injectFault: faults.add,
    clearFaults: faults.clear,
    snapshot: async () => ({ state: structuredClone(state), refs: await readRefFiles(options.directory) }),
    restore: async (snapshot) => {
      await restoreRefs(options.directory, git, snapshot.refs);
      state = structuredClone(snapshot.state);
    },
  };
}

async function respond(hub: Hub, request: GitHubRequest): Promise<GitHubResponse> {
  try {
    const account = authenticate(hub.accounts, request.headers["authorization"]);
    const target = gitTarget(hub, request);
    return target === null
      ? await route(hub, routes, { request, account })
      : await serveGit(hub, target, { request, account });
  } catch (error) {
    if (error instanceof RequestRefused) return errorResponse(error);
    const what = error instanceof Error ? error.message : String(error);
    return errorResponse(new RequestRefused(500, `Server Error: ${what.slice(0, 300)}`));
  }
}

/** Runs tasks one after the other, in the order of their arrival. */
function createQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task, task);
    last = next.catch(() => undefined);
    return next;
  };
}
