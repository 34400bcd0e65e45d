import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApplyResult } from "../../src/app/apply.ts";
import type { StepOutcome } from "../../src/app/events.ts";
import type { Step } from "../../src/core/model/step.ts";
import { buildPlan } from "../../src/core/plan/build-plan.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { PLAIN } from "../../src/core/report/palette.ts";
import { renderApply } from "../../src/entry/apply-output.ts";
import { applyExitCode, planExitCode } from "../../src/entry/exit-codes.ts";
import { type AppSpec, FAILOVER, RELOCATE, type WorldSpec, transitionRecord, world } from "../builders/plan-world.ts";

const TO_WEST: AppSpec = { active: "west", transition: FAILOVER };

function planOf(spec: WorldSpec, blocked: readonly string[] = []): Plan {
  const input = world(spec);
  const findings =
    blocked.length === 0
      ? input.desired.findings
      : [
          {
            code: "invalid-field",
            severity: "error",
            message: "is not a name",
            remedy: "write one",
            file: "apps/shop.yaml",
            line: 1,
            column: 1,
          } as const,
        ];
  return buildPlan({ ...input, desired: { ...input.desired, findings, blocked: new Set(blocked) } });
}

const PLANS: readonly (readonly [string, Plan, number, number])[] = [
  ["nothing to do", planOf({}), 0, 0],
  ["routine changes", planOf({ apps: [{ folder: "none" }] }), 0, 2],
  ["needs approval", planOf({ apps: [TO_WEST] }), 0, 3],
  ["refused by a precondition", planOf({ apps: [{ ...TO_WEST, folder: "none" }] }), 0, 3],
  ["refused: no transition", planOf({ apps: [{ active: "west" }] }), 0, 3],
  ["the source of a failover is away", planOf({ apps: [TO_WEST], away: { east: "away" } }), 0, 3],
  [
    "the source of a begun failover is away",
    planOf({ apps: [{ ...TO_WEST, west: { transitions: [transitionRecord()] } }], away: { east: "away" } }),
    0,
    2,
  ],
  [
    "the source of a serving failover is away",
    planOf({
      apps: [{ ...TO_WEST, west: { transitions: [transitionRecord({ phase: "serving" })] } }],
      away: { east: "away" },
    }),
    0,
    0,
  ],
  ["the target of a failover is away", planOf({ apps: [TO_WEST], away: { west: "away" } }), 1, 1],
  [
    "the source of a relocate is away",
    planOf({ apps: [{ active: "west", transition: RELOCATE }], away: { east: "away" } }),
    1,
    1,
  ],
  ["a side of a protection is away", planOf({ away: { west: "away" } }), 1, 1],
  ["a cluster that is another one", planOf({ apps: [TO_WEST], away: { east: "wrong-cluster" } }), 1, 1],
  ["a cluster that refuses to be read", planOf({ away: { east: "unreadable" } }), 1, 1],
  ["a record that can't be read", planOf({ apps: [{ west: { record: { state: "unreadable" } } }] }), 1, 1],
  ["an invalid document", planOf({}, ["shop"]), 1, 1],
];

for (const [name, plan, code, detailed] of PLANS) {
  test(`plan ends with ${code}, in detail ${detailed}: ${name}`, () => {
    assert.deepEqual([planExitCode(plan, false), planExitCode(plan, true)], [code, detailed]);
  });
}

function result(plan: Plan, changes: Partial<ApplyResult> = {}): ApplyResult {
  const refused = plan.applications
    .filter((each) => each.blockers.length > 0)
    .map((each) => [each.name, each.blockers] as const);
  return { plan, results: [], refused: new Map(refused), busy: [], ...changes };
}

const ROUTINE = planOf({ apps: [{ folder: "none" }] });
const [STEP = assert.fail("it has a step")] = ROUTINE.steps;

function after(...states: readonly StepOutcome["state"][]): ApplyResult {
  return result(ROUTINE, { results: states.map((state) => outcome(STEP, state)) });
}

function outcome(step: Step, state: StepOutcome["state"]) {
  const value: StepOutcome = state === "done" ? { state, detail: null } : { state, why: "x" };
  return { step, outcome: value };
}

test("apply counts one step as one", () => {
  const text = renderApply(after("done"), "text", PLAIN);
  assert.equal(text, "Apply: 1 step done, 0 open, 0 applications refused.\n");
});

const APPLIED: readonly (readonly [string, ApplyResult, number])[] = [
  ["nothing was to do", result(planOf({})), 0],
  ["all was done", after("done"), 0],
  ["it was done in a later pass", after("again", "done"), 0],
  ["a step was refused", after("refused"), 3],
  ["a wait did not end", after("timed-out"), 3],
  ["a step never got through", after("again", "again"), 1],
  ["a step of an earlier pass was not needed any more", result(planOf({}), { results: [outcome(STEP, "again")] }), 0],
  ["an application was refused", result(planOf({ apps: [{ active: "west" }] })), 3],
  ["a side is away", result(planOf({ away: { west: "away" } })), 1],
  ["a document is invalid", result(planOf({}, ["shop"])), 1],
  ["somebody else holds a Lease", result(planOf({}), { busy: [{ cluster: "east", holder: "x" }] }), 3],
  [
    "one refused, one invalid: the invalid one is the more urgent news",
    result(planOf({ apps: [{ name: "ledger", active: "west" }, {}] }, ["shop"])),
    1,
  ],
];

for (const [name, given, code] of APPLIED) {
  test(`apply ends with ${code}: ${name}`, () => assert.equal(applyExitCode(given), code));
}
