import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Approvals } from "../../../src/core/desired/settings.ts";
import type { Intent } from "../../../src/core/failover/intent.ts";
import { type CountedReview, countApprovals } from "../../../src/core/policy/count-approvals.ts";
import { strictest } from "../../../src/core/policy/required-approvals.ts";

const HEAD = "a".repeat(40);
const OLDER = "b".repeat(40);
const AUTHOR = { login: "author", id: 1, type: "User" };
const ALICE = { login: "alice", id: 2, type: "User" };
const BOB = { login: "bob", id: 3, type: "User" };
const BOT = { login: "robot", id: 4, type: "Bot" };

let nextId = 0;
function review(
  user: CountedReview["user"],
  state: CountedReview["state"],
  changes: Partial<CountedReview> = {},
): CountedReview {
  nextId += 1;
  return {
    id: nextId,
    user,
    state,
    commit: HEAD,
    submittedAt: `2026-11-23T01:${String(nextId % 60).padStart(2, "0")}:00Z`,
    ...changes,
  };
}

function at(time: string): Partial<CountedReview> {
  return { submittedAt: `2026-11-23T${time}:00Z` };
}

function counted(reviews: readonly CountedReview[]): string {
  const { approvers, objectors } = countApprovals({
    authorId: 1,
    headCommit: HEAD,
    mergedAt: "2026-11-23T02:00:00Z",
    reviews,
  });
  return [...approvers.map((each) => each.login), ...objectors.map((login) => `-${login}`)].join(" ");
}

const CASES: readonly (readonly [string, readonly CountedReview[], string])[] = [
  ["nobody", [], ""],
  ["one", [review(ALICE, "APPROVED")], "alice"],
  ["two people, by name", [review(BOB, "APPROVED"), review(ALICE, "APPROVED")], "alice bob"],
  ["two approvals by one", [review(ALICE, "APPROVED", at("01:01")), review(ALICE, "APPROVED", at("01:02"))], "alice"],
  [
    "approved, then changes requested",
    [review(ALICE, "APPROVED", at("01:01")), review(ALICE, "CHANGES_REQUESTED", at("01:02"))],
    "-alice",
  ],
  [
    "changes requested, then approved",
    [review(ALICE, "CHANGES_REQUESTED", at("01:01")), review(ALICE, "APPROVED", at("01:02"))],
    "alice",
  ],
  [
    "the same, told in the other order",
    [review(ALICE, "APPROVED", at("01:02")), review(ALICE, "CHANGES_REQUESTED", at("01:01"))],
    "alice",
  ],
  ["approved, then dismissed", [review(ALICE, "APPROVED", at("01:01")), review(ALICE, "DISMISSED", at("01:02"))], ""],
  [
    "an objection that was dismissed",
    [review(ALICE, "DISMISSED", at("01:01")), review(BOB, "APPROVED", at("01:02"))],
    "bob",
  ],
  [
    "approved, then commented",
    [review(ALICE, "APPROVED", at("01:01")), review(ALICE, "COMMENTED", at("01:02"))],
    "alice",
  ],
  ["a review that was not sent", [review(ALICE, "PENDING", { submittedAt: null })], ""],
  [
    "objected, and a comment after",
    [review(ALICE, "CHANGES_REQUESTED", at("01:01")), review(ALICE, "COMMENTED", at("01:02"))],
    "-alice",
  ],
  ["by the author", [review(AUTHOR, "APPROVED")], ""],
  ["by a bot", [review(BOT, "APPROVED")], ""],
  ["an objection by a bot", [review(BOT, "CHANGES_REQUESTED"), review(ALICE, "APPROVED")], "alice"],
  ["by a deleted account", [review(null, "APPROVED")], ""],
  ["on an older commit", [review(ALICE, "APPROVED", { commit: OLDER })], ""],
  ["on a commit that nobody knows", [review(ALICE, "APPROVED", { commit: null })], ""],
  [
    "an objection on an older commit still stands",
    [review(ALICE, "CHANGES_REQUESTED", { commit: OLDER }), review(BOB, "APPROVED")],
    "bob -alice",
  ],
  ["at the moment of the merge", [review(ALICE, "APPROVED", at("02:00"))], "alice"],
  ["after the merge", [review(ALICE, "APPROVED", { submittedAt: "2026-11-23T02:00:01Z" })], ""],
  [
    "an objection after the merge stops it before it is carried out",
    [review(ALICE, "APPROVED", at("01:01")), review(ALICE, "CHANGES_REQUESTED", at("02:30"))],
    "-alice",
  ],
  ["at no time", [review(ALICE, "APPROVED", { submittedAt: null })], ""],
  ["at a time that is none", [review(ALICE, "APPROVED", { submittedAt: "yesterday" })], ""],
  [
    "one login, two accounts",
    [review({ ...ALICE, id: 9 }, "APPROVED"), review(ALICE, "CHANGES_REQUESTED")],
    "alice -alice",
  ],
  [
    "same second: the later id counts",
    [review(ALICE, "APPROVED", { id: 8, ...at("01:00") }), review(ALICE, "DISMISSED", { id: 9, ...at("01:00") })],
    "",
  ],
];

