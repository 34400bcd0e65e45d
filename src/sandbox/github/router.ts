import { Buffer } from "node:buffer";
import { includesPermission } from "./accounts.ts";
import type { Account } from "./accounts.ts";
import { jsonResponse, RequestRefused } from "./http-message.ts";
import type { GitHubRequest, GitHubResponse } from "./http-message.ts";
import { permissionOf } from "./hub.ts";
import type { Hub } from "./hub.ts";

/** What a handler gets. */
export interface Call {
  readonly hub: Hub;
  readonly account: Account;
  /** The named parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body; an empty object when there is none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Address of this request without `page`, for the Link header. */
  readonly url: URL;
}

export type Handler = (call: Call) => Promise<GitHubResponse>;

/** An endpoint as GitHub's OpenAPI description spells it. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** e.g. `/repos/{owner}/{repo}/pulls/{pull_number}`; the last parameter may contain slashes where `rest` says so. */
  readonly path: string;
  readonly rest?: boolean;
  /** The right on the repository that the caller needs; 404 without read, 403 otherwise. Default `read`. */
  readonly needs?: "none" | "read" | "write" | "admin";
  readonly handle: Handler;
}

const maxBody = 4 * 1024 * 1024;

/** Finds the route of a REST request and runs it. Throws `RequestRefused`. */
export async function route(
  hub: Hub,
  routes: readonly Route[],
  arrived: { readonly request: GitHubRequest; readonly account: Account },
): Promise<GitHubResponse> {
  const { request, account } = arrived;
  const url = new URL(request.path, hub.address());
  const path = url.pathname.replace(/^\/api\/v3(?=\/)/, "");
  for (const candidate of routes) {
    if (candidate.method !== request.method) continue;
    const params = matchPath(candidate, path);
    if (params === null) continue;
    requireRepository(hub, params);
    requireRight(hub, account, candidate.needs ?? "read");
    return candidate.handle({ hub, account, params, query: url.searchParams, body: jsonBody(request), url });
  }
  throw new RequestRefused(404, "Not Found");
}

function matchPath(candidate: Route, path: string): Readonly<Record<string, string>> | null {
  const wanted = candidate.path.split("/");
  const given = path.split("/");
  if (candidate.rest === true && given.length > wanted.length) {
    given.splice(wanted.length - 1, given.length, given.slice(wanted.length - 1).join("/"));
  }
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (/^\{\w+\}$/.test(part)) params[part.slice(1, -1)] = decode(value);
    else if (part !== value) return null;
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestRefused(400, "The path can't be decoded.");
  }
}

function requireRepository(hub: Hub, params: Readonly<Record<string, string>>): void {
  const { owner, repo } = params;
  if (owner === undefined || repo === undefined) return;
  const same = owner.toLowerCase() === hub.owner.toLowerCase() && repo.toLowerCase() === hub.name.toLowerCase();
  if (!same) throw new RequestRefused(404, "Not Found");
}

function requireRight(hub: Hub, account: Account, needs: "none" | "read" | "write" | "admin"): void {
  const held = permissionOf(hub, account.login);
  if (needs === "none") return;
  if (held === "none") throw new RequestRefused(404, "Not Found");
  if (!includesPermission(held, needs)) {
    throw new RequestRefused(403, `Must have ${needs} rights to Repository.`);
  }
}

function jsonBody(request: GitHubRequest): Readonly<Record<string, unknown>> {
  if (request.body.length === 0) return {};
  if (request.body.length > maxBody) throw new RequestRefused(413, "Payload too large");
  try {
    const value: unknown = JSON.parse(Buffer.from(request.body).toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Falls through to the refusal: the text was not JSON.
  }
  throw new RequestRefused(400, "Problems parsing JSON");
}

/** One page of a list with GitHub's `Link` header (`per_page` at most 100, default 30; `page` from 1). */
export function pageResponse(call: Call, items: readonly unknown[]): GitHubResponse {
  const { page, links } = pageOf(call, items.length);
  return jsonResponse(200, items.slice(page.start, page.end), links === "" ? {} : { link: links });
}

/** The bounds of the page that was asked for, and the links to its neighbours. */
export function pageOf(
  call: Call,
  total: number,
): { readonly page: { readonly start: number; readonly end: number }; readonly links: string } {
  const size = Math.min(100, positive(call.query.get("per_page"), 30));
  const number = positive(call.query.get("page"), 1);
  const last = Math.max(1, Math.ceil(total / size));
  const link = (target: number, relation: string): string => {
    const url = new URL(call.url);
    url.searchParams.set("page", String(target));
    return `<${url.href}>; rel="${relation}"`;
  };
  const before = number > 1 ? [link(number - 1, "prev"), link(1, "first")] : [];
  const after = number < last ? [link(number + 1, "next"), link(last, "last")] : [];
  return { page: { start: (number - 1) * size, end: number * size }, links: [...before, ...after].join(", ") };
}

function positive(text: string | null, fallback: number): number {
  const value = Number(text ?? "");
  return Number.isSafeInteger(value) && value > 0 ? value : fallback;
}

/** A field of the body as text; null when it is absent or null. Throws 422 for anything else. */
export function textField(call: Call, name: string): string | null {
  const value = Object.hasOwn(call.body, name) ? call.body[name] : undefined;
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw new RequestRefused(422, `Invalid request: ${name} is not a string.`);
  return value;
}

/** A required text field. Throws 422. */
export function requireText(call: Call, name: string): string {
  const value = textField(call, name);
  if (value === null) throw new RequestRefused(422, `Invalid request: "${name}" wasn't supplied.`);
  return value;
}

/** A list of texts in the body; empty when absent. Throws 422. */
export function textList(call: Call, name: string): readonly string[] {
  const value = Object.hasOwn(call.body, name) ? call.body[name] : undefined;
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw new RequestRefused(422, `Invalid request: ${name} is not a list of strings.`);
  }
  return value;
}

/** A number in the path. Throws 404. */
export function numberParam(call: Call, name: string): number {
  const text = call.params[name] ?? "";
  if (!/^\d{1,15}$/.test(text)) throw new RequestRefused(404, "Not Found");
  return Number(text);
}
