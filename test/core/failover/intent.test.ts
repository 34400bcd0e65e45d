import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProtectedApplication } from "../../../src/core/desired/protected-application.ts";
import { type IntentInput, decideIntent } from "../../../src/core/failover/intent.ts";
import type { RecordedActive } from "../../../src/core/failover/recorded-active.ts";
import type { TransitionRecord } from "../../../src/core/model/record.ts";
import {
  type AppSpec,
  C1,
  C2,
  FAILOVER,
  NOW,
  RELOCATE,
  desiredOf,
  transitionRecord,
} from "../../builders/plan-world.ts";

function documentOf(app: AppSpec): ProtectedApplication {
  const document = desiredOf({}, [app]).state.applications.get("shop");
  assert.ok(document, "the builder's document reads");
  return document;
}

const ON_EAST: RecordedActive = { state: "known", cluster: "east", since: C1 };
const ON_WEST: RecordedActive = { state: "known", cluster: "west", since: C2 };
const TO_WEST: AppSpec = { active: "west", transition: FAILOVER };
const CANCEL: AppSpec = {
  active: "east",
  transition: { id: FAILOVER["id"], type: "Cancel", reason: "the power is back" },
};

interface Case {
  readonly app?: AppSpec;
  readonly recorded?: RecordedActive;
  readonly records?: readonly (readonly TransitionRecord[])[];
  readonly atCommit?: AppSpec | null;
  readonly now?: number;
}

function decide(given: Case) {
  const input: IntentInput = {
    document: documentOf(given.app ?? {}),
    recorded: given.recorded ?? ON_EAST,
    records: given.records ?? [],
    documentAt: () => (given.atCommit === null ? null : documentOf(given.atCommit ?? TO_WEST)),
    now: given.now ?? NOW,
  };
  return decideIntent(input);
}

/** What was decided, in one line. */
function said(given: Case): string {
  const { intent, notes } = decide(given);
  const more = notes.map((note) => ` +${note.code}`).join("");
  switch (intent.type) {
    case "protect":
      return `protect ${intent.active}${intent.first ? " first" : ""}${more}`;
    case "move":
      return `move ${intent.move.transition.id} to ${intent.move.to} ${intent.move.stage}${more}`;
    case "cancel":
      return `cancel ${intent.begun.id}${more}`;
    case "blocked":
      return `blocked ${intent.blockers.map((blocker) => blocker.code).join()}${more}`;
  }
}

const ID = String(FAILOVER["id"]);
const BEGUN = transitionRecord();
const SERVING = transitionRecord({ phase: "serving" });
const COMPLETE = transitionRecord({ phase: "complete" });
const ABANDONED = transitionRecord({ phase: "abandoned" });
const LATER = Date.parse("2026-11-30T00:00:00Z");

