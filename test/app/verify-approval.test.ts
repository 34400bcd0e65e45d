import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChangeToVerify, verifyApproval } from "../../src/app/verify-approval.ts";
import type { Approvals } from "../../src/core/desired/settings.ts";
import { type FakeForge, MERGED, fakeForge, user } from "../fakes/forge.ts";

const COMMIT = "c".repeat(40);
const TWO: Approvals = { verify: "forge", routine: 2, disruptive: 2, destructive: 2, users: [], teams: [] };
const CHANGE: ChangeToVerify = {
  commit: COMMIT,
  protectedBranch: "main",
  intent: { type: "protect", active: "east", first: false },
  risk: "routine",
  settings: [TWO],
};

interface Case {
  readonly arrange?: (forge: FakeForge) => void;
  readonly change?: Partial<ChangeToVerify>;
  readonly forge?: null;
  /** A part of the refusal, or the approvers. */
  readonly expected: RegExp | readonly string[];
}

function approved(forge: FakeForge): void {
  forge.approve(7, "alice");
  forge.approve(7, "bob");
}

const CASES: readonly (readonly [string, Case])[] = [
  ["two people approved what was merged", { arrange: approved, expected: ["alice", "bob"] }],
  ["one is missing", { arrange: (forge) => forge.approve(7, "alice"), expected: /needs 2 approvals.*has 1 \(alice\)/ }],
  ["nobody did", { expected: /has 0 \(nobody\)/ }],
  ["a direct push", { arrange: (forge) => forge.pulls.splice(0), expected: /no merged pull request/ }],
  [
    "a pull request that is open only",
    {
      arrange: (forge) => forge.pulls.splice(0, 1, { ...MERGED, state: "open", mergedAt: null }),
      expected: /no merged pull request/,
    },
  ],
  [
    "merged into another branch",
    {
      arrange: (forge) => forge.pulls.splice(0, 1, { ...MERGED, baseBranch: "release" }),
      expected: /no merged pull request/,
    },
  ],
  [
    "it is the head of a pull request, not what came out of it",
    {
      arrange: (forge) => forge.pulls.splice(0, 1, { ...MERGED, headCommit: COMMIT, mergeCommit: "d".repeat(40) }),
      expected: /no merged pull request/,
    },
  ],
  [
    "two pull requests claim it",
    { arrange: (forge) => forge.pulls.push({ ...MERGED, number: 8 }), expected: /more than one merged pull request/ },
  ],
  [
    "from a fork",
    {
      arrange: (forge) => {
        approved(forge);
        forge.pulls.splice(0, 1, { ...MERGED, fromFork: true });
      },
      expected: /came from a fork/,
    },
  ],
  [
    "its author's account is gone",
    {
      arrange: (forge) => {
        approved(forge);
        forge.pulls.splice(0, 1, { ...MERGED, author: null });
      },
      expected: /no author/,
    },
  ],
  [
    "an approver who may only read now",
    {
      arrange: (forge) => {
        approved(forge);
        forge.rights.set("bob", "read");
      },
      expected: /has 1 \(alice\)/,
    },
  ],
  [
    "an approver who left",
    {
      arrange: (forge) => {
        approved(forge);
        forge.rights.set("bob", "none");
      },
      expected: /has 1 \(alice\)/,
    },
  ],
  [
    "an objection of somebody who may write",
    {
      arrange: (forge) => {
        approved(forge);
        forge.approve(7, "carol", { state: "CHANGES_REQUESTED" });
      },
      expected: /carol asked for changes/,
    },
  ],
  [
    "an objection of a passer-by",
    {
      arrange: (forge) => {
        approved(forge);
        forge.approve(7, "carol", { state: "CHANGES_REQUESTED" });
        forge.rights.set("carol", "read");
      },
      expected: ["alice", "bob"],
    },
  ],
  [
    "the author approves as well",
    {
      arrange: (forge) => {
        forge.approve(7, "alice");
        forge.approve(7, "author", { user: user("author", 51) });
      },
      expected: /has 1 \(alice\)/,
    },
  ],
  [
    "approved on an older head",
    {
      arrange: (forge) => {
        forge.approve(7, "alice");
        forge.approve(7, "bob", { commit: "b".repeat(40) });
      },
      expected: /has 1 \(alice\)/,
    },
  ],
  [
    "approved after the merge",
    {
      arrange: (forge) => {
        forge.approve(7, "alice");
        forge.approve(7, "bob", { submittedAt: "2026-11-23T02:00:01Z" });
      },
      expected: /has 1 \(alice\)/,
    },
  ],
  [
    "only users of a list count",
    { arrange: approved, change: { settings: [{ ...TWO, users: ["alice", "dave"] }] }, expected: /has 1 \(alice\)/ },
  ],
  [
    "a login is a login in any case",
    { arrange: approved, change: { settings: [{ ...TWO, users: ["Alice", "BOB"] }] }, expected: ["alice", "bob"] },
  ],
  [
    "members of a team count",
    {
      arrange: (forge) => {
        approved(forge);
        forge.members.set("acme/dr", new Set(["alice", "bob"]));
      },
      change: { settings: [{ ...TWO, teams: ["acme/dr"] }] },
      expected: ["alice", "bob"],
    },
  ],
  [
    "a member of one of two teams counts",
    {
      arrange: (forge) => {
        approved(forge);
        forge.members.set("acme/b", new Set(["alice", "bob"]));
      },
      change: { settings: [{ ...TWO, teams: ["acme/a", "acme/b"] }] },
      expected: ["alice", "bob"],
    },
  ],
  [
    "a person, or a team",
    {
      arrange: (forge) => {
        approved(forge);
        forge.members.set("acme/dr", new Set(["bob"]));
      },
      change: { settings: [{ ...TWO, users: ["alice"], teams: ["acme/dr"] }] },
      expected: ["alice", "bob"],
    },
  ],
  [
    "the change adds its own approver: the settings before it count too",
    {
      arrange: approved,
      change: {
        settings: [
          { ...TWO, users: ["alice", "bob"] },
          { ...TWO, users: ["alice"] },
        ],
      },
      expected: /has 1 \(alice\)/,
    },
  ],
  [
    "the change removes an approver: so do the settings after it",
    {
      arrange: approved,
      change: {
        settings: [
          { ...TWO, users: ["alice"] },
          { ...TWO, users: ["alice", "bob"] },
        ],
      },
      expected: /has 1 \(alice\)/,
    },
  ],
  [
    "the change opens to everybody who may write",
    { arrange: approved, change: { settings: [TWO, { ...TWO, teams: ["acme/dr"] }] }, expected: /has 0/ },
  ],
  [
    "the change lowers the number",
    {
      arrange: approved,
      change: {
        settings: [
          { ...TWO, routine: 1 },
          { ...TWO, routine: 3 },
        ],
      },
      expected: /needs 3 approvals/,
    },
  ],
  [
    "the change turns the forge off: it is asked all the same",
    { change: { settings: [{ ...TWO, verify: "merge" }, TWO] }, expected: /needs 2 approvals/ },
  ],
  [
    "being merged is the approval, by all settings",
    { change: { settings: [{ ...TWO, verify: "merge" }] }, forge: null, expected: [] },
  ],
  [
    "no settings at all approve nothing",
    { arrange: approved, change: { settings: [] }, expected: /could not be read/ },
  ],
  ["no forge to ask", { forge: null, expected: /no forge can be asked/ }],
  [
    "none needed, but it must have come by a pull request",
    {
      change: { settings: [{ ...TWO, routine: 0 }] },
      arrange: (forge) => forge.pulls.splice(0),
      expected: /no merged pull request/,
    },
  ],
];

