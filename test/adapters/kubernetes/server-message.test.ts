import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";

import { printable, withoutValues } from "../../../src/adapters/kubernetes/server-message.ts";
import { anyText } from "../../builders/any-text.ts";

describe("values in server messages", () => {
  const cases: readonly (readonly [string, string])[] = [
    ['spec.x: Invalid value: "v": must be small', "spec.x: Invalid value: must be small"],
    ['Invalid value: {"a":{"b":"c: d"}}: field is immutable', "Invalid value: field is immutable"],
    ["Invalid value: -1: must be greater than or equal to 0", "Invalid value: must be greater than or equal to 0"],
    ['Unsupported value: "x": supported values: "a", "b"', 'Unsupported value: supported values: "a", "b"'],
    ['Duplicate value: "x"', "Duplicate value"],
    ['Invalid value: "never closed', "Invalid value"],
    ["Required value: name is needed", "Required value: name is needed"],
    ['a: Invalid value: "1": no, b: Invalid value: "2": no', "a: Invalid value: no, b: Invalid value: no"],
  ];
  for (const [message, expected] of cases) {
    it(`cuts them out of ${message}`, () => assert.equal(withoutValues(message), expected));
  }

  it("leaves nothing of any quoted value", () => {
    const value = fc.string({ maxLength: 40, unit: "binary-ascii" }).map((noise) => `${noise}hunter2${noise}`);
    fc.assert(
      fc.property(fc.oneof(value, fc.record({ a: value, b: fc.array(value) })), (refused) => {
        const message = `spec.x: Invalid value: ${JSON.stringify(refused)}: must be other`;
        assert.equal(withoutValues(message), "spec.x: Invalid value: must be other");
      }),
    );
  });

  it("prints on one line whatever the server sent", () => {
    fc.assert(
      fc.property(anyText({ maxLength: 1000 }), (text) => {
        assert.doesNotMatch(printable(text), /[\p{Cc}\u2028\u2029\u202e]/u);
        assert.ok(printable(text).length <= 401);
      }),
    );
  });
});
