import { stringify } from "yaml";
import { documents } from "./documents.ts";
import type { AppSpec, SiteName, WorldSpec } from "./plan-world.ts";

type App = AppSpec & Required<Pick<AppSpec, "name" | "namespaces" | "active">>;

/** The documents of a world as files of its repository: settings, both clusters, a metro policy and the applications. */
export function worldDocuments(
  spec: Pick<WorldSpec, "identity" | "documentsOf" | "settings">,
  apps: readonly App[],
  domains: Readonly<Record<SiteName, string>>,
): ReadonlyMap<string, string> {
  const identities = { east: "11111111-1111-4111-8111-111111111111", west: "22222222-2222-4222-8222-222222222222" };
  const api = "drover.dev/v1alpha1";
  const cluster = (name: SiteName): string => {
    const identity = spec.identity?.[name] === undefined ? identities[name] : spec.identity[name];
    return stringify({
      apiVersion: api,
      kind: "Cluster",
      metadata: { name },
      spec: {
        connection: { context: name },
        ...(identity === null ? {} : { identity }),
        delivery: { type: "direct" },
        portworx: { clusterDomain: domains[name] },
        ...spec.documentsOf?.[name],
      },
    });
  };
  const files = new Map<string, string>([
    [
      "drover.yaml",
      stringify({
        apiVersion: api,
        kind: "Settings",
        metadata: { name: "drover" },
        spec: { approvals: { verify: "merge" }, ...spec.settings },
      }),
    ],
    ["clusters/east.yaml", cluster("east")],
    ["clusters/west.yaml", cluster("west")],
    ["clusters/metro.yaml", stringify(documents().metro)],
  ]);
  for (const app of apps) {
    files.set(
      `apps/${app.name}.yaml`,
      stringify({
        apiVersion: api,
        kind: "ProtectedApplication",
        metadata: { name: app.name },
        spec: {
          policies: ["metro"],
          namespaces: [...app.namespaces],
          placement: {
            preferredCluster: "east",
            activeCluster: app.active,
            ...(app.transition === undefined ? {} : { transition: app.transition }),
          },
          ...app.spec,
        },
      }),
    );
  }
  return files;
}
