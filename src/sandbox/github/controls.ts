import type { Permission } from "./accounts.ts";
import { accountOf, takeId } from "./hub.ts";
import type { Hub } from "./hub.ts";
import { openPull } from "./pull-requests.ts";
import type { PullRecord, ProtectionRecord, ReviewRecord } from "./state.ts";

/** What happens to a real GitHub from outside its REST interface, for the story and the tests. */
export interface GitHubControls {
  /** Changes the rules of the protected branch. */
  readonly protect: (rules: Partial<ProtectionRecord>) => void;
  readonly setPermission: (login: string, permission: Permission) => void;
  /** `team` is `org/slug`; null: no longer a member. */
  readonly setMembership: (team: string, login: string, state: "active" | "pending" | null) => void;
  /** Deletes an account: it answers as `user: null` from now on. */
  readonly deleteAccount: (login: string) => void;
  /** A review that the REST interface would refuse, e.g. by the author or in a state that GitHub doesn't know. */
  readonly addReview: (review: Omit<ReviewRecord, "id" | "body">) => number;
  /** A pull request whose head is in a fork; the commit must be in the bare repository. */
  readonly openFromFork: (pull: {
    readonly title: string;
    readonly author: string;
    readonly headBranch: string;
    readonly commit: string;
    readonly baseBranch: string;
  }) => Promise<PullRecord>;
}

/** The controls of one embedded GitHub. */
export function gitHubControls(hub: Hub): GitHubControls {
  return {
    protect: (rules) => Object.assign(hub.state().protection, rules),
    setPermission: (login, permission) => {
      hub.state().permissions[requireLogin(hub, login)] = permission;
    },
    setMembership: (team, login, state) => {
      hub.state().memberships[`${team}/${requireLogin(hub, login)}`.toLowerCase()] = state;
    },
    deleteAccount: (login) => {
      hub.state().deleted.push(requireLogin(hub, login));
    },
    addReview: (review) => {
      const id = takeId(hub);
      hub.state().reviews.push({ id, body: "", ...review });
      return id;
    },
    openFromFork: async (pull) => {
      const author = accountOf(hub, pull.author);
      if (author === undefined) throw new Error(`${pull.author} is no account of this GitHub`);
      const { title, headBranch, baseBranch } = pull;
      return openPull(hub, { title, body: "", author, headBranch, baseBranch, draft: false, forkCommit: pull.commit });
    },
  };
}

function requireLogin(hub: Hub, login: string): string {
  const account = accountOf(hub, login);
  if (account === undefined) throw new Error(`${login} is no account of this GitHub`);
  return account.login;
}
