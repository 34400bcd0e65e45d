import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mergeRecord } from "../../../src/core/model/merge-record.ts";
import type { RecordChange } from "../../../src/core/model/operation.ts";
import {
  type ApplicationRecord,
  type TransitionPhase,
  emptyRecord,
  recordFromData,
  recordToData,
} from "../../../src/core/model/record.ts";
import { transitionRecord } from "../../builders/plan-world.ts";

const ID = transitionRecord().id;
const AT = "2026-11-23T03:00:00.000Z";
const LATER = "2026-11-23T04:00:00.000Z";
const FACTS = {
  workloads: [{ apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web", replicas: 2 }],
  claims: [{ namespace: "shop", name: "data", volume: "pv" }],
  reclaimPolicies: { pv: "Delete" },
  recoveryPoints: { "shop/data": AT },
};

const change: fc.Arbitrary<RecordChange> = fc.oneof(
  fc.constant<RecordChange>({ type: "observe", facts: FACTS }),
  fc.constant<RecordChange>({ type: "observe", facts: { ...FACTS, reclaimPolicies: { pv: "Retain" } } }),
  fc.constantFrom(null, FACTS).map((facts): RecordChange => ({ type: "begin", transition: transitionRecord(), facts })),
  fc
    .constantFrom<TransitionPhase>("begun", "serving", "complete")
    .map((phase): RecordChange => ({ type: "adopt", transition: transitionRecord({ phase }) })),
  fc
    .constantFrom("drained" as const, "storage-fence" as const)
    .map((proof): RecordChange => ({ type: "stopped", id: ID, proof, recoveryPoint: null })),
  fc
    .constantFrom("serving" as const, "complete" as const, "abandoned" as const)
    .map((type): RecordChange => ({ type, id: ID })),
  fc
    .constantFrom(null, { id: ID, at: AT })
    .map((promoted): RecordChange => ({ type: "delivered", delivered: { content: "x", form: "standby" }, promoted })),
);

/** As the executor does it: read, merge, write only what changed. */
function run(changes: readonly RecordChange[], now = AT): ApplicationRecord {
  let current: ApplicationRecord = emptyRecord("shop");
  for (const each of changes) {
    const next = mergeRecord(current, "shop", { change: each, now });
    if (next !== null) current = recordFromData(recordToData(next), "shop") ?? assert.fail("it reads back");
  }
  return current;
}

test("doing a change a second time, later, changes nothing", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), change, (before, last) => {
      const once = run([...before, last]);
      assert.equal(mergeRecord(once, "shop", { change: last, now: LATER }), null);
    }),
  );
});

const RANK: Readonly<Record<TransitionPhase, number>> = { begun: 0, serving: 1, complete: 2, abandoned: 2 };

/** Mostly what moves a transition on. */
const life = fc.oneof(
  { weight: 1, arbitrary: change },
  { weight: 2, arbitrary: fc.constant<RecordChange>({ type: "begin", transition: transitionRecord(), facts: null }) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom("serving" as const, "complete" as const, "abandoned" as const)
      .map((type): RecordChange => ({ type, id: ID })),
  },
);

test("whatever comes, a phase never goes back, and an ended transition stays as it ended", () => {
  fc.assert(
    fc.property(fc.array(life, { minLength: 2, maxLength: 12 }), (changes) => {
      let seen = transitionRecord();
      for (let length = 1; length <= changes.length; length += 1) {
        const now = run(changes.slice(0, length)).transitions.find((transition) => transition.id === ID);
        if (now === undefined) continue;
        assert.ok(RANK[now.phase] >= RANK[seen.phase], `${seen.phase} → ${now.phase}`);
        if (seen.times.ended !== null) assert.equal(now.phase, seen.phase);
        if (seen.proof !== null) assert.equal(now.proof, seen.proof);
        seen = now;
      }
    }),
    { numRuns: 500 },
  );
});

test("a transition stands in the record once, whoever tells of it", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      assert.ok(run(changes).transitions.length <= 1);
    }),
  );
});

test("the reclaim policy that was there before Drover's own Retain is kept", () => {
  const first = run([{ type: "observe", facts: FACTS }]);
  const second = mergeRecord(first, "shop", {
    change: { type: "observe", facts: { ...FACTS, reclaimPolicies: { pv: "Retain", other: "Delete" } } },
    now: AT,
  });
  assert.deepEqual(second?.reclaimPolicies, { pv: "Delete", other: "Delete" });
});

test("a change for a transition that is not known changes nothing but says so", () => {
  const record = emptyRecord("shop");
  assert.equal(mergeRecord(record, "shop", { change: { type: "complete", id: "unknown-one" }, now: AT }), null);
});

test("the first change makes the record, even an empty one", () => {
  assert.deepEqual(
    mergeRecord(null, "shop", { change: { type: "complete", id: "unknown-one" }, now: AT }),
    emptyRecord("shop"),
  );
});

test("times are those of the first time", () => {
  const begun = run([
    {
      type: "begin",
      transition: transitionRecord({
        times: { begun: null, stopped: null, promoted: null, serving: null, ended: null },
      }),
      facts: null,
    },
  ]);
  const stopped = mergeRecord(begun, "shop", {
    change: { type: "stopped", id: ID, proof: "drained", recoveryPoint: null },
    now: LATER,
  });
  assert.deepEqual(stopped?.transitions[0]?.times, {
    begun: AT,
    stopped: LATER,
    promoted: null,
    serving: null,
    ended: null,
  });
  assert.equal(stopped.transitions[0].recoveryPoint, LATER);
});
