import { Buffer } from "node:buffer";
import { RequestRefused } from "./http-message.ts";

export type Permission = "admin" | "write" | "read" | "none";

/** An account of the embedded GitHub. */
export interface EmbeddedUser {
  readonly login: string;
  readonly token: string;
  readonly permission: Permission;
  /** A `Bot` stands for a GitHub App: it may write check runs, and `GET /user` refuses it. */
  readonly type?: "User" | "Bot";
}

export interface EmbeddedTeam {
  readonly org: string;
  readonly slug: string;
  readonly members: readonly { readonly login: string; readonly state?: "active" | "pending" }[];
}

/** An account with its number. Ids follow the order of the list, so that two runs agree. */
export interface Account extends EmbeddedUser {
  readonly id: number;
  readonly type: "User" | "Bot";
}

/** Numbers the accounts. */
export function accountsOf(users: readonly EmbeddedUser[]): readonly Account[] {
  return users.map((user, index) => ({ ...user, id: 1001 + index, type: user.type ?? "User" }));
}

/**
 * The account of a request: `Authorization: Bearer TOKEN`, `token TOKEN`, or Basic with the token as password
 * (`x-access-token:TOKEN`, what git sends). Throws 401 for none or a wrong one.
 */
export function authenticate(accounts: readonly Account[], authorization: string | undefined): Account {
  const token = tokenOf(authorization ?? "");
  if (token === "") {
    throw new RequestRefused(401, "Requires authentication", { "www-authenticate": 'Basic realm="GitHub"' });
  }
  const account = accounts.find((candidate) => candidate.token === token);
  if (account === undefined) {
    throw new RequestRefused(401, "Bad credentials", { "www-authenticate": 'Basic realm="GitHub"' });
  }
  return account;
}

function tokenOf(authorization: string): string {
  const [, scheme = "", value = ""] = /^(\w+) +(\S+)$/.exec(authorization.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
    case "token":
      return value;
    case "basic": {
      const text = Buffer.from(value, "base64").toString("utf8");
      return text.slice(text.indexOf(":") + 1);
    }
    default:
      return "";
  }
}

const ranks: Readonly<Record<Permission, number>> = { none: 0, read: 1, write: 2, admin: 3 };

/** Whether a right includes another. */
export function includesPermission(held: Permission, needed: Permission): boolean {
  return ranks[held] >= ranks[needed];
}
