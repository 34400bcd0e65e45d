import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPlan } from "../../src/core/plan/build-plan.ts";
import { PLAIN } from "../../src/core/report/palette.ts";
import { progressLines } from "../../src/entry/progress.ts";
import { FAILOVER, world } from "../builders/plan-world.ts";

test("a line of progress names the application, unless the step is of the whole site", () => {
  const plan = buildPlan(world({ apps: [{ active: "west", transition: FAILOVER }], away: { east: "away" } }));
  const step = plan.steps.find(({ action }) => action === "activate") ?? assert.fail("something is started");
  const lines: string[] = [];
  const tell = progressLines((text) => lines.push(text), PLAIN);
  for (const application of ["shop", null]) {
    tell({ type: "step-waiting", step: { ...step, application }, why: "not yet" });
  }
  assert.deepEqual(lines, ["  … shop: activate @west: not yet\n", "  … activate @west: not yet\n"]);
});