for (const [name, given] of CASES) {
  test(`verified on the forge: ${name}`, async () => {
    const forge = fakeForge();
    forge.pulls.push(MERGED);
    given.arrange?.(forge);
    const verification = await verifyApproval(given.forge === null ? null : forge, { ...CHANGE, ...given.change });
    if (given.expected instanceof RegExp) {
      assert.equal(verification.state, "refused");
      assert.match(verification.state === "refused" ? verification.blocker.message : "", given.expected);
      return;
    }
    const logins =
      verification.state === "approved"
        ? verification.approvals.map((each) => each.login)
        : verification.blocker.message;
    assert.deepEqual(logins, given.expected);
  });
}

for (const call of ["pullRequestsOf", "pullRequest", "reviews", "permission", "isTeamMember"]) {
  test(`a forge that does not answer ${call} approves nothing`, async () => {
    const forge = fakeForge();
    forge.pulls.push(MERGED);
    approved(forge);
    forge.members.set("acme/dr", new Set(["alice", "bob"]));
    forge.broken.add(call);
    const verification = await verifyApproval(forge, { ...CHANGE, settings: [{ ...TWO, teams: ["acme/dr"] }] });
    assert.match(verification.state === "refused" ? verification.blocker.message : "", /could not be asked/);
  });
}

test("what is recorded of an approval is the review on the approved head", async () => {
  const forge = fakeForge();
  forge.pulls.push(MERGED);
  approved(forge);
  const verification = await verifyApproval(forge, CHANGE);
  assert.deepEqual(verification.state === "approved" && verification.approvals[0], {
    login: "alice",
    review: 7000,
    commit: MERGED.headCommit,
  });
});
