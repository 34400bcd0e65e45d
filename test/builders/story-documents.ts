/** The DR repository of the story before anything is protected: settings, a pair and a metro policy. */
export function storyDocuments(options: {
  readonly identities: { readonly east: string; readonly west: string };
  /** `owner/name`; null: approvals by merge only. */
  readonly forge: string | null;
}): Readonly<Record<string, string>> {
  const forge =
    options.forge === null
      ? "  approvals: {verify: merge}"
      : `  forge: {type: github, repository: ${options.forge}}\n  approvals: {verify: forge, routine: 1, disruptive: 2, destructive: 2}`;
  return {
    "drover.yaml": `apiVersion: drover.dev/v1alpha1
kind: Settings
metadata: {name: drover}
spec:
${forge}
`,
    "clusters/clusters.yaml": `${cluster("east", options.identities.east, "primary")}---\n${cluster("west", options.identities.west, "dr-site")}`,
    "clusters/metro.yaml": `apiVersion: drover.dev/v1alpha1
kind: DRPolicy
metadata: {name: metro}
spec:
  clusters: [east, west]
  replication: {provider: portworx, mode: sync, schedule: {interval: 1m}, portworx: {clusterPair: east-west}}
  objectives: {rpo: 0s, rto: 1m}
`,
  };
}

/** The two documents that the first pull request adds. */
export function storyApplications(): Readonly<Record<string, string>> {
  return { "apps/appns.yaml": application("appns"), "apps/ledger.yaml": application("ledger") };
}

function cluster(name: string, identity: string, domain: string): string {
  return `apiVersion: drover.dev/v1alpha1
kind: Cluster
metadata: {name: ${name}}
spec:
  connection: {context: ${name}}
  identity: ${identity}
  delivery: {type: direct}
  portworx: {clusterDomain: ${domain}}
`;
}

export function application(name: string): string {
  return `apiVersion: drover.dev/v1alpha1
kind: ProtectedApplication
metadata: {name: ${name}}
spec:
  policies: [metro]
  namespaces: [${name}]
  # where it lives, and where it runs now
  placement:
    preferredCluster: east
    activeCluster: east
`;
}
