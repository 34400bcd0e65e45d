import type { CommitDetail, Signature } from "./bare-repository.ts";
import { isoTime } from "./hub.ts";
import type { Hub } from "./hub.ts";
import { apiAddress, nodeId, presentOwner, presentUser } from "./present-account.ts";
import type { ActivityRecord } from "./state.ts";

type Json = Readonly<Record<string, unknown>>;

const repositoryId = 5001;
const forkId = 5002;

/** Address of the repository in the REST interface. */
export function repositoryAddress(hub: Hub): string {
  return `${apiAddress(hub)}/repos/${hub.owner}/${hub.name}`;
}

/** The sub-addresses of a repository that GitHub lists in every answer: field name and what follows the repository. */
const addressFields: Readonly<Record<string, string>> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

/** `full-repository`; also a valid `repository`, which pull requests carry for head and base. */
export function presentRepository(hub: Hub, fork = false): Json {
  const url = repositoryAddress(hub);
  const html = `${hub.address()}/${hub.owner}/${hub.name}`;
  const addresses = Object.entries(addressFields).map(([field, path]) => [field, `${url}${path}`] as const);
  const open = hub.state().pulls.filter((pull) => pull.state === "open").length;
  return {
    id: fork ? forkId : repositoryId,
    node_id: nodeId("Repository", fork ? forkId : repositoryId),
    name: hub.name,
    full_name: fork ? `fork-of-${hub.owner}/${hub.name}` : `${hub.owner}/${hub.name}`,
    owner: presentOwner(hub),
    private: true,
    fork,
    description: null,
    url,
    html_url: html,
    ...Object.fromEntries(addresses),
    clone_url: `${html}.git`,
    git_url: `${html}.git`,
    ssh_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    default_branch: hub.state().protection.branch,
    ...counters(open),
    license: null,
    language: null,
    visibility: "private",
    created_at: isoTime(0),
    updated_at: isoTime(0),
    pushed_at: isoTime(hub.state().activity.at(-1)?.at ?? 0),
  };
}

function counters(open: number): Json {
  return {
    size: 0,
    forks: 0,
    forks_count: 0,
    network_count: 0,
    stargazers_count: 0,
    subscribers_count: 0,
    watchers: 0,
    watchers_count: 0,
    open_issues: open,
    open_issues_count: open,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: false,
    disabled: false,
  };
}

/** `commit`. GitHub links a git identity to an account by its address; here by the `noreply` address or the name. */
export function presentCommit(hub: Hub, commit: CommitDetail): Json {
  const url = `${repositoryAddress(hub)}/commits/${commit.sha}`;
  const html = `${hub.address()}/${hub.owner}/${hub.name}/commit/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    url,
    html_url: html,
    comments_url: `${url}/comments`,
    commit: {
      url: `${repositoryAddress(hub)}/git/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${repositoryAddress(hub)}/git/trees/${commit.tree}` },
      verification: { verified: false, reason: "unsigned", payload: null, signature: null, verified_at: null },
    },
    author: linkedUser(hub, commit.author),
    committer: linkedUser(hub, commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repositoryAddress(hub)}/commits/${sha}`,
      html_url: `${hub.address()}/${hub.owner}/${hub.name}/commit/${sha}`,
    })),
  };
}

function linkedUser(hub: Hub, signature: Signature): Json | null {
  const [, login] = /^\d+\+(.+)@users\.noreply\.github\.com$/.exec(signature.email) ?? [];
  return presentUser(hub, login ?? signature.name);
}

/** `branch-with-protection`. */
export function presentBranch(hub: Hub, branch: string, commit: CommitDetail): Json {
  const self = `${repositoryAddress(hub)}/branches/${branch}`;
  const guarded = isGuarded(hub, branch);
  return {
    name: branch,
    commit: presentCommit(hub, commit),
    _links: { self, html: `${hub.address()}/${hub.owner}/${hub.name}/tree/${branch}` },
    protected: guarded,
    protection: guarded && branch === hub.state().protection.branch ? presentProtection(hub) : { enabled: guarded },
    protection_url: `${self}/protection`,
  };
}

function isGuarded(hub: Hub, branch: string): boolean {
  const { restricted } = hub;
  return branch === hub.state().protection.branch || (restricted !== null && branch.startsWith(restricted.prefix));
}

/** `branch-protection`: the classic view of the rules of the protected branch. */
export function presentProtection(hub: Hub): Json {
  const { protection } = hub.state();
  const url = `${repositoryAddress(hub)}/branches/${protection.branch}/protection`;
  return {
    url,
    required_pull_request_reviews: {
      url: `${url}/required_pull_request_reviews`,
      dismiss_stale_reviews: protection.dismissStaleReviews,
      require_code_owner_reviews: false,
      required_approving_review_count: protection.requiredApprovals,
      require_last_push_approval: protection.requireLastPushApproval,
    },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: !protection.adminsMayBypass },
    required_linear_history: { enabled: false },
    allow_force_pushes: { enabled: protection.allowForcePushes },
    allow_deletions: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
  };
}

/** The rules in force for a branch, each a `repository-rule-detailed`. */
export function presentRules(hub: Hub, branch: string): readonly Json[] {
  const { protection } = hub.state();
  const source = { ruleset_source_type: "Repository", ruleset_source: `${hub.owner}/${hub.name}`, ruleset_id: 1 };
  if (branch !== protection.branch) {
    return isGuarded(hub, branch)
      ? ["update", "deletion", "non_fast_forward"].map((type) => ({ type, ...source, ruleset_id: 2 }))
      : [];
  }
  const pullRequest = {
    type: "pull_request",
    parameters: {
      required_approving_review_count: protection.requiredApprovals,
      dismiss_stale_reviews_on_push: protection.dismissStaleReviews,
      require_last_push_approval: protection.requireLastPushApproval,
      require_code_owner_review: false,
      required_review_thread_resolution: false,
      allowed_merge_methods: ["merge", "squash", "rebase"],
    },
    ...source,
  };
  const force = protection.allowForcePushes ? [] : [{ type: "non_fast_forward", ...source }];
  return [pullRequest, { type: "deletion", ...source }, ...force];
}

/** `activity`. */
export function presentActivity(hub: Hub, entry: ActivityRecord): Json {
  return {
    id: entry.id,
    node_id: nodeId("Activity", entry.id),
    before: entry.before,
    after: entry.after,
    ref: entry.ref,
    timestamp: isoTime(entry.at),
    activity_type: entry.type,
    actor: presentUser(hub, entry.actor),
  };
}
