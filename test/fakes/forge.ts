import { ForgeFault, type ForgePort, type ForgeUser, type PullRequest, type Review } from "../../src/ports/forge.ts";

/** A forge as data: what a test sets is what it answers. `broken` makes single calls fail. */
export interface FakeForge extends ForgePort {
  readonly pulls: PullRequest[];
  readonly given: Map<number, Review[]>;
  readonly rights: Map<string, "admin" | "write" | "read" | "none">;
  readonly members: Map<string, ReadonlySet<string>>;
  readonly broken: Set<string>;
  readonly calls: string[];
  tip: string;
  approve(number: number, login: string, changes?: Partial<Review>): void;
}

export function user(login: string, id: number, type: ForgeUser["type"] = "User"): ForgeUser {
  return { login, id, type };
}

const IDS = new Map<string, number>();

export function fakeForge(): FakeForge {
  const pulls: PullRequest[] = [];
  const given = new Map<number, Review[]>();
  const rights = new Map<string, "admin" | "write" | "read" | "none">();
  const members = new Map<string, ReadonlySet<string>>();
  const broken = new Set<string>();
  const calls: string[] = [];
  const asked = <T>(call: string, answer: () => T): Promise<T> => {
    calls.push(call);
    if (broken.has(call)) return Promise.reject(new ForgeFault("unreachable", `${call}: no answer`));
    return Promise.resolve(answer());
  };
  const byNumber = (number: number): PullRequest => {
    const pull = pulls.find((each) => each.number === number);
    if (pull === undefined) throw new ForgeFault("not-found", `no pull request ${number}`);
    return pull;
  };
  const forge: FakeForge = {
    pulls,
    given,
    rights,
    members,
    broken,
    calls,
    tip: "",
    approve(number, login, changes = {}) {
      const id = IDS.get(login) ?? IDS.size + 100;
      IDS.set(login, id);
      const reviews = given.get(number) ?? [];
      given.set(number, [
        ...reviews,
        {
          id: 1000 * number + reviews.length,
          user: user(login, id),
          state: "APPROVED",
          commit: byNumber(number).headCommit,
          submittedAt: "2026-11-23T01:00:00Z",
          ...changes,
        },
      ]);
    },
    branchTip: () => asked("branchTip", () => forge.tip),
    pullRequestsOf: (commit) =>
      asked("pullRequestsOf", () => pulls.filter((pull) => pull.mergeCommit === commit || pull.headCommit === commit)),
    pullRequest: (number) => asked("pullRequest", () => byNumber(number)),
    reviews: (number) => asked("reviews", () => given.get(number) ?? []),
    permission: (login) => asked("permission", () => rights.get(login) ?? "write"),
    isTeamMember: (team, login) => asked("isTeamMember", () => members.get(team)?.has(login) ?? false),
    findOpenPullRequest: (branch) =>
      asked(
        "findOpenPullRequest",
        () => pulls.find((pull) => pull.headBranch === branch && pull.state === "open") ?? null,
      ),
    openPullRequest: (request) =>
      asked("openPullRequest", () => {
        const number = pulls.length + 1;
        const pull: PullRequest = {
          ...MERGED,
          ...request,
          number,
          state: "open",
          mergedAt: null,
          mergeCommit: null,
          mergedBy: null,
        };
        pulls.push(pull);
        return pull;
      }),
  };
  return forge;
}

/** A pull request that was merged as `c…`, from head `a…`. */
export const MERGED: PullRequest = {
  number: 7,
  url: "https://forge.example.com/acme/dr/pull/7",
  title: "Move shop",
  state: "closed",
  mergedAt: "2026-11-23T02:00:00Z",
  mergeCommit: "c".repeat(40),
  mergedBy: user("merger", 50),
  author: user("author", 51),
  headCommit: "a".repeat(40),
  headBranch: "drover/x",
  fromFork: false,
  baseBranch: "main",
};
