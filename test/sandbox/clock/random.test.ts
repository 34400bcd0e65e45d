import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createRandom } from "../../../src/sandbox/clock/random.ts";

test("numbers stay in their range and are spread over it", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }), (seed, low, width) => {
      const value = createRandom(seed).between(low, low + width);
      return value >= low && value <= low + width;
    }),
  );
  const random = createRandom(42);
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i += 1) {
    const bucket = random.between(0, 9);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  assert.ok(buckets.every((hits) => hits > 800 && hits < 1200));
});

test("a restored state repeats the same numbers", () => {
  const random = createRandom(9);
  random.next();
  const state = random.state();
  const first = [random.next(), random.next()];
  random.restore(state);
  assert.deepEqual([random.next(), random.next()], first);
});
