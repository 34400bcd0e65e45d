import { Octokit, RequestError } from "octokit";
import { boundedFetch } from "./bounded-fetch.ts";
import { faultOf, forgeFault } from "./github-faults.ts";

/** How patient the adapter is. */
export interface Patience {
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number;
  /** How often a read is tried again after a server error or a lost connection; a write never is. */
  readonly retries: number;
  /** Longest wait in milliseconds for a rate limit to reset; 0: none, and no pacing of writes either. */
  readonly rateLimitWaitMs: number;
}

/** Thirty seconds an attempt, two more attempts, a minute for a rate limit. */
export const defaultPatience: Patience = { timeoutMs: 30_000, retries: 2, rateLimitWaitMs: 60_000 };

/** The version of GitHub's REST interface whose answers are understood here. */
const apiVersion = "2022-11-28";
/** A page of a hundred pull requests is about two megabytes. */
const maxAnswerBytes = 16 * 1024 * 1024;
/** Items of one list; a pull request with more reviews than this was not reviewed by people. */
const maxItems = 10_000;
/** Pages of one list: a full list of `maxItems`, and room for pages that GitHub does not fill. */
const maxPages = 200;

/** A request as `octokit.request` takes it: the route of the OpenAPI description and its parameters. */
export interface RestCall {
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** For messages: `reading the reviews of #5`. */
  readonly purpose: string;
}

/** One authenticated way to GitHub's REST interface. Everything it throws is a `ForgeFault`. */
export interface Connection {
  readonly read: (call: RestCall) => Promise<unknown>;
  /** null for 404, where the caller gives that a meaning. */
  readonly readOrNull: (call: RestCall) => Promise<unknown>;
  /** All items of all pages, or a fault. */
  readonly list: (call: RestCall) => Promise<readonly unknown[]>;
  /** A request that changes something; never repeated. */
  readonly write: (call: RestCall) => Promise<unknown>;
}

/** Opens a connection; nothing is asked yet. Throws `forbidden` for an address the token must not travel to. */
export function openConnection(options: {
  readonly apiUrl: string;
  readonly token: string;
  readonly patience: Patience;
  readonly request?: typeof fetch;
}): Connection {
  const apiUrl = requireAddress(options.apiUrl, options.request !== undefined);
  const { patience } = options;
  const bounds = { apiUrl, timeoutMs: patience.timeoutMs, maxBytes: maxAnswerBytes };
  const octokit = createOctokit({ ...options, apiUrl }, boundedFetch(options.request ?? fetch, bounds));
  const send = async (
    call: RestCall,
    how: { readonly retries: number; readonly absent: "null" | "fault" },
  ): Promise<unknown> => {
    const { retries, absent } = how;
    try {
      const { data, status } = await octokit.request(call.route, { ...call.parameters, request: { retries } });
      requireDirectAnswer(status, call);
      return data;
    } catch (error) {
      if (absent === "null" && error instanceof RequestError && error.status === 404) return null;
      throw faultOf(error, call.purpose, options.token);
    }
  };
  return {
    read: (call) => send(call, { retries: patience.retries, absent: "fault" }),
    write: (call) => send(call, { retries: 0, absent: "fault" }),
    readOrNull: (call) => send(call, { retries: patience.retries, absent: "null" }),
    list: async (call) => {
      const items: unknown[] = [];
      let pages = 0;
      try {
        for await (const page of octokit.paginate.iterator(call.route, { ...call.parameters, per_page: 100 })) {
          requireDirectAnswer(page.status, call);
          const data: unknown = page.data;
          if (!Array.isArray(data)) throw forgeFault("malformed", `GitHub: ${call.purpose} returned no list`);
          items.push(...data);
          pages += 1;
          if (items.length > maxItems || pages > maxPages) {
            throw forgeFault("malformed", `GitHub: ${call.purpose} returned a list without an end`);
          }
        }
      } catch (error) {
        throw faultOf(error, call.purpose, options.token);
      }
      return items;
    },
  };
}

function createOctokit(
  options: { readonly apiUrl: string; readonly token: string; readonly patience: Patience },
  boundedRequest: typeof fetch,
): Octokit {
  const { patience } = options;
  const worthWaiting = (seconds: number, request: { readonly request: { readonly retryCount?: number } }): boolean =>
    (request.request.retryCount ?? 0) === 0 && seconds * 1_000 <= patience.rateLimitWaitMs;
  const silent = (): void => undefined;
  const octokit = new Octokit({
    auth: options.token,
    baseUrl: options.apiUrl,
    userAgent: "drover",
    log: { debug: silent, info: silent, warn: silent, error: silent },
    request: { fetch: boundedRequest },
    retry: { retries: patience.retries, doNotRetry: [400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 451] },
    throttle: {
      enabled: patience.rateLimitWaitMs > 0,
      onRateLimit: worthWaiting,
      onSecondaryRateLimit: worthWaiting,
    },
  });
  octokit.hook.before("request", (request) => {
    request.headers["x-github-api-version"] = apiVersion;
  });
  return octokit;
}

function requireDirectAnswer(status: number, call: RestCall): void {
  if (status === 200 || status === 201) return;
  const what = status >= 300 && status < 400 ? "has moved: the repository was renamed or transferred" : "is no answer";
  throw forgeFault(status >= 300 ? "not-found" : "malformed", `GitHub: ${call.purpose}: status ${status} ${what}`);
}

/** A token travels encrypted, except on the loopback interface or through a function of the caller. */
function requireAddress(apiUrl: string, inProcess: boolean): string {
  const url = URL.parse(apiUrl);
  const loopback = url !== null && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && (loopback || inProcess))) {
    return apiUrl.replace(/\/+$/, "");
  }
  throw forgeFault("forbidden", "GITHUB_API_URL must be an https address: the token would travel in the clear");
}
