import { RequestError } from "octokit";
import { ForgeFault } from "../../ports/forge.ts";
import type { ForgeFaultCode } from "../../ports/forge.ts";
import { refusedHeader } from "./bounded-fetch.ts";

const remedies: Readonly<Record<ForgeFaultCode, string>> = {
  unreachable: "Check GITHUB_API_URL and the network; nothing was decided.",
  unauthorized: "Set GITHUB_TOKEN to a token that is valid now.",
  forbidden: "Give the token the rights contents, pull requests (write) and, for teams, members (read).",
  "not-found": "Check forge.repository in drover.yaml, and that the token may see it.",
  "rate-limited": "Wait for the limit to reset, or use a token with a limit of its own.",
  malformed: "This version does not understand the answer, so it counts as no approval; check for an update.",
  refused: "Change what GitHub names and try again.",
  "server-error": "Try again later; see https://www.githubstatus.com.",
};

/** A fault with what to do about it. */
export function forgeFault(code: ForgeFaultCode, what: string): ForgeFault {
  return new ForgeFault(code, `${what.replace(/[.\s]+$/, "")}. ${remedies[code]}`);
}

/**
 * Turns what a request threw into the port's fault. `purpose` says what was being asked. The error itself is not kept as
 * a cause: it carries the request with its headers.
 */
export function faultOf(error: unknown, purpose: string, secret: string): ForgeFault {
  if (error instanceof ForgeFault) return error;
  const said = error instanceof Error ? error.message : String(error);
  const clean = said
    .replaceAll(secret === "" ? "\0" : secret, "***")
    .replace(/ - https:\/\/docs\.github\.com\S*/g, "")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .slice(0, 300);
  return forgeFault(codeOf(error), `GitHub: ${purpose} failed: ${clean}`);
}

function codeOf(error: unknown): ForgeFaultCode {
  // octokit gives an attempt that got no answer the status 500 and no response.
  if (!(error instanceof RequestError) || error.response === undefined) return "unreachable";
  const { headers } = error.response;
  if (headers[refusedHeader] !== undefined) return "malformed";
  switch (error.status) {
    case 401:
      return "unauthorized";
    case 403:
    case 429:
      return isRateLimit(error) ? "rate-limited" : "forbidden";
    case 404:
    case 410:
      return "not-found";
    default:
      return error.status >= 500 ? "server-error" : "refused";
  }
}

/** GitHub answers an exhausted limit with 403 or 429 ("Rate limits for the REST API", "Exceeding the rate limit"). */
function isRateLimit(error: RequestError): boolean {
  const headers = error.response?.headers ?? {};
  return (
    error.status === 429 ||
    headers["x-ratelimit-remaining"] === "0" ||
    headers["retry-after"] !== undefined ||
    /rate limit/i.test(error.message)
  );
}
