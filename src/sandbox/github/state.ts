import type { Permission } from "./accounts.ts";

/** What the embedded GitHub remembers beside the bare repository: plain data, so that a snapshot is a copy. */
export interface GitHubState {
  /** The next id of anything that has one. */
  nextId: number;
  nextNumber: number;
  readonly pulls: PullRecord[];
  readonly reviews: ReviewRecord[];
  readonly comments: CommentRecord[];
  readonly checkRuns: CheckRunRecord[];
  readonly activity: ActivityRecord[];
  /** Rights that changed since the start, by login. */
  readonly permissions: Record<string, Permission>;
  /** Team memberships that changed since the start, `org/slug/login`; null: not a member. */
  readonly memberships: Record<string, "active" | "pending" | null>;
  /** Accounts that were deleted: GitHub then answers `user: null`. */
  readonly deleted: string[];
  readonly protection: ProtectionRecord;
}

/** Rules of the protected branch. */
export interface ProtectionRecord {
  branch: string;
  requiredApprovals: number;
  dismissStaleReviews: boolean;
  requireLastPushApproval: boolean;
  /** Administrators may push directly and merge without approvals. */
  adminsMayBypass: boolean;
  allowForcePushes: boolean;
}

export interface PullRecord {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string;
  readonly author: string;
  readonly headBranch: string;
  /** The head lives in another repository. */
  readonly fork: boolean;
  baseBranch: string;
  /** Current while open, frozen at the merge or closing. */
  headCommit: string;
  baseCommit: string;
  state: "open" | "closed";
  draft: boolean;
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  mergedAt: number | null;
  mergedBy: string | null;
  mergeCommit: string | null;
  /** Set at the merge: commits that it brought to the base branch, and the commits of the head. */
  introduced: string[];
  headCommits: string[];
  labels: string[];
  reviewers: string[];
  /** Who pushed the head last, if it was seen. */
  lastPusher: string | null;
}

export interface ReviewRecord {
  readonly id: number;
  readonly pull: number;
  readonly user: string;
  /** GitHub's states; a test may put a word here that GitHub does not know. */
  state: string;
  body: string;
  readonly commit: string | null;
  readonly submittedAt: number | null;
}

export interface CommentRecord {
  readonly id: number;
  readonly issue: number;
  readonly user: string;
  body: string;
  readonly createdAt: number;
  updatedAt: number;
}

export interface CheckRunRecord {
  readonly id: number;
  readonly app: string;
  readonly headCommit: string;
  name: string;
  status: string;
  conclusion: string | null;
  externalId: string | null;
  detailsUrl: string | null;
  startedAt: number;
  completedAt: number | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: number;
}

export interface ActivityRecord {
  readonly id: number;
  readonly before: string;
  readonly after: string;
  readonly ref: string;
  readonly at: number;
  readonly type: "push" | "force_push" | "branch_deletion" | "branch_creation" | "pr_merge";
  readonly actor: string | null;
}

/** The state of a repository without pull requests. */
export function emptyState(protection: ProtectionRecord): GitHubState {
  return {
    nextId: 1,
    nextNumber: 1,
    pulls: [],
    reviews: [],
    comments: [],
    checkRuns: [],
    activity: [],
    permissions: {},
    memberships: {},
    deleted: [],
    protection: { ...protection },
  };
}
