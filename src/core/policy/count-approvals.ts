/** A review as the forge tells it, reduced to what counts. */
export interface CountedReview {
  readonly id: number;
  /** Null: a deleted account. */
  readonly user: { readonly login: string; readonly id: number; readonly type: string } | null;
  readonly state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
  readonly commit: string | null;
  readonly submittedAt: string | null;
}

export interface ReviewedChange {
  readonly authorId: number | null;
  readonly headCommit: string;
  /** RFC 3339. */
  readonly mergedAt: string;
  readonly reviews: readonly CountedReview[];
}

export interface Approver {
  readonly login: string;
  readonly review: number;
  readonly commit: string;
}

export interface ApprovalCount {
  readonly approvers: readonly Approver[];
  /** Logins whose latest word is an objection; one by somebody who may write stops the change. */
  readonly objectors: readonly string[];
}

/**
 * The people whose latest word on exactly this head, before the merge, is an approval. One person counts once; the
 * author, bots and deleted accounts never do. Who of them is allowed to approve, or to object, is asked separately.
 */
export function countApprovals(change: ReviewedChange): ApprovalCount {
  const latest = new Map<number, CountedReview>();
  for (const review of [...change.reviews].sort(byTime)) {
    if (review.user === null || review.state === "COMMENTED" || review.state === "PENDING") continue;
    latest.set(review.user.id, review);
  }
  const approvers: Approver[] = [];
  const objectors: string[] = [];
  for (const review of latest.values()) {
    const { user } = review;
    if (user === null || user.id === change.authorId || user.type !== "User") continue;
    if (review.state === "CHANGES_REQUESTED") objectors.push(user.login);
    if (review.state === "APPROVED" && onThisHead(review, change)) {
      approvers.push({ login: user.login, review: review.id, commit: change.headCommit });
    }
  }
  return { approvers: approvers.sort((a, b) => (a.login < b.login ? -1 : 1)), objectors: objectors.sort() };
}

function onThisHead(review: CountedReview, change: ReviewedChange): boolean {
  if (review.commit !== change.headCommit || review.submittedAt === null) return false;
  return Date.parse(review.submittedAt) <= Date.parse(change.mergedAt);
}

function byTime(a: CountedReview, b: CountedReview): number {
  const [x, y] = [a, b].map((review) => Date.parse(review.submittedAt ?? "1970-01-01T00:00:00Z"));
  return (x ?? 0) - (y ?? 0) || a.id - b.id;
}
