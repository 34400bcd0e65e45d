import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { canonicalQuantity } from "../../../src/sandbox/apiserver/schema/quantity.ts";

describe("quantities in canonical form", () => {
  const cases: readonly (readonly [string | number, string])[] = [
    ["1000m", "1"],
    ["1500m", "1500m"],
    [0.5, "500m"],
    ["0.5", "500m"],
    ["1024Mi", "1Gi"],
    ["1025Mi", "1025Mi"],
    ["1.5Gi", "1536Mi"],
    ["1000k", "1M"],
    ["1Gi", "1Gi"],
    ["0", "0"],
    ["-2000m", "-2"],
    ["1e3", "1e3"],
    ["1000e-3", "1"],
    ["100u", "100u"],
    [3, "3"],
    ["512", "512"],
    ["1Ki", "1Ki"],
  ];
  for (const [given, expected] of cases)
    it(`${given} is ${expected}`, () => {
      assert.equal(canonicalQuantity(given, "x"), expected);
    });

  it("stay as they are once they are canonical", () => {
    const suffix = fc.constantFrom("", "m", "k", "M", "G", "Ki", "Mi", "Gi", "Ti");
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), suffix, (number, unit) => {
        const once = canonicalQuantity(`${number}${unit}`, "x");
        assert.equal(canonicalQuantity(once, "x"), once);
      }),
    );
  });

  it("refuse what is none", () => {
    for (const text of ["", "1 Gi", "Gi", "1Xi", "--1", "1e9999", "٣"])
      assert.throws(() => canonicalQuantity(text, "spec.x"), /quantities must match/, text);
  });
});
