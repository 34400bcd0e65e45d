import type { InitPlan } from "./init-plan.ts";

/** drover.yaml of a new repository. */
export function settingsTemplate({ forge }: InitPlan): string {
  return `# yaml-language-server: $schema=.drover/document.schema.json
#
# The settings of this disaster-recovery repository: exactly one, in this file.
# Check the whole repository at any time, without git, cluster or network:  drover validate
apiVersion: drover.dev/v1alpha1
kind: Settings
metadata:
  name: drover
spec:
  # Where Drover looks for documents (*.yaml and *.yml, folders below included).
  folders: [clusters, apps]
  # Folder for rules about plans, kept apart from the documents; this is its default.
  # policies: policies
  # Only what people approved reaches this branch; Drover applies its tip.
  remote: origin
  protectedBranch: main
  # Drover writes one branch for each cluster, such as dr/west, with what has to run there after a failover.
  branchPrefix: dr/
${forge === null ? WITHOUT_FORGE : withForge(forge)}
  # Who applies after a merge: action (a GitHub workflow), controller (in a cluster) or cli (a person).
  executor: cli
`;
}

function withForge(repository: string): string {
  return `  # Where pull requests are. The address and the token come from the environment (GITHUB_API_URL, GITHUB_TOKEN).
  forge:
    type: github
    repository: ${repository}
  approvals:
    # forge: Drover reads the reviews itself and applies nothing without them.
    verify: forge
    # How many different people, never the author, have to approve.
    routine: 1 # create or update replication, render
    disruptive: 2 # quiesce, fence, promote, activate
    destructive: 2 # delete, or overwrite the only copy
    # Whose approval counts. Both empty: everybody with write permission.
    users: []
    teams: []`;
}

const WITHOUT_FORGE = `  # Where pull requests are. Add it as soon as there is a forge, and write verify: forge below.
  # forge: {type: github, repository: acme/dr}
  approvals:
    # merge: being on the protected branch counts as the approval. Every plan warns about it, because nobody's review
    # is checked. With a forge, write forge.
    verify: merge
    # How many different people, never the author, have to approve where reviews are read.
    routine: 1
    disruptive: 2
    destructive: 2`;
