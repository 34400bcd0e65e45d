import { badRequest } from "./api-error.ts";

/** What a path below `/api` or `/apis` names, in the way of Kubernetes' request info. */
export interface RequestTarget {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly subresource: string | null;
}

const namespaceSubresources = new Set(["status", "finalize"]);

function decoded(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`the path segment ${JSON.stringify(segment)} is not valid percent-encoding`);
  }
}

/** Path segments after the version: the resource, with its namespace in front if it has one. */
function resourcePart(segments: readonly string[]): { namespace: string | null; rest: readonly string[] } {
  const [first, namespace, third] = segments;
  if (first !== "namespaces" || namespace === undefined) return { namespace: null, rest: segments };
  if (third === undefined || namespaceSubresources.has(third)) return { namespace: null, rest: segments };
  return { namespace, rest: segments.slice(2) };
}

/** The target of a resource path, or null for every other path (discovery, health, OpenAPI). */
export function parseTarget(pathname: string): RequestTarget | null {
  const segments = pathname.split("/").map(decoded).slice(1);
  const core = segments[0] === "api";
  if (!core && segments[0] !== "apis") return null;
  const group = core ? "" : segments[1];
  const version = segments[core ? 1 : 2];
  const { namespace, rest } = resourcePart(segments.slice(core ? 2 : 3));
  const [resource, name, subresource, ...excess] = rest;
  if (group === undefined || version === undefined || !resource || excess.length > 0) return null;
  return { group, version, resource, namespace, name: name || null, subresource: subresource ?? null };
}

/** Splits a request path and reads its query; the last of repeated parameters counts. */
export function splitPath(path: string): { readonly pathname: string; readonly query: ReadonlyMap<string, string> } {
  const mark = path.indexOf("?");
  if (mark < 0) return { pathname: path, query: noQuery };
  return { pathname: path.slice(0, mark), query: new Map(new URLSearchParams(path.slice(mark + 1))) };
}

const noQuery: ReadonlyMap<string, string> = new Map();

/** A boolean parameter as Go's `strconv.ParseBool` takes it. */
export function flag(query: ReadonlyMap<string, string>, name: string): boolean {
  const value = query.get(name);
  return value === "true" || value === "1" || value === "True" || value === "t";
}

/** A parameter that is a whole number of at least zero, or null. */
export function wholeNumber(query: ReadonlyMap<string, string>, name: string): number | null {
  const value = query.get(name);
  if (value === undefined || value === "") return null;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0)
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return number;
}
