import { flowText } from "../../core/desired/editing/flow-text.ts";
import type { ClusterPlan, InitPlan } from "./init-plan.ts";

/** The document of one cluster. */
export function clusterTemplate(cluster: ClusterPlan): string {
  return `# yaml-language-server: $schema=../.drover/document.schema.json
apiVersion: drover.dev/v1alpha1
kind: Cluster
metadata:
  name: ${flowText(cluster.name)}
spec:
  # How it is reached: a context of the kubeconfig, or {env: VARIABLE} with a kubeconfig in it, or {inCluster: true}.
  connection:
    context: ${flowText(cluster.context)}
  # How it is recognised, so that a swapped context never fences the wrong site. Without it no disruptive step is allowed.
${identityLines(cluster)}
  delivery:
    # What brings the DR branch to this cluster: direct (Drover itself), argocd or flux.
    type: direct
    # After this time an activation is applied directly, whatever the delivery.
    timeout: 20s
  portworx:
    # The site's cluster domain. CHECK IT: pxctl cluster domains show
    clusterDomain: ${flowText(cluster.name)}
`;
}

function identityLines({ context, identity }: ClusterPlan): string {
  if (identity !== null) return `  identity: ${identity}`;
  return `  # It was not reachable when this file was written. Print it with:
  #   kubectl --context ${flowText(context)} get namespace kube-system -o jsonpath='{.metadata.uid}'
  # identity: 00000000-0000-0000-0000-000000000000`;
}

/** Two names of up to 40 characters may be too long for one. */
function pairName(first: string, second: string): string {
  const pair = `${first}-${second}`;
  return pair.length <= 40 ? pair : "metro";
}

/** The policy between the two clusters. */
export function policyTemplate({ first, second }: InitPlan): string {
  return `# yaml-language-server: $schema=../.drover/document.schema.json
apiVersion: drover.dev/v1alpha1
kind: DRPolicy
metadata:
  name: metro
spec:
  clusters: [${flowText(first.name)}, ${flowText(second.name)}]
  replication:
    # portworx, csi-addons, volsync, velero, or none for applications without volumes.
    provider: portworx
    # sync: every write is on both sites before it is acknowledged. async: copies on a schedule, always a little behind.
    mode: sync
    schedule: {interval: 1m}
    portworx:
      # The ClusterPair that connects the two clusters, with this name on both.
      clusterPair: ${flowText(pairName(first.name, second.name))}
  objectives:
    # What may be lost at most. sync loses nothing; async needs at least the time between two copies.
    rpo: 0s
    # How long a recovery may take.
    rto: 1m
  link:
    # Synchronous writes wait for this round trip, so it has to stay short.
    maxRoundTrip: 10ms
`;
}
