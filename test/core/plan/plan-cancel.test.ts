import assert from "node:assert/strict";
import { test } from "node:test";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import { quiesced } from "../../builders/live-objects.ts";
import { blockerCodes, slugs, startsTarget } from "../../builders/plan-checks.ts";
import {
  type AppSpec,
  C1,
  C2,
  FAILOVER,
  type WorldSpec,
  desiredOf,
  transitionRecord,
  world,
} from "../../builders/plan-world.ts";
import { FENCED } from "../../builders/stork-objects.ts";

const ID = String(FAILOVER["id"]);
const STOPPED = { replicas: 0, annotations: quiesced(ID, 3), pods: false } as const;

function cancelled(changes: Partial<AppSpec> = {}): AppSpec {
  const transitions = [transitionRecord()];
  return {
    active: "east",
    transition: { id: ID, type: "Cancel", reason: "the power is back" },
    forward: { suspended: true },
    ...changes,
    east: { transitions, ...STOPPED, ...changes.east },
    west: { transitions, ...changes.west },
  };
}

function planOf(app: AppSpec, spec: WorldSpec = {}): Plan {
  const approved = desiredOf({}, [{ active: "west", transition: FAILOVER }]);
  return buildPlan(world({ ...spec, apps: [app], documents: new Map([[C2, approved]]) }));
}

const RESTORE = ["restore-Deployment/shop/web@east", "restore-StatefulSet/shop/db@east"];
const ABANDON = ["record-abandoned@east", "record-abandoned@west"];

test("before the point of no return: started again with the counts it had, replicated, abandoned", () => {
  const plan = planOf(cancelled());
  assert.deepEqual(slugs(plan), [...RESTORE, "apply-migrationschedule-drover-shop@east", ...ABANDON]);
  const counts = plan.steps.flatMap((step) => (step.operation.type === "restore" ? [step.operation.replicas] : []));
  assert.deepEqual(counts, [3, 3]);
  assert.deepEqual(plan.steps.filter(startsTarget), []);
  assert.equal(plan.verdict, "needs-approval");
});

test("nothing was stopped yet: it is only recorded", () => {
  const plan = planOf(cancelled({ forward: {}, east: { replicas: 1, annotations: {}, pods: true } }));
  assert.deepEqual(slugs(plan), ABANDON);
});

test("died while it was undone: the rest only", () => {
  const plan = planOf(
    cancelled({
      forward: {},
      east: { transitions: [transitionRecord({ phase: "abandoned" })], replicas: 1, annotations: {}, pods: true },
    }),
  );
  assert.deepEqual(slugs(plan), []);
});

test("a fenced source is brought to rest before its storage comes back, and started last", () => {
  const ids = slugs(
    planOf(cancelled({ east: { replicas: 1, annotations: {}, pods: true } }), { domains: { east: FENCED } }),
  );
  const at = (part: string): number => ids.findIndex((id) => id.includes(part));
  const order = ["quiesce-StatefulSet/shop/db@east", "wait-drained@east", "unfence-primary", "wait-in-sync-primary"];
  assert.ok(
    order.every((part) => at(part) >= 0),
    ids.join("\n"),
  );
  assert.deepEqual(
    order.map(at),
    order.map(at).toSorted((a, b) => a - b),
  );
});

const REFUSED: readonly (readonly [string, AppSpec, WorldSpec, readonly string[]])[] = [
  ["the source is away", cancelled(), { away: { east: "away" } }, ["cluster-unreachable"]],
  ["the target is away", cancelled(), { away: { west: "away" } }, ["cluster-unreachable"]],
  [
    "the target's epoch can't be read: it may be active already",
    cancelled(),
    { epoch: { west: "unreadable" } },
    ["record-unreadable"],
  ],
  [
    "the target's record can't be read",
    cancelled({ west: { record: { state: "unreadable" } } }),
    {},
    ["record-unreadable"],
  ],
  ["the source has no identity", cancelled(), { identity: { east: null } }, ["cluster-identity"]],
  ["the source was read without it", cancelled({ east: { unread: true } }), {}, ["cluster-unreadable"]],
  [
    "which cluster is active is unknown",
    cancelled({ recorded: { state: "unknown", why: "x" } }),
    {},
    ["active-cluster-unknown"],
  ],
];

for (const [name, app, spec, expected] of REFUSED) {
  test(`nothing is undone when ${name}`, () => {
    const plan = planOf(app, spec);
    assert.deepEqual([plan.steps, blockerCodes(plan)], [[], expected]);
  });
}

test("past the point of no return it is finished, and said", () => {
  const mark = { cluster: "west", since: C2, raisedFor: ID };
  const app = cancelled({
    recorded: { state: "known", cluster: "west", since: C2 },
    west: { transitions: [transitionRecord({ proof: "drained" })], mark },
  });
  const plan = planOf(app);
  assert.ok(plan.steps.some(startsTarget));
  assert.ok(plan.findings.some((finding) => finding.code === "cancel-refused"));
  assert.ok(plan.steps.every((step) => step.operation.type !== "restore"));
});

test("the epoch says so although nobody else does: no undo", () => {
  const mark = { cluster: "west", since: C1, raisedFor: ID };
  const plan = planOf(cancelled({ recorded: { state: "known", cluster: "west", since: C1 }, west: { mark } }));
  assert.ok(plan.steps.every((step) => step.operation.type !== "restore"));
});
