import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type ApplicationRecord,
  type EpochRecord,
  emptyRecord,
  epochFromData,
  epochToData,
  markOf,
  recordFromData,
  recordToData,
} from "../../../src/core/model/record.ts";
import { C1, C2, transitionRecord } from "../../builders/plan-world.ts";

const name = fc.oneof(
  fc.stringMatching(/^[a-z]([-a-z0-9]{0,12}[a-z0-9])?$/),
  fc.constantFrom("constructor", "active", "since", "counter", "valueof"),
);
const commit = fc.constantFrom(C1, C2, "a".repeat(64));
const epoch: fc.Arbitrary<EpochRecord> = fc.record({
  counter: fc.nat(),
  commit,
  active: fc
    .array(
      fc.tuple(
        name,
        fc.record({ cluster: name, since: commit, raisedFor: fc.option(fc.constant("20261123-0240-east")) }),
      ),
    )
    .map((entries) => Object.fromEntries(entries)),
});

/** Without the null prototypes that fast-check likes. */
function plain<T>(value: T): T {
  return structuredClone(value);
}

test("an epoch comes back as it was written", () => {
  fc.assert(fc.property(epoch.map(plain), (written) => assert.deepEqual(epochFromData(epochToData(written)), written)));
});

const GOOD = { counter: "7", commit: C1, "active.shop": "east", "since.shop": C1 };

const HOSTILE_EPOCHS: readonly (readonly [string, unknown])[] = [
  ["nothing", {}],
  ["no data", null],
  ["a list", []],
  ["no counter", { commit: C1 }],
  ["an empty counter", { ...GOOD, counter: "" }],
  ["a counter of spaces", { ...GOOD, counter: "  " }],
  ["a negative counter", { ...GOOD, counter: "-1" }],
  ["a fraction", { ...GOOD, counter: "1.5" }],
  ["another notation", { ...GOOD, counter: "0x10" }],
  ["an exponent", { ...GOOD, counter: "1e3" }],
  ["too large to count", { ...GOOD, counter: "99999999999999999999" }],
  ["no commit", { counter: "7" }],
  ["a commit that is none", { ...GOOD, commit: "main" }],
  ["an option in place of a commit", { ...GOOD, commit: "--upload-pack=x" }],
  ["a mark without since", { counter: "7", commit: C1, "active.shop": "east" }],
  ["a since that is no commit", { ...GOOD, "since.shop": "yesterday" }],
  ["an empty cluster", { ...GOOD, "active.shop": "" }],
];

for (const [what, data] of HOSTILE_EPOCHS) {
  test(`an epoch that Drover did not write is unknown: ${what}`, () => {
    assert.equal(epochFromData(data), null);
  });
}

test("an epoch's mark is found by its own name only", () => {
  const read = epochFromData({ ...GOOD, "active.__proto__": "west", "since.__proto__": C1 });
  assert.equal(markOf(read, "shop")?.cluster, "east");
  for (const other of ["constructor", "toString", "cluster", "valueOf"]) assert.equal(markOf(read, other), null, other);
  assert.equal(markOf(null, "shop"), null);
});

const text = fc.string({ minLength: 1, maxLength: 12 });
const record: fc.Arbitrary<ApplicationRecord> = fc.record({
  application: fc.constant("shop"),
  transitions: fc.array(
    fc
      .record({
        id: text,
        phase: fc.constantFrom("begun", "serving", "complete", "abandoned"),
        type: fc.constantFrom("Failover", "Relocate"),
        proof: fc.constantFrom(null, "drained", "storage-fence", "attested"),
        approvals: fc.array(fc.record({ login: text, review: fc.nat(), commit })),
      } as const)
      .map((changes) => transitionRecord(changes)),
  ),
  workloads: fc.array(fc.record({ apiVersion: text, kind: text, namespace: text, name: text, replicas: fc.nat(1000) })),
  claims: fc.array(fc.record({ namespace: text, name: text, volume: text })),
  reclaimPolicies: fc.dictionary(fc.stringMatching(/^[a-z-]{1,9}$/), text),
  recoveryPoints: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}\/[a-z]{1,4}$/), text),
  holders: fc.array(text),
  delivered: fc.option(fc.record({ content: text, form: fc.constantFrom("standby", "active") } as const)),
  startupSeconds: fc.option(fc.nat(1000)),
});

test("a record comes back as it was written", () => {
  fc.assert(
    fc.property(record.map(plain), (written) =>
      assert.deepEqual(recordFromData(recordToData(written), "shop"), written),
    ),
  );
});

function changed(changes: Readonly<Record<string, unknown>>): unknown {
  return { record: JSON.stringify({ ...emptyRecord("shop"), ...changes }) };
}

const HOSTILE_RECORDS: readonly (readonly [string, unknown])[] = [
  ["nothing", {}],
  ["no data", null],
  ["not JSON", { record: "{" }],
  ["a list", { record: "[]" }],
  ["null", { record: "null" }],
  ["of another application", changed({ application: "ledger" })],
  ["transitions missing", changed({ transitions: undefined })],
  ["transitions of another type", changed({ transitions: "none" })],
  ["workloads of another type", changed({ workloads: {} })],
  ["claims missing", changed({ claims: null })],
  ["a transition without id", changed({ transitions: [{ ...transitionRecord(), id: "" }] })],
  ["a transition in a phase that does not exist", changed({ transitions: [{ ...transitionRecord(), phase: "done" }] })],
  ["a transition of a type that does not exist", changed({ transitions: [{ ...transitionRecord(), type: "Cancel" }] })],
  ["a transition that is none", changed({ transitions: [null] })],
  ["a transition from a commit that is none", changed({ transitions: [{ ...transitionRecord(), commit: "--help" }] })],
  [
    "a workload without count",
    changed({ workloads: [{ apiVersion: "apps/v1", kind: "Deployment", namespace: "a", name: "b" }] }),
  ],
  [
    "a workload with half a replica",
    changed({ workloads: [{ apiVersion: "apps/v1", kind: "Deployment", namespace: "a", name: "b", replicas: 0.5 }] }),
  ],
  [
    "a workload with fewer than no replicas",
    changed({ workloads: [{ apiVersion: "apps/v1", kind: "Deployment", namespace: "a", name: "b", replicas: -1 }] }),
  ],
  ["a claim without volume", changed({ claims: [{ namespace: "a", name: "b" }] })],
];

for (const [what, data] of HOSTILE_RECORDS) {
  test(`a record that Drover did not write is unknown, never empty: ${what}`, () => {
    assert.equal(recordFromData(data, "shop"), null);
  });
}

test("no data whatever makes the readers throw", () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (raw, broken) => {
      for (const data of [raw, { record: broken }, { record: JSON.stringify(raw) ?? "" }]) {
        epochFromData(data);
        recordFromData(data, "shop");
      }
    }),
  );
});
