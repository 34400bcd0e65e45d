import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { NamedContext } from "../app/init.ts";
import { asString } from "../core/model/fields.ts";
import { ClusterFault } from "../ports/cluster.ts";
import type { IdentitiesOf } from "./commands/init.ts";
import type { CommandContext } from "./context.ts";

/**
 * Reads who the clusters of a new repository are. A cluster that can't be asked is left out, with the reason on stderr;
 * where there is no kubeconfig at all, nothing is tried, since a first look at Drover needs no cluster.
 */
export function identityReader(context: CommandContext): IdentitiesOf {
  return (kubeconfig) => async (clusters) => {
    if (kubeconfig === null && !hasKubeconfig(context.env)) return new Map();
    const read = await Promise.all(clusters.map((cluster) => readIdentity(cluster, context, kubeconfig)));
    return new Map(read.filter((pair) => pair !== null));
  };
}

/** Whether one of the files exists that kubectl would read: those of `$KUBECONFIG`, else the one in the home folder. */
function hasKubeconfig(env: CommandContext["env"]): boolean {
  const list = env["KUBECONFIG"] ?? "";
  const home = env["HOME"] ?? env["USERPROFILE"] ?? "";
  const files = list !== "" ? list.split(delimiter) : home === "" ? [] : [join(home, ".kube", "config")];
  return files.some((file) => file !== "" && existsSync(file));
}

async function readIdentity(
  cluster: NamedContext,
  context: CommandContext,
  kubeconfig: string | null,
): Promise<readonly [string, string] | null> {
  const { connectCluster } = await import("./connect-cluster.ts");
  const source = { type: "context", context: cluster.context } as const;
  const connection = await connectCluster({ name: cluster.name, source }, context, kubeconfig);
  if (connection.state === "refused") return skipped(context, connection.why);
  try {
    const ref = { apiVersion: "v1", kind: "Namespace", namespace: null, name: "kube-system" };
    const identity = asString((await connection.port.get(ref))?.metadata.uid);
    return identity === null ? skipped(context, `${cluster.name} has no kube-system`) : [cluster.name, identity];
  } catch (error) {
    if (!(error instanceof ClusterFault)) throw error;
    return skipped(context, error.message);
  }
}

function skipped(context: CommandContext, why: string): null {
  context.stderr(`${why}\n`);
  return null;
}
