import assert from "node:assert/strict";
import { test } from "node:test";
import { type ApplicationStatus, buildStatus } from "../../../src/core/plan/status.ts";
import { type AppSpec, FAILOVER, type WorldSpec, transitionRecord, world } from "../../builders/plan-world.ts";

const UNTOUCHED: AppSpec = {
  recorded: { state: "none" },
  folder: "none",
  east: { mark: null, record: { state: "absent" } },
  west: { mark: null, record: { state: "absent" }, without: () => true },
};
const NO_CLAIM: AppSpec = { west: { without: ({ kind }) => kind === "PersistentVolumeClaim" } };

function statusOf(spec: WorldSpec): ApplicationStatus {
  return buildStatus(world(spec))[0] ?? assert.fail("there is an application");
}

for (const [phase, app] of [
  ["Unprotected", UNTOUCHED],
  ["Protecting", NO_CLAIM],
] as const) {
  test(`while an application is ${phase}, what would be lost is unknown, however well the domains are in sync`, () => {
    const status = statusOf({ apps: [app] });
    const [target] = status.targets;
    assert.deepEqual(
      [status.phase, target?.recoveryPoint, target?.dataLossIfFailedNow, target?.recoveryTimeIfFailedNow],
      [phase, null, null, null],
    );
  });
}

test("a protected application knows it", () => {
  const status = statusOf({});
  assert.deepEqual([status.phase, status.targets[0]?.dataLossIfFailedNow], ["Protected", 0]);
});

test("with the active site dead and the other one ready, the first advice is the command", () => {
  const status = statusOf({ away: { east: "away" } });
  for (const blockers of [status.blockers, status.targets[0]?.blockers ?? []]) {
    assert.match(blockers[0]?.remedy ?? "", /^drover failover --from east --reason "…"; or .*east/);
  }
});

test("not when the other one could not take over, refuses to be told apart, or is on its way already", () => {
  const begun: AppSpec = { active: "west", transition: FAILOVER, west: { transitions: [transitionRecord()] } };
  const others: readonly WorldSpec[] = [
    { away: { east: "away" }, apps: [{ folder: "none" }] },
    { away: { east: "wrong-cluster" } },
    { away: { east: "away", west: "away" } },
    { away: { east: "away" }, apps: [begun] },
  ];
  for (const spec of others) {
    const advised = statusOf(spec).blockers.filter(({ remedy }) => remedy.includes("drover failover --from"));
    assert.deepEqual(advised, []);
  }
});
