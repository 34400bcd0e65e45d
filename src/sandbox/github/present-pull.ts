import type { ChangedFile } from "./bare-repository.ts";
import { isoTime, permissionOf } from "./hub.ts";
import type { Hub } from "./hub.ts";
import { nodeId, presentApp, presentOwner, presentUser } from "./present-account.ts";
import { presentRepository, repositoryAddress } from "./present-repository.ts";
import type { CheckRunRecord, CommentRecord, PullRecord, ReviewRecord } from "./state.ts";

type Json = Readonly<Record<string, unknown>>;

function time(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds);
}

function pullAddress(hub: Hub, number: number): string {
  return `${repositoryAddress(hub)}/pulls/${String(number)}`;
}

function pullPage(hub: Hub, number: number): string {
  return `${hub.address()}/${hub.owner}/${hub.name}/pull/${String(number)}`;
}

/** GitHub's word for the author's relation to the repository. */
function association(hub: Hub, login: string): string {
  return permissionOf(hub, login) === "none" ? "NONE" : "COLLABORATOR";
}

/** `pull-request-simple`: what lists contain. */
export function presentPullSummary(hub: Hub, pull: PullRecord): Json {
  const url = pullAddress(hub, pull.number);
  const page = pullPage(hub, pull.number);
  const issue = `${repositoryAddress(hub)}/issues/${String(pull.number)}`;
  const statuses = `${repositoryAddress(hub)}/statuses/${pull.headCommit}`;
  const comment = `${repositoryAddress(hub)}/pulls/comments{/number}`;
  return {
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    number: pull.number,
    url,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    comments_url: `${issue}/comments`,
    review_comments_url: `${url}/comments`,
    review_comment_url: comment,
    statuses_url: statuses,
    state: pull.state,
    locked: false,
    draft: pull.draft,
    title: pull.title,
    body: pull.body,
    user: presentUser(hub, pull.author),
    author_association: association(hub, pull.author),
    labels: pull.labels.map((name) => presentLabel(hub, name)),
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: pull.reviewers.map((login) => presentUser(hub, login)).filter((user) => user !== null),
    requested_teams: [],
    auto_merge: null,
    created_at: isoTime(pull.createdAt),
    updated_at: isoTime(pull.updatedAt),
    closed_at: time(pull.closedAt),
    merged_at: time(pull.mergedAt),
    merge_commit_sha: pull.mergeCommit,
    head: side(hub, { ref: pull.headBranch, sha: pull.headCommit, fork: pull.fork }),
    base: side(hub, { ref: pull.baseBranch, sha: pull.baseCommit, fork: false }),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: comment },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
  };
}

function side(hub: Hub, at: { readonly ref: string; readonly sha: string; readonly fork: boolean }): Json {
  return {
    label: `${at.fork ? `fork-of-${hub.owner}` : hub.owner}:${at.ref}`,
    ref: at.ref,
    sha: at.sha,
    user: presentOwner(hub),
    repo: presentRepository(hub, at.fork),
  };
}

/** What a single pull request tells beyond the summary. */
export interface PullDetail {
  readonly commits: number;
  readonly files: readonly ChangedFile[];
  readonly mergeable: boolean | null;
}

/** `pull-request`. */
export function presentPull(hub: Hub, pull: PullRecord, detail: PullDetail): Json {
  const sum = (pick: (file: ChangedFile) => number): number =>
    detail.files.reduce((total, file) => total + pick(file), 0);
  return {
    ...presentPullSummary(hub, pull),
    merged: pull.mergedAt !== null,
    mergeable: detail.mergeable,
    rebaseable: detail.mergeable,
    mergeable_state: detail.mergeable === null ? "unknown" : detail.mergeable ? "clean" : "dirty",
    merged_by: presentUser(hub, pull.mergedBy),
    comments: hub.state().comments.filter((comment) => comment.issue === pull.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: detail.commits,
    additions: sum((file) => file.additions),
    deletions: sum((file) => file.deletions),
    changed_files: detail.files.length,
  };
}

/** `pull-request-review`. A pending review has no `submitted_at`. */
export function presentReview(hub: Hub, review: ReviewRecord): Json {
  const pull = pullAddress(hub, review.pull);
  const page = `${pullPage(hub, review.pull)}#pullrequestreview-${String(review.id)}`;
  const submitted = time(review.submittedAt);
  return {
    id: review.id,
    node_id: nodeId("PullRequestReview", review.id),
    user: presentUser(hub, review.user),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pull,
    _links: { html: { href: page }, pull_request: { href: pull } },
    author_association: association(hub, review.user),
    commit_id: review.commit,
    ...(submitted === null ? {} : { submitted_at: submitted }),
  };
}

/** `issue-comment`. */
export function presentComment(hub: Hub, comment: CommentRecord): Json {
  return {
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    url: `${repositoryAddress(hub)}/issues/comments/${String(comment.id)}`,
    html_url: `${pullPage(hub, comment.issue)}#issuecomment-${String(comment.id)}`,
    issue_url: `${repositoryAddress(hub)}/issues/${String(comment.issue)}`,
    user: presentUser(hub, comment.user),
    author_association: association(hub, comment.user),
    body: comment.body,
    created_at: isoTime(comment.createdAt),
    updated_at: isoTime(comment.updatedAt),
  };
}

/** `label`. Its id follows from the name: labels are made by being used. */
export function presentLabel(hub: Hub, name: string): Json {
  let id = 7;
  for (const character of name) id = (id * 31 + (character.codePointAt(0) ?? 0)) % 1_000_000_007;
  return {
    id,
    node_id: nodeId("Label", id),
    url: `${repositoryAddress(hub)}/labels/${encodeURIComponent(name)}`,
    name,
    description: "",
    color: "ededed",
    default: false,
  };
}

/** `diff-entry`, without the patch text. */
export function presentFile(hub: Hub, file: ChangedFile, commit: string): Json {
  const path = file.filename.split("/").map(encodeURIComponent).join("/");
  const page = `${hub.address()}/${hub.owner}/${hub.name}`;
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${commit}/${path}`,
    raw_url: `${page}/raw/${commit}/${path}`,
    contents_url: `${repositoryAddress(hub)}/contents/${path}?ref=${commit}`,
  };
}

/** `check-run`. */
export function presentCheckRun(hub: Hub, run: CheckRunRecord): Json {
  const url = `${repositoryAddress(hub)}/check-runs/${String(run.id)}`;
  return {
    id: run.id,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.headCommit,
    name: run.name,
    external_id: run.externalId,
    url,
    html_url: `${hub.address()}/${hub.owner}/${hub.name}/runs/${String(run.id)}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: isoTime(run.startedAt),
    completed_at: time(run.completedAt),
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.id },
    app: presentApp(hub, run.app),
    pull_requests: [],
  };
}
