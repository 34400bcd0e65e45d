import assert from "node:assert/strict";
import { test } from "node:test";
import type { Actor } from "../../../src/sandbox/clock/actor.ts";
import { createRandom } from "../../../src/sandbox/clock/random.ts";
import { createVirtualClock } from "../../../src/sandbox/clock/virtual-clock.ts";
import { SimulatorFault } from "../../../src/sandbox/client/simulator-fault.ts";

const START = Date.parse("2026-11-23T02:00:00Z");

function setting(seed: number) {
  const random = createRandom(seed);
  const clock = createVirtualClock({ startMs: START, random });
  const seen: string[] = [];
  const actor = (name: string, everyMs: number): Actor => ({
    name,
    everyMs,
    tick: async () => {
      await Promise.resolve();
      seen.push(`${name}@${clock.now() - START}`);
    },
  });
  return { clock, random, seen, actor };
}

test("ticks run in time order, one after the other, and only while somebody waits", async () => {
  const { clock, seen, actor } = setting(1);
  clock.schedule(actor("slow", 1000));
  clock.schedule(actor("fast", 300));
  assert.equal(seen.length, 0);
  await clock.sleep(3000);
  const moments = seen.map((entry) => Number(entry.split("@")[1]));
  assert.deepEqual(
    moments,
    [...moments].sort((a, b) => a - b),
  );
  assert.ok(seen.filter((entry) => entry.startsWith("fast")).length >= 9);
  assert.equal(clock.now(), START + 3000);
});

test("the same seed gives the same history, another seed another one", async () => {
  const history = async (seed: number) => {
    const { clock, seen, actor } = setting(seed);
    clock.schedule(actor("a", 500));
    clock.schedule(actor("b", 700));
    await clock.advance(5000);
    return seen;
  };
  assert.deepEqual(await history(7), await history(7));
  assert.notDeepEqual(await history(7), await history(8));
});

test("a restored schedule goes on exactly as the original did", async () => {
  const { clock, random, seen, actor } = setting(3);
  clock.schedule(actor("a", 500));
  await clock.advance(1200);
  const [saved, chance] = [clock.snapshot(), random.state()];
  seen.length = 0;
  await clock.advance(2000);
  const first = [...seen];
  clock.restore(saved);
  random.restore(chance);
  seen.length = 0;
  await clock.advance(2000);
  assert.deepEqual(seen, first);
});

test("two waiters at once are woken at their own moments", async () => {
  const { clock } = setting(4);
  const woken: number[] = [];
  await Promise.all([
    clock.sleep(2000).then(() => woken.push(clock.now() - START)),
    clock.sleep(500).then(() => woken.push(clock.now() - START)),
  ]);
  assert.deepEqual(woken, [500, 2000]);
});

test("an unreachable API server is everyday life, a bug of a simulator surfaces", async () => {
  const { clock } = setting(5);
  let fault: Error = new SimulatorFault("unreachable", "the site is down");
  clock.schedule({ name: "a", everyMs: 100, tick: () => Promise.reject(fault) });
  await clock.advance(1000);
  fault = new TypeError("a bug");
  await assert.rejects(clock.advance(1000), /a bug/);
});
