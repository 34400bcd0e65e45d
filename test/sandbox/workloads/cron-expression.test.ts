import assert from "node:assert/strict";
import { test } from "node:test";
import { nextTime, parseCron } from "../../../src/sandbox/workloads/cron-expression.ts";

const after = (schedule: string, from: string): string | null => {
  const cron = parseCron(schedule);
  assert.ok(cron !== null);
  const moment = nextTime(cron, Date.parse(from));
  return moment === null ? null : new Date(moment).toISOString();
};

test("the next due moment of common schedules", () => {
  const from = "2026-11-23T02:00:00Z"; // a Monday
  assert.equal(after("*/5 * * * *", from), "2026-11-23T02:05:00.000Z");
  assert.equal(after("0 4 * * *", from), "2026-11-23T04:00:00.000Z");
  assert.equal(after("30 1 * * mon-fri", from), "2026-11-24T01:30:00.000Z");
  assert.equal(after("0 0 1 * *", from), "2026-12-01T00:00:00.000Z");
  assert.equal(after("0 0 13 * 5", from), "2026-11-27T00:00:00.000Z");
  assert.equal(after("@weekly", from), "2026-11-29T00:00:00.000Z");
  assert.equal(after("0 0 30 2 *", from), null);
});

test("what is no schedule is not one", () => {
  for (const text of ["", "* * * *", "61 * * * *", "x * * * *", "*/0 * * * *", "* * * * * *"]) {
    assert.equal(parseCron(text), null, text);
  }
});
