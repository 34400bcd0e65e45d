import assert from "node:assert/strict";
import { test } from "node:test";
import { clockMinutes, defaultPolicies, readPolicy } from "../../../src/sandbox/stork/schedule-policies.ts";

const at = (text: string) => Date.parse(`2026-11-${text}Z`);

function due(policy: object, now: string, last: string | null): string | undefined {
  const read = readPolicy({ apiVersion: "v1", kind: "SchedulePolicy", metadata: { name: "p" }, policy });
  assert.ok(read.valid);
  return read.sections.find((section) => section.due(at(now), last === null ? null : at(last)))?.type;
}

test("an interval fires at once and then after its minutes", () => {
  const policy = { interval: { intervalMinutes: 15 } };
  assert.equal(due(policy, "23T02:00:00", null), "Interval");
  assert.equal(due(policy, "23T02:14:59", "23T02:00:00"), undefined);
  assert.equal(due(policy, "23T02:15:00", "23T02:00:00"), "Interval");
});

test("clock times fire once in the hour that follows, and a missed window is skipped", () => {
  const daily = { daily: { time: "1:30AM" } };
  assert.equal(due(daily, "23T01:29:00", null), undefined);
  assert.equal(due(daily, "23T01:45:00", null), "Daily");
  assert.equal(due(daily, "23T01:45:00", "23T01:31:00"), undefined);
  assert.equal(due(daily, "23T02:31:00", null), undefined);
  const weekly = { weekly: { day: "Mon", time: "12:00am" } };
  assert.equal(due(weekly, "23T00:10:00", null), "Weekly");
  assert.equal(due(weekly, "24T00:10:00", null), undefined);
  const monthly = { monthly: { date: 23, time: "11:00pm" } };
  assert.equal(due(monthly, "23T23:59:00", null), "Monthly");
  assert.equal(due(monthly, "22T23:59:00", null), undefined);
});

test("one invalid section makes the policy invalid", () => {
  for (const policy of [
    { interval: { intervalMinutes: 0 } },
    { daily: { time: "13:00" } },
    { interval: { intervalMinutes: 5 }, weekly: { day: "Funday", time: "1:00AM" } },
    { monthly: { date: 32, time: "1:00AM" } },
  ]) {
    const read = readPolicy({ apiVersion: "v1", kind: "SchedulePolicy", metadata: { name: "p" }, policy });
    assert.equal(read.valid, false, JSON.stringify(policy));
  }
  assert.ok(defaultPolicies().every((policy) => readPolicy(policy).valid));
});

test("clock times are Go's", () => {
  assert.equal(clockMinutes("12:00am"), 0);
  assert.equal(clockMinutes("12:04PM"), 724);
  assert.equal(clockMinutes("01:30am"), 90);
  for (const text of ["1:30 AM", "13:30", "1:30", "0:10am", ""]) assert.equal(clockMinutes(text), null, text);
});
