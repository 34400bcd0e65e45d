import { jsonResponse } from "./http-message.ts";
import type { GitHubRequest, GitHubResponse } from "./http-message.ts";

/** An answer that replaces GitHub's own, for a number of requests. */
export interface InjectedFault {
  readonly method?: string;
  /** What the path (with query) must contain; absent: any. */
  readonly path?: string | RegExp;
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many requests; absent: until `clearFaults`. */
  readonly times?: number;
  /** The request is carried out first, and only its answer is lost. */
  readonly afterwards?: boolean;
}

/** Faults that wait for requests. */
export interface FaultList {
  readonly add: (fault: InjectedFault) => void;
  readonly clear: () => void;
  /** Takes the first fault for this request out of the list, or counts it down. */
  readonly take: (request: GitHubRequest) => InjectedFault | null;
}

/** An empty list. */
export function createFaultList(): FaultList {
  let waiting: { readonly fault: InjectedFault; left: number }[] = [];
  return {
    add: (fault) => waiting.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    clear: () => {
      waiting = [];
    },
    take: (request) => {
      const found = waiting.find(({ fault }) => concerns(fault, request));
      if (found === undefined) return null;
      found.left -= 1;
      if (found.left <= 0) waiting = waiting.filter((entry) => entry !== found);
      return found.fault;
    },
  };
}

function concerns(fault: InjectedFault, request: GitHubRequest): boolean {
  if (fault.method !== undefined && fault.method !== request.method) return false;
  if (fault.path === undefined) return true;
  return typeof fault.path === "string" ? request.path.includes(fault.path) : fault.path.test(request.path);
}

/** The answer of a fault. */
export function faultResponse(fault: InjectedFault): GitHubResponse {
  return jsonResponse(fault.status, { message: fault.message ?? "Injected" }, fault.headers ?? {});
}