const CASES: readonly (readonly [string, Case, string])[] = [
  ["the document agrees with what is recorded", {}, "protect east"],
  ["nothing recorded", { recorded: { state: "none" } }, "protect east first"],
  ["nothing recorded, and a transition", { recorded: { state: "none" }, app: TO_WEST }, "blocked not-protected-yet"],
  [
    "unknown, and the document agrees with one of them",
    { recorded: { state: "unknown", why: "x" } },
    "blocked active-cluster-unknown",
  ],
  [
    "unknown, and a transition",
    { recorded: { state: "unknown", why: "x" }, app: TO_WEST },
    "blocked active-cluster-unknown",
  ],
  ["an unused transition", { app: TO_WEST }, `move ${ID} to west new`],
  [
    "an unused relocate",
    { app: { active: "west", transition: RELOCATE } },
    `move ${String(RELOCATE["id"])} to west new`,
  ],
  ["activeCluster changed alone", { app: { active: "west" } }, "blocked active-cluster-without-transition"],
  [
    "activeCluster changed with a cancel",
    { app: { active: "west", transition: { id: ID, type: "Cancel", reason: "the power is back" } } },
    "blocked active-cluster-without-transition",
  ],
  ["used: complete", { app: TO_WEST, records: [[COMPLETE]] }, "blocked transition-used"],
  [
    "used: abandoned, known to one cluster alone",
    { app: TO_WEST, records: [[], [ABANDONED]] },
    "blocked transition-used",
  ],
  [
    "complete, and the document stays as it was",
    { app: TO_WEST, recorded: ON_WEST, records: [[COMPLETE]] },
    "protect west",
  ],
  [
    "it moves away from a cluster that is not active",
    { app: TO_WEST, recorded: { state: "known", cluster: "far", since: C1 } },
    "blocked transition-from-mismatch",
  ],
  ["its last moment", { app: TO_WEST, now: Date.parse(String(FAILOVER["notAfter"])) - 1 }, `move ${ID} to west new`],
  ["its deadline", { app: TO_WEST, now: Date.parse(String(FAILOVER["notAfter"])) }, "blocked transition-expired"],
  ["begun", { app: TO_WEST, records: [[BEGUN], [BEGUN]] }, `move ${ID} to west begun`],
  ["begun and expired: it is finished", { app: TO_WEST, records: [[BEGUN]], now: LATER }, `move ${ID} to west begun`],
  [
    "begun, the active cluster unknown: it is finished",
    { app: TO_WEST, records: [[BEGUN]], recorded: { state: "unknown", why: "x" } },
    `move ${ID} to west begun`,
  ],
  [
    "begun here, serving there",
    { app: TO_WEST, records: [[BEGUN], [SERVING]], recorded: ON_WEST },
    `move ${ID} to west serving`,
  ],
  [
    "serving there, begun here",
    { app: TO_WEST, records: [[SERVING], [BEGUN]], recorded: ON_WEST },
    `move ${ID} to west serving`,
  ],
  [
    "begun and reverted: finished, and said",
    { records: [[BEGUN]] },
    `move ${ID} to west begun +begun-transition-reverted`,
  ],
  [
    "serving and reverted",
    { records: [[SERVING]], recorded: ON_WEST },
    `move ${ID} to west serving +begun-transition-reverted`,
  ],
  [
    "begun, its commit not in the history",
    { app: TO_WEST, records: [[BEGUN]], atCommit: null },
    "blocked transition-commit-missing",
  ],
  [
    "begun, its commit without a transition",
    { app: TO_WEST, records: [[BEGUN]], atCommit: {} },
    "blocked transition-commit-missing",
  ],
  [
    "begun, its commit with another id",
    { app: TO_WEST, records: [[BEGUN]], atCommit: { active: "west", transition: RELOCATE } },
    "blocked transition-commit-missing",
  ],
  [
    "begun, its commit with the cancel",
    { app: TO_WEST, records: [[BEGUN]], atCommit: CANCEL },
    "blocked transition-commit-missing",
  ],
  [
    "begun, but the record names another target than its commit",
    { app: TO_WEST, records: [[transitionRecord({ to: "east", from: "west" })]] },
    "blocked transition-commit-missing",
  ],
  ["cancelled before the point of no return", { app: CANCEL, records: [[BEGUN]] }, `cancel ${ID}`],
  [
    "cancelled after it",
    { app: CANCEL, records: [[BEGUN]], recorded: ON_WEST },
    `move ${ID} to west begun +cancel-refused`,
  ],
  [
    "cancelled while it serves",
    { app: CANCEL, records: [[SERVING]], recorded: ON_WEST },
    `move ${ID} to west serving +cancel-refused`,
  ],
  [
    "cancelled, and which cluster is active is unknown",
    { app: CANCEL, records: [[BEGUN]], recorded: { state: "unknown", why: "x" } },
    "blocked active-cluster-unknown",
  ],
  [
    "cancelled, and nothing says which cluster is active",
    { app: CANCEL, records: [[BEGUN]], recorded: { state: "none" } },
    "blocked active-cluster-unknown",
  ],
  [
    "the cancel of another transition",
    {
      app: { active: "east", transition: { id: "another-one", type: "Cancel", reason: "the power is back" } },
      records: [[BEGUN]],
    },
    `move ${ID} to west begun +begun-transition-reverted`,
  ],
  ["a cancel when nothing is begun", { app: CANCEL }, "protect east"],
  ["a cancel that was carried out", { app: CANCEL, records: [[ABANDONED]] }, "protect east"],
  [
    "two begun ones",
    { app: TO_WEST, records: [[BEGUN], [transitionRecord({ id: "another-one" })]] },
    "blocked two-open-transitions",
  ],
  [
    "one begun, one serving",
    { app: TO_WEST, records: [[BEGUN, transitionRecord({ id: "another-one", phase: "serving" })]] },
    "blocked two-open-transitions",
  ],
  [
    "one complete, one begun",
    { app: TO_WEST, records: [[transitionRecord({ id: "another-one", phase: "complete" }), BEGUN]] },
    `move ${ID} to west begun`,
  ],
];

for (const [name, given, expected] of CASES) {
  test(`intent: ${name}`, () => {
    assert.equal(said(given), expected);
  });
}

test("a begun transition is finished from its own commit, not from the newest one", () => {
  const changed: AppSpec = {
    active: "west",
    transition: { ...FAILOVER, acceptRecoveryPoint: "2020-01-01T00:00:00Z", reason: "another reason" },
  };
  const { intent } = decide({ app: changed, records: [[BEGUN]], atCommit: TO_WEST });
  assert.equal(intent.type, "move");
  assert.equal(intent.type === "move" && intent.move.transition.reason, FAILOVER["reason"]);
});

test("every refusal says what to do", () => {
  for (const [name, given] of CASES) {
    const { intent, notes } = decide(given);
    const all = [...notes, ...(intent.type === "blocked" ? intent.blockers : [])];
    for (const blocker of all) assert.ok(blocker.message.length > 20 && blocker.remedy.length > 10, name);
  }
});
