import { jsonResponse, RequestRefused } from "./http-message.ts";
import type { GitHubResponse } from "./http-message.ts";
import { takeId } from "./hub.ts";
import { presentComment, presentLabel, presentReview } from "./present-pull.ts";
import { followBranches, requirePull } from "./pull-requests.ts";
import { numberParam, pageResponse, requireText, textField, textList } from "./router.ts";
import type { Call, Route } from "./router.ts";
import type { PullRecord, ReviewRecord } from "./state.ts";

const onePull = "/repos/{owner}/{repo}/pulls/{pull_number}";
const oneIssue = "/repos/{owner}/{repo}/issues/{issue_number}";

/** What people say about a pull request: reviews, comments, labels. */
export const reviewRoutes: readonly Route[] = [
  {
    method: "GET",
    path: `${onePull}/reviews`,
    handle: async (call) => {
      const pull = requirePull(call.hub, numberParam(call, "pull_number"));
      // GitHub shows a pending review to its author alone.
      const visible = call.hub
        .state()
        .reviews.filter((review) => review.pull === pull.number)
        .filter((review) => review.state !== "PENDING" || review.user === call.account.login);
      return pageResponse(
        call,
        visible.map((review) => presentReview(call.hub, review)),
      );
    },
  },
  { method: "POST", path: `${onePull}/reviews`, handle: createReview },
  { method: "PUT", path: `${onePull}/reviews/{review_id}/dismissals`, needs: "write", handle: dismissReview },
  {
    method: "GET",
    path: `${oneIssue}/comments`,
    handle: async (call) => {
      const pull = requirePull(call.hub, numberParam(call, "issue_number"));
      const comments = call.hub.state().comments.filter((comment) => comment.issue === pull.number);
      return pageResponse(
        call,
        comments.map((comment) => presentComment(call.hub, comment)),
      );
    },
  },
  {
    method: "POST",
    path: `${oneIssue}/comments`,
    handle: async (call) => {
      const pull = requirePull(call.hub, numberParam(call, "issue_number"));
      const now = call.hub.now();
      const comment = {
        id: takeId(call.hub),
        issue: pull.number,
        user: call.account.login,
        body: commentBody(call),
        createdAt: now,
        updatedAt: now,
      };
      call.hub.state().comments.push(comment);
      return jsonResponse(201, presentComment(call.hub, comment));
    },
  },
  {
    method: "PATCH",
    path: "/repos/{owner}/{repo}/issues/comments/{comment_id}",
    needs: "write",
    handle: async (call) => {
      const id = numberParam(call, "comment_id");
      const comment = call.hub.state().comments.find((candidate) => candidate.id === id);
      if (comment === undefined) throw new RequestRefused(404, "Not Found");
      comment.body = commentBody(call);
      comment.updatedAt = call.hub.now();
      return jsonResponse(200, presentComment(call.hub, comment));
    },
  },
  {
    method: "POST",
    path: `${oneIssue}/labels`,
    needs: "write",
    handle: async (call) => {
      const pull = requirePull(call.hub, numberParam(call, "issue_number"));
      for (const label of textList(call, "labels")) if (!pull.labels.includes(label)) pull.labels.push(label);
      return jsonResponse(
        200,
        pull.labels.map((label) => presentLabel(call.hub, label)),
      );
    },
  },
];

/** GitHub refuses comments over 65,536 characters with 422. */
function commentBody(call: Call): string {
  const body = requireText(call, "body");
  if (body.length > 65_536)
    throw new RequestRefused(422, "Validation Failed: body is too long (maximum is 65536 characters)");
  return body;
}

/** State that an event leads to; no event leaves the review pending. */
function stateOf(event: string | null): string {
  switch (event) {
    case null:
      return "PENDING";
    case "APPROVE":
      return "APPROVED";
    case "REQUEST_CHANGES":
      return "CHANGES_REQUESTED";
    case "COMMENT":
      return "COMMENTED";
    default:
      throw new RequestRefused(422, "Invalid request: event is not a review event.");
  }
}

async function createReview(call: Call): Promise<GitHubResponse> {
  await followBranches(call.hub, null);
  const pull = requirePull(call.hub, numberParam(call, "pull_number"));
  const state = stateOf(textField(call, "event"));
  const body = textField(call, "body") ?? "";
  requireReviewable(call, pull, { state, body });
  const commit = await call.hub.repository.commit(textField(call, "commit_id") ?? pull.headCommit);
  if (commit === null || !(await call.hub.repository.isAncestor(commit.sha, pull.headCommit))) {
    throw new RequestRefused(422, "Validation Failed: commit_id is not part of the pull request");
  }
  const review: ReviewRecord = {
    id: takeId(call.hub),
    pull: pull.number,
    user: call.account.login,
    state,
    body,
    commit: commit.sha,
    submittedAt: state === "PENDING" ? null : call.hub.now(),
  };
  call.hub.state().reviews.push(review);
  return jsonResponse(200, presentReview(call.hub, review));
}

/** GitHub's own rules: nobody judges their own pull request, and all but an approval needs words. */
function requireReviewable(
  call: Call,
  pull: PullRecord,
  review: { readonly state: string; readonly body: string },
): void {
  const own = pull.author === call.account.login;
  if (own && review.state === "APPROVED") throw new RequestRefused(422, "Can not approve your own pull request");
  if (own && review.state === "CHANGES_REQUESTED") {
    throw new RequestRefused(422, "Can not request changes on your own pull request");
  }
  if (review.body === "" && (review.state === "COMMENTED" || review.state === "CHANGES_REQUESTED")) {
    throw new RequestRefused(422, "Validation Failed: body can't be blank");
  }
}

async function dismissReview(call: Call): Promise<GitHubResponse> {
  const pull = requirePull(call.hub, numberParam(call, "pull_number"));
  const id = numberParam(call, "review_id");
  const review = call.hub.state().reviews.find((candidate) => candidate.id === id && candidate.pull === pull.number);
  if (review === undefined) throw new RequestRefused(404, "Not Found");
  requireText(call, "message");
  if (review.state !== "APPROVED" && review.state !== "CHANGES_REQUESTED") {
    throw new RequestRefused(422, "Can not dismiss a review that is neither an approval nor a request for changes");
  }
  review.state = "DISMISSED";
  return jsonResponse(200, presentReview(call.hub, review));
}
