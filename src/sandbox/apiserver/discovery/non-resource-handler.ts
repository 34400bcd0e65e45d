import { registry } from "../api-context.ts";
import type { ApiContext } from "../api-context.ts";
import { jsonResponse, jsonText } from "../api-request.ts";
import type { ApiRequest, ApiResponse } from "../api-request.ts";
import { kubernetesVersion } from "../resources/builtin-resources.ts";
import type { ResourceRegistry } from "../resources/registry.ts";
import { aggregatedContentType, aggregatedDiscovery, asksForAggregation } from "./aggregated.ts";
import { servedGroups, servedVersion } from "./groups.ts";
import type { ServedGroup } from "./groups.ts";
import { coreVersions, groupDocument, groupList, resourceList } from "./legacy.ts";
import { openApiDocument, openApiIndex } from "./openapi-document.ts";

const healthPaths: ReadonlySet<string> = new Set(["healthz", "livez", "readyz"]);
const plainText = { "content-type": "text/plain; charset=utf-8" };

function versionInfo(): ApiResponse {
  const gitVersion = kubernetesVersion();
  const [major = "", minor = ""] = gitVersion.slice(1).split(".");
  return jsonResponse(200, { major, minor, gitVersion, gitTreeState: "clean", platform: "linux/amd64" });
}

function aggregated(groups: readonly ServedGroup[]): ApiResponse {
  const headers = { "content-type": aggregatedContentType, vary: "Accept" };
  return { status: 200, headers, body: JSON.stringify(aggregatedDiscovery(groups)) };
}

/** `/api`, `/api/v1`. */
function coreDiscovery(
  resources: ResourceRegistry,
  request: ApiRequest,
  version: string | undefined,
): ApiResponse | null {
  const groups = servedGroups(resources).filter(({ group }) => group === "");
  if (version === undefined)
    return asksForAggregation(request.headers["accept"]) ? aggregated(groups) : jsonResponse(200, coreVersions());
  const served = servedVersion(resources, "", version);
  return served === undefined ? null : jsonResponse(200, resourceList(served));
}

/** `/apis`, `/apis/GROUP`, `/apis/GROUP/VERSION`. */
function groupDiscovery(resources: ResourceRegistry, request: ApiRequest, path: readonly string[]): ApiResponse | null {
  const [group, version] = path;
  const groups = servedGroups(resources).filter((served) => served.group !== "");
  if (group === undefined)
    return asksForAggregation(request.headers["accept"]) ? aggregated(groups) : jsonResponse(200, groupList(groups));
  if (version === undefined) {
    const found = groups.find((served) => served.group === group);
    return found === undefined ? null : jsonResponse(200, groupDocument(found));
  }
  const served = servedVersion(resources, group, version);
  return served === undefined ? null : jsonResponse(200, resourceList(served));
}

function openApi(resources: ResourceRegistry, path: readonly string[]): ApiResponse | null {
  const [edition, root, ...rest] = path;
  if (edition !== "v3") return null;
  if (root === undefined) return jsonResponse(200, openApiIndex(resources));
  const [group = "", version = ""] = root === "api" ? ["", rest[0]] : rest;
  const text = openApiDocument(resources, group, version);
  return text === undefined ? null : jsonText(200, text);
}

/** Answers paths that name no resource: version, health, discovery and OpenAPI; null for unknown ones. */
export function handleNonResource(context: ApiContext, request: ApiRequest, pathname: string): ApiResponse | null {
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  const [first = "", ...rest] = pathname.split("/").filter((segment) => segment !== "");
  if (healthPaths.has(first)) return { status: 200, headers: plainText, body: "ok" };
  switch (first) {
    case "version":
      return versionInfo();
    case "api":
      return rest.length > 1 ? null : coreDiscovery(registry(context), request, rest[0]);
    case "apis":
      return rest.length > 2 ? null : groupDiscovery(registry(context), request, rest);
    case "openapi":
      return openApi(registry(context), rest);
    default:
      return null;
  }
}
