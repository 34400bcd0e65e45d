import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../../src/sandbox/clock/random.ts";
import { createRealClock, startActors } from "../../../src/sandbox/clock/real-clock.ts";

test("speed divides what the simulators wait and leaves the time of day alone", () => {
  const clock = createRealClock({ speed: 20 });
  assert.equal(clock.pace(10_000), 500);
  assert.ok(Math.abs(clock.now() - Date.now()) < 1000);
});

test("actors run until they are stopped", async () => {
  const reached = Promise.withResolvers<void>();
  let ticks = 0;
  const tick = (): Promise<void> => {
    ticks += 1;
    if (ticks === 3) reached.resolve();
    return Promise.resolve();
  };
  const running = startActors([{ name: "a", everyMs: 1000, tick }], createRealClock({ speed: 500 }), {
    random: createRandom(1),
  });
  await reached.promise;
  await running.stop();
  assert.ok(ticks >= 3);
});

test("a bug in one actor stops all and is reported", async () => {
  const clock = createRealClock({ speed: 500 });
  const actors = [
    { name: "healthy", everyMs: 1000, tick: () => Promise.resolve() },
    { name: "broken", everyMs: 1000, tick: () => Promise.reject(new TypeError("a bug")) },
  ];
  const running = startActors(actors, clock, { random: createRandom(1) });
  await assert.rejects(running.finished, /a bug/);
});
