import type { ApiContext } from "../api-context.ts";
import { jsonResponse } from "../api-request.ts";
import type { ApiRequest, ApiResponse } from "../api-request.ts";
import { kubernetesVersion } from "../resources/builtin-resources.ts";

const healthPaths: ReadonlySet<string> = new Set(["/healthz", "/livez", "/readyz"]);

function version(): ApiResponse {
  const gitVersion = kubernetesVersion();
  const [major = "", minor = ""] = gitVersion.slice(1).split(".");
  return jsonResponse(200, { major, minor, gitVersion, gitTreeState: "clean", platform: "linux/amd64" });
}

/** Answers paths that name no resource: version, health, discovery and OpenAPI; null for unknown ones. */
export function handleNonResource(_context: ApiContext, request: ApiRequest, pathname: string): ApiResponse | null {
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  if (pathname === "/version" || pathname === "/version/") return version();
  if (healthPaths.has(pathname))
    return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: "ok" };
  return null;
}
