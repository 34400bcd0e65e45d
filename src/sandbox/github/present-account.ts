import { Buffer } from "node:buffer";
import type { Account } from "./accounts.ts";
import { accountOf, isoTime } from "./hub.ts";
import type { Hub } from "./hub.ts";

type Json = Readonly<Record<string, unknown>>;

/** Address of the REST interface, as a GitHub Enterprise Server has it. */
export function apiAddress(hub: Hub): string {
  return `${hub.address()}/api/v3`;
}

/** GitHub's opaque second id. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${String(id)}`, "utf8").toString("base64url");
}

/** `simple-user`, or null for an account that is deleted or unknown. */
export function presentUser(hub: Hub, login: string | null): Json | null {
  const account = login === null ? undefined : accountOf(hub, login);
  if (account === undefined || hub.state().deleted.includes(account.login)) return null;
  return simpleUser(hub, { login: account.login, id: account.id, type: account.type });
}

/** The account that owns the repository; an organisation unless a user has its name. */
export function presentOwner(hub: Hub): Json {
  const account = accountOf(hub, hub.owner);
  return simpleUser(hub, { login: hub.owner, id: account?.id ?? 1000, type: account?.type ?? "Organization" });
}

function simpleUser(hub: Hub, user: { readonly login: string; readonly id: number; readonly type: string }): Json {
  const url = `${apiAddress(hub)}/users/${encodeURIComponent(user.login)}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId("User", user.id),
    avatar_url: `${hub.address()}/avatars/u/${String(user.id)}`,
    gravatar_id: "",
    url,
    html_url: `${hub.address()}/${encodeURIComponent(user.login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    user_view_type: "public",
    site_admin: false,
  };
}

/** `public-user`: what `GET /user` answers to a token without the scope `user`. */
export function presentSelf(hub: Hub, account: Account): Json {
  const { login, id, type } = account;
  return {
    ...simpleUser(hub, { login, id, type }),
    name: account.login,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: isoTime(0),
    updated_at: isoTime(0),
  };
}

/** `nullable-integration`: the GitHub App behind a bot account. */
export function presentApp(hub: Hub, login: string): Json {
  const slug = login.replace(/\[bot\]$/, "");
  const id = accountOf(hub, login)?.id ?? 0;
  return {
    id,
    slug,
    node_id: nodeId("App", id),
    owner: presentOwner(hub),
    name: slug,
    description: null,
    external_url: hub.address(),
    html_url: `${hub.address()}/apps/${encodeURIComponent(slug)}`,
    created_at: isoTime(0),
    updated_at: isoTime(0),
    permissions: { checks: "write", contents: "write", pull_requests: "write", metadata: "read" },
    events: [],
  };
}