for (const [name, reviews, expected] of CASES) {
  test(`approvals: ${name}`, () => assert.equal(counted(reviews), expected));
}

test("the order in which the forge tells reviews decides nothing, and nobody counts twice", () => {
  const any = fc
    .array(
      fc.record({
        id: fc.nat(1000),
        user: fc.constantFrom(AUTHOR, ALICE, BOB, BOT, null),
        state: fc.constantFrom("APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"),
        commit: fc.constantFrom(HEAD, OLDER, null),
        submittedAt: fc.constantFrom("2026-11-23T01:00:00Z", "2026-11-23T01:30:00Z", "2026-11-23T03:00:00Z"),
      } as const),
      { maxLength: 8 },
    )
    .map((reviews) => [...new Map(reviews.map((each) => [each.id, each])).values()]);
  fc.assert(
    fc.property(any, (reviews) => {
      assert.equal(counted(reviews.toReversed()), counted(reviews));
      const words = counted(reviews).split(" ");
      assert.equal(new Set(words).size, words.length);
      assert.ok(!words.includes("author") && !words.includes("robot"));
    }),
  );
});

const LOW: Approvals = { verify: "forge", routine: 1, disruptive: 2, destructive: 3, users: [], teams: [] };
const HIGH: Approvals = { ...LOW, routine: 4, disruptive: 5, destructive: 5 };
const NONE: Approvals = { ...LOW, routine: 0, disruptive: 0, destructive: 0 };
const PROTECT: Intent = { type: "protect", active: "east", first: false };
const move = (fence: { attestation: string; by: string } | null): Intent => ({
  type: "move",
  move: {
    to: "west",
    stage: "new",
    record: null,
    transition: {
      type: "Failover",
      id: "some-id",
      from: "east",
      notAfter: 0,
      discardDivergedData: false,
      acceptMixedPoints: false,
      unprotectedNamespaces: [],
      reason: "x",
      acceptRecoveryPoint: null,
      fence,
    },
  },
});

test("how many approvals a change needs", () => {
  const need = (
    settings: readonly Approvals[],
    intent: Intent,
    risk: "routine" | "disruptive" | "destructive" = "routine",
  ): number => strictest(settings, { intent, risk });
  assert.equal(need([LOW], PROTECT), 1);
  assert.equal(need([LOW], PROTECT, "destructive"), 3);
  assert.equal(need([LOW], move(null)), 3, "approved once for everything it may lead to");
  assert.equal(need([LOW], move({ attestation: "racks are off", by: "x" })), 4, "a person's word needs one more");
  assert.equal(need([HIGH, LOW], PROTECT), 4);
  assert.equal(need([LOW, HIGH], PROTECT), 4, "whichever of the two is stricter");
  assert.equal(need([NONE, LOW], move(null)), 3, "a change that lowers a threshold does not profit from it");
  assert.equal(need([NONE], PROTECT), 0);
});
