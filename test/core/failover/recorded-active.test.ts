import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ActiveClaim, type CommitOrder, recordedActive } from "../../../src/core/failover/recorded-active.ts";

/** A history 1 ← 2 ← 3, with 3 descending from the side branch x too, and y unrelated to all. */
const ANCESTORS: Readonly<Record<string, readonly string[]>> = {
  "1": [],
  "2": ["1"],
  x: [],
  "3": ["2", "1", "x"],
  y: [],
};

function order(a: string, b: string): CommitOrder {
  if (a === b) return "same";
  if (ANCESTORS[b]?.includes(a)) return "older";
  return ANCESTORS[a]?.includes(b) ? "newer" : "unrelated";
}

function claim(cluster: string, since: string): ActiveClaim {
  return { origin: `${cluster} at ${since}`, cluster, since };
}

/** Every order of the claims must give the same. */
function inEveryOrder(claims: readonly ActiveClaim[]): readonly string[] {
  const found = permutations(claims).map((each) => {
    const active = recordedActive(each, order);
    return active.state === "known" ? `${active.cluster}@${active.since}` : active.state;
  });
  return [...new Set(found)];
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

const CASES: readonly (readonly [string, readonly ActiveClaim[], string])[] = [
  ["nobody says anything", [], "none"],
  ["one says it", [claim("east", "1")], "east@1"],
  ["all agree", [claim("east", "1"), claim("east", "1")], "east@1"],
  ["the newer one wins", [claim("east", "1"), claim("west", "2")], "west@2"],
  ["the newest of three wins", [claim("east", "1"), claim("west", "2"), claim("east", "3")], "east@3"],
  ["a contradiction at one commit", [claim("east", "2"), claim("west", "2")], "unknown"],
  ["a contradiction that a newer one settled", [claim("east", "1"), claim("west", "1"), claim("west", "2")], "west@2"],
  ["a contradiction at the newest commit", [claim("east", "1"), claim("west", "3"), claim("east", "3")], "unknown"],
  ["unrelated commits", [claim("east", "2"), claim("west", "y")], "unknown"],
  ["unrelated commits that say the same", [claim("west", "2"), claim("west", "y")], "unknown"],
  [
    "unrelated commits that a newer one descends from",
    [claim("east", "2"), claim("west", "x"), claim("west", "3")],
    "west@3",
  ],
  ["one of three unrelated to the newest", [claim("east", "1"), claim("west", "3"), claim("east", "y")], "unknown"],
];

for (const [name, claims, expected] of CASES) {
  test(`recorded active cluster: ${name}`, () => {
    assert.deepEqual(inEveryOrder(claims), [expected]);
  });
}

test("whatever the claims, their order decides nothing, and a known answer is a claim that nothing is newer than", () => {
  const any = fc.record({ cluster: fc.constantFrom("east", "west"), since: fc.constantFrom("1", "2", "3", "x", "y") });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 4 }), (raw) => {
      const claims = raw.map(({ cluster, since }) => claim(cluster, since));
      assert.equal(inEveryOrder(claims).length, 1);
      const active = recordedActive(claims, order);
      if (active.state !== "known") return;
      assert.ok(claims.every(({ since }) => ["same", "older"].includes(order(since, active.since))));
    }),
  );
});
