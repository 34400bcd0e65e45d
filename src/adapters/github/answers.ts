import { z } from "zod";
import type { PullRequest, Review } from "../../ports/forge.ts";
import { forgeFault } from "./github-faults.ts";

/**
 * The fields that decisions rely on, as GitHub's OpenAPI description has them. Everything else in an answer is ignored;
 * a missing field or an unknown word in one of these is a fault, never a default.
 */
const commit = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const time = z.iso.datetime({ offset: true });
const user = z.object({
  login: z.string().min(1),
  id: z.int().positive(),
  type: z.enum(["User", "Bot", "Organization", "Mannequin"]),
});
const repository = z.object({ id: z.int(), full_name: z.string() });

const pullFields = {
  number: z.int().positive(),
  html_url: z.string(),
  title: z.string(),
  state: z.enum(["open", "closed"]),
  merged_at: time.nullable(),
  merge_commit_sha: commit.nullable(),
  user: user.nullable(),
  head: z.object({ ref: z.string(), sha: commit, repo: repository.nullable() }),
  base: z.object({ ref: z.string(), repo: repository }),
};
const pullSummary = z.object(pullFields);
const pullDetail = z.object({ ...pullFields, merged: z.boolean(), merged_by: user.nullable() });

const review = z.object({
  id: z.int(),
  user: user.nullable(),
  state: z.enum(["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"]),
  commit_id: commit.nullable(),
  submitted_at: time.nullish(),
});

const ref = z.object({ ref: z.string(), object: z.object({ type: z.string(), sha: commit }) });
const permission = z.object({ permission: z.enum(["admin", "write", "read", "none"]) });
const membership = z.object({ state: z.enum(["active", "pending"]) });

/** Checks an answer; throws `malformed` with the fields that are wrong. */
function check<T>(schema: z.ZodType<T>, answer: unknown, what: string): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const wrong = result.error.issues.slice(0, 3).map((issue) => `${issue.path.join(".")} (${issue.message})`);
  throw forgeFault("malformed", `GitHub's answer for ${what} is not understood: ${wrong.join(", ")}`);
}

type PullSummary = z.infer<typeof pullSummary>;

function toPull(pull: PullSummary, mergedBy: PullRequest["mergedBy"]): PullRequest {
  return {
    number: pull.number,
    url: pull.html_url,
    title: pull.title,
    state: pull.state,
    mergedAt: pull.merged_at,
    // Before the merge this field holds a trial merge that GitHub makes.
    mergeCommit: pull.merged_at === null ? null : pull.merge_commit_sha,
    mergedBy,
    author: pull.user,
    headCommit: pull.head.sha,
    headBranch: pull.head.ref,
    // A fork that was deleted meanwhile leaves no repository.
    fromFork: pull.head.repo === null || pull.head.repo.id !== pull.base.repo.id,
    baseBranch: pull.base.ref,
  };
}

/** An item of a list of pull requests, with the repository (`owner/name`) that it wants to change. */
export function readPullSummary(answer: unknown): { readonly pull: PullRequest; readonly repository: string } {
  const pull = check(pullSummary, answer, "a pull request");
  return { pull: toPull(pull, null), repository: pull.base.repo.full_name };
}

/** A single pull request. */
export function readPull(answer: unknown): PullRequest {
  const pull = check(pullDetail, answer, "a pull request");
  if (pull.merged !== (pull.merged_at !== null)) {
    throw forgeFault("malformed", `GitHub's answer for #${String(pull.number)} contradicts itself about the merge`);
  }
  return toPull(pull, pull.merged_by);
}

/** One review. */
export function readReview(answer: unknown): Review {
  const found = check(review, answer, "a review");
  return {
    id: found.id,
    user: found.user,
    state: found.state,
    commit: found.commit_id,
    submittedAt: found.submitted_at ?? null,
  };
}

/** The commit that a branch points at. Throws when the answer is about another ref or no commit. */
export function readTip(answer: unknown, branch: string): string {
  const found = check(ref, answer, `the branch ${branch}`);
  if (found.ref === `refs/heads/${branch}` && found.object.type === "commit") return found.object.sha;
  throw forgeFault("malformed", `GitHub's answer for the branch ${branch} is about ${found.ref.slice(0, 100)}`);
}

/** A person's right on the repository. */
export function readPermission(answer: unknown): "admin" | "write" | "read" | "none" {
  return check(permission, answer, "a permission").permission;
}

/** Whether a membership is in force. */
export function readMembership(answer: unknown): boolean {
  return check(membership, answer, "a team membership").state === "active";
}
