import type { Account, EmbeddedTeam, Permission } from "./accounts.ts";
import type { BareRepository } from "./bare-repository.ts";
import type { RestrictedBranches } from "./branch-rules.ts";
import type { GitHubState } from "./state.ts";

/** Everything that a handler may use: one repository, its people, its memory, its clock. */
export interface Hub {
  readonly owner: string;
  readonly name: string;
  readonly directory: string;
  readonly accounts: readonly Account[];
  readonly teams: readonly EmbeddedTeam[];
  readonly restricted: RestrictedBranches | null;
  readonly repository: BareRepository;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly state: () => GitHubState;
  /** Address of the server without a path, e.g. `https://127.0.0.1:40123`. */
  readonly address: () => string;
}

/** The next id; ids are unique over all kinds. */
export function takeId(hub: Hub): number {
  const state = hub.state();
  const id = state.nextId;
  state.nextId += 1;
  return id;
}

/** The account with this login; undefined for a stranger. Logins are compared without case, as GitHub does. */
export function accountOf(hub: Hub, login: string): Account | undefined {
  return hub.accounts.find((account) => account.login.toLowerCase() === login.toLowerCase());
}

/** The right that an account has on the repository now. */
export function permissionOf(hub: Hub, login: string): Permission {
  const account = accountOf(hub, login);
  if (account === undefined || hub.state().deleted.includes(account.login)) return "none";
  const changed = hub.state().permissions;
  return Object.hasOwn(changed, account.login) ? (changed[account.login] ?? "none") : account.permission;
}

/** Time in GitHub's format: RFC 3339, whole seconds, UTC. */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
