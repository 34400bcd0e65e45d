import { jsonResponse, RequestRefused } from "./http-message.ts";
import { accountOf, permissionOf } from "./hub.ts";
import type { Hub } from "./hub.ts";
import { apiAddress, nodeId, presentSelf, presentUser } from "./present-account.ts";
import {
  presentActivity,
  presentBranch,
  presentProtection,
  presentRepository,
  presentRules,
  repositoryAddress,
} from "./present-repository.ts";
import { pageResponse } from "./router.ts";
import type { Route } from "./router.ts";

const repository = "/repos/{owner}/{repo}";

/** Who am I, the repository, its branches, their rules, its history of pushes, and who may do what. */
export const repositoryRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/user",
    needs: "none",
    // An installation token has no user; GitHub says so with 403.
    handle: async ({ hub, account }) => {
      if (account.type === "Bot") throw new RequestRefused(403, "Resource not accessible by integration");
      return jsonResponse(200, presentSelf(hub, account));
    },
  },
  { method: "GET", path: repository, handle: async ({ hub }) => jsonResponse(200, presentRepository(hub)) },
  {
    method: "GET",
    path: `${repository}/branches/{branch}/protection`,
    needs: "admin",
    handle: async ({ hub, params }) => {
      if (params["branch"] !== hub.state().protection.branch) throw new RequestRefused(404, "Branch not protected");
      return jsonResponse(200, presentProtection(hub));
    },
  },
  {
    method: "GET",
    path: `${repository}/branches/{branch}`,
    rest: true,
    handle: async ({ hub, params }) => {
      const branch = params["branch"] ?? "";
      const commit = await hub.repository.commit(`refs/heads/${branch}`);
      if (commit === null) throw new RequestRefused(404, "Branch not found");
      return jsonResponse(200, presentBranch(hub, branch, commit));
    },
  },
  {
    method: "GET",
    path: `${repository}/git/ref/{ref}`,
    rest: true,
    handle: async ({ hub, params }) => {
      const ref = `refs/${params["ref"] ?? ""}`;
      const sha = (await hub.repository.refs(ref)).get(ref);
      if (sha === undefined) throw new RequestRefused(404, "Not Found");
      const url = `${repositoryAddress(hub)}/git`;
      const object = { type: "commit", sha, url: `${url}/commits/${sha}` };
      return jsonResponse(200, { ref, node_id: nodeId("Ref", ref), url: `${url}/${ref}`, object });
    },
  },
  {
    method: "GET",
    path: `${repository}/rules/branches/{branch}`,
    rest: true,
    handle: async (call) => pageResponse(call, presentRules(call.hub, call.params["branch"] ?? "")),
  },
  {
    method: "GET",
    path: `${repository}/activity`,
    handle: async (call) => {
      const ref = call.query.get("ref");
      const wanted = ref === null || ref.startsWith("refs/") ? ref : `refs/heads/${ref}`;
      const type = call.query.get("activity_type");
      const entries = call.hub
        .state()
        .activity.filter(
          (entry) => (wanted === null || entry.ref === wanted) && (type === null || entry.type === type),
        );
      return pageResponse(
        call,
        entries.toReversed().map((entry) => presentActivity(call.hub, entry)),
      );
    },
  },
  {
    method: "GET",
    path: `${repository}/collaborators/{username}/permission`,
    handle: async ({ hub, params }) => {
      const account = accountOf(hub, params["username"] ?? "");
      const user = presentUser(hub, account?.login ?? null);
      if (account === undefined || user === null) throw new RequestRefused(404, "Not Found");
      const permission = permissionOf(hub, account.login);
      return jsonResponse(200, { permission, role_name: permission, user: { ...user, role_name: permission } });
    },
  },
  {
    method: "GET",
    path: "/orgs/{org}/teams/{team_slug}/memberships/{username}",
    needs: "none",
    handle: async ({ hub, params }) => {
      const { org = "", team_slug: slug = "", username = "" } = params;
      const state = membershipOf(hub, { org, slug, login: username });
      if (state === null) throw new RequestRefused(404, "Not Found");
      const url = `${apiAddress(hub)}/orgs/${org}/teams/${slug}/memberships/${username}`;
      return jsonResponse(200, { url, role: "member", state });
    },
  },
];

function membershipOf(
  hub: Hub,
  asked: { readonly org: string; readonly slug: string; readonly login: string },
): "active" | "pending" | null {
  const account = accountOf(hub, asked.login);
  if (account === undefined || hub.state().deleted.includes(account.login)) return null;
  const changed = hub.state().memberships;
  const key = `${asked.org}/${asked.slug}/${account.login}`.toLowerCase();
  if (Object.hasOwn(changed, key)) return changed[key] ?? null;
  const team = hub.teams.find(
    (candidate) => `${candidate.org}/${candidate.slug}`.toLowerCase() === `${asked.org}/${asked.slug}`.toLowerCase(),
  );
  const member = team?.members.find((candidate) => candidate.login.toLowerCase() === account.login.toLowerCase());
  return member === undefined ? null : (member.state ?? "active");
}
