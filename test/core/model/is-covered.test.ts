import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { asFields } from "../../../src/core/model/fields.ts";
import { isCovered } from "../../../src/core/model/is-covered.ts";
import { migrationSchedule } from "../../../src/providers/portworx-stork/objects.ts";
import { oneObserved } from "../../sandbox/stork/observed.ts";

const CASES: readonly (readonly [string, unknown, unknown, boolean])[] = [
  ["equal", { a: 1 }, { a: 1 }, true],
  ["more is there", { a: 1 }, { a: 1, b: 2 }, true],
  ["less is there", { a: 1, b: 2 }, { a: 1 }, false],
  ["another value", { a: 1 }, { a: 2 }, false],
  ["another type", { a: 1 }, { a: "1" }, false],
  ["nothing there", { a: 1 }, undefined, false],
  ["a scalar where a mapping was", { a: { b: 1 } }, { a: "b" }, false],
  ["deep", { a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 2, d: 3 }] } }, true],
  ["lists in another order", { a: [1, 2] }, { a: [2, 1] }, false],
  ["a longer list", { a: [1] }, { a: [1, 2] }, false],
  ["a shorter list", { a: [1, 2] }, { a: [1] }, false],
  ["false wanted, true there", { a: false }, { a: true }, false],
  ["true wanted, false there", { a: true }, { a: false }, false],
  ["empty list wanted, items there", { a: [] }, { a: [1] }, false],
  ["a name that every object inherits", { constructor: { name: "Object" } }, {}, false],
  ["an inherited one wanted as nothing", { toString: null }, {}, true],
];

for (const [name, wanted, live, expected] of CASES) {
  test(`covered: ${name}`, () => {
    assert.equal(isCovered(wanted, live), expected);
  });
}

const ZEROS: readonly unknown[] = [null, undefined, "", false, 0, [], {}];

test("null, absent, empty, false and zero mean the same to Stork", () => {
  for (const wanted of ZEROS) {
    for (const live of ZEROS) assert.ok(isCovered({ a: wanted }, { a: live }), JSON.stringify([wanted, live]));
    if (typeof wanted !== "object" || wanted === null) assert.ok(!isCovered({ a: wanted }, { a: "x" }));
  }
});

test("everything covers itself, with and without more beside it", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.ok(isCovered(value, value));
      assert.ok(isCovered({ value }, { more: 1, value }));
    }),
  );
});

test("a schedule that Stork wrote back still covers what was applied", () => {
  const live = asFields(oneObserved("migrationschedule"));
  const direction = {
    application: "shop",
    namespaces: ["shop"],
    source: { cluster: "east", domain: "east", adminNamespace: null },
    target: { cluster: "west", domain: "west", adminNamespace: null },
    forward: true,
    schedule: { type: "interval", minutes: 1 },
    clusterPair: "dr",
  } as const;
  const wanted = asFields(migrationSchedule(direction, false)["spec"]);
  const spec = { ...asFields(live["spec"]), schedulePolicyName: "drover-every-1m" };
  const template = asFields(asFields(spec)["template"]);
  const read = { ...spec, template: { spec: { ...asFields(template["spec"]), includeResources: false } } };
  assert.ok(isCovered(wanted, read));
  assert.equal(isCovered({ ...wanted, suspend: true }, read), false);
});
