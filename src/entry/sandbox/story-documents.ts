import { DOMAINS, type SiteName } from "./embedded-clusters.ts";

/** `owner/name` of the repository on the embedded GitHub. */
export const FORGE = { owner: "acme", name: "dr" } as const;

/** Applications of the story, each in the namespace of its name. */
export const APPLICATIONS = ["appns", "ledger"] as const;

/** The DR repository before anything is protected: settings, both clusters with their identities, one policy. */
export function platformDocuments(identities: Readonly<Record<SiteName, string>>): Readonly<Record<string, string>> {
  return {
    "README.md": README,
    "drover.yaml": SETTINGS,
    "clusters/east.yaml": clusterDocument("east", identities.east),
    "clusters/west.yaml": clusterDocument("west", identities.west),
    "clusters/metro.yaml": POLICY,
  };
}

/** What a pull request adds to protect the applications. */
export function applicationDocuments(): Readonly<Record<string, string>> {
  return Object.fromEntries(APPLICATIONS.map((name) => [`apps/${name}.yaml`, applicationDocument(name)]));
}

const README = `# Disaster recovery of the bank

The desired state of both sites. Change it by pull request; \`drover apply\` carries out what was approved and merged.
The branches \`dr/east\` and \`dr/west\` are written by Drover only: what each site would run if it had to take over.
`;

const SETTINGS = `apiVersion: drover.dev/v1alpha1
kind: Settings
metadata: {name: drover}
spec:
  forge: {type: github, repository: ${FORGE.owner}/${FORGE.name}}
  # Distinct people, never the author of the change.
  approvals: {verify: forge, routine: 1, disruptive: 2, destructive: 2}
`;

const POLICY = `apiVersion: drover.dev/v1alpha1
kind: DRPolicy
metadata: {name: metro}
spec:
  clusters: [east, west]
  # Every write is on both sites before it is acknowledged.
  replication: {provider: portworx, mode: sync, schedule: {interval: 1m}, portworx: {clusterPair: east-west}}
  objectives: {rpo: 0s, rto: 1m}
`;

function clusterDocument(name: SiteName, identity: string): string {
  return `apiVersion: drover.dev/v1alpha1
kind: Cluster
metadata: {name: ${name}}
spec:
  connection: {context: ${name}}
  # UID of its namespace kube-system: a swapped context fences nobody.
  identity: ${identity}
  delivery: {type: direct}
  portworx: {clusterDomain: ${DOMAINS[name]}}
`;
}

function applicationDocument(name: string): string {
  return `apiVersion: drover.dev/v1alpha1
kind: ProtectedApplication
metadata: {name: ${name}}
spec:
  policies: [metro]
  namespaces: [${name}]
  # Where it lives, and where it runs now. \`drover failover\` and \`drover relocate\` change this.
  placement:
    preferredCluster: east
    activeCluster: east
`;
}
