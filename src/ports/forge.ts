export type ForgeFaultCode =
  | "unreachable"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "rate-limited"
  | "malformed" // a missing field or an unknown value of one that a decision relies on
  | "refused" // the forge understood and said no (422)
  | "server-error";

export class ForgeFault extends Error {
  override readonly name = "ForgeFault";
  readonly code: ForgeFaultCode;
  constructor(code: ForgeFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface ForgeUser {
  readonly login: string;
  readonly id: number;
  readonly type: "User" | "Bot" | "Organization" | "Mannequin";
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly state: "open" | "closed";
  readonly mergedAt: string | null;
  readonly mergeCommit: string | null;
  readonly mergedBy: ForgeUser | null;
  readonly author: ForgeUser | null;
  readonly headCommit: string;
  readonly headBranch: string;
  /** The head lives in another repository (a fork). */
  readonly fromFork: boolean;
  readonly baseBranch: string;
}

export interface Review {
  readonly id: number;
  /** null: a deleted account; never counts. */
  readonly user: ForgeUser | null;
  readonly state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
  readonly commit: string | null;
  readonly submittedAt: string | null;
}

export interface NewPullRequest {
  readonly title: string;
  readonly body: string;
  readonly headBranch: string;
  readonly baseBranch: string;
}

/** GitHub, as far as Drover asks. Lists are complete or the call throws: a page that is missing means "not approved". */
export interface ForgePort {
  branchTip(branch: string): Promise<string>;
  /** Pull requests that GitHub associates with the commit, merged or not. */
  pullRequestsOf(commit: string): Promise<readonly PullRequest[]>;
  pullRequest(number: number): Promise<PullRequest>;
  reviews(number: number): Promise<readonly Review[]>;
  /** The user's right on the repository now. */
  permission(login: string): Promise<"admin" | "write" | "read" | "none">;
  /** Active membership now; `team` is `org/slug`. */
  isTeamMember(team: string, login: string): Promise<boolean>;
  findOpenPullRequest(headBranch: string): Promise<PullRequest | null>;
  openPullRequest(request: NewPullRequest): Promise<PullRequest>;
}
