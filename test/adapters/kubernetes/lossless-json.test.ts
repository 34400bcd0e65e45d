import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseLossless, stringifyLossless } from "../../../src/adapters/kubernetes/lossless-json.ts";

test("integers beyond 2^53 keep their digits, everything else is as JSON.parse has it", () => {
  const text = '{"a":9007199254740993,"b":[-9223372036854775808],"c":1.5,"d":"9007199254740993","e":12,"f":1e3}';
  assert.deepEqual(parseLossless(text), {
    a: 9007199254740993n,
    b: [-9223372036854775808n],
    c: 1.5,
    d: "9007199254740993",
    e: 12,
    f: 1000,
  });
  assert.deepEqual(parseLossless('{"a":9007199254740991}'), { a: 9007199254740991 });
  assert.throws(() => parseLossless('{"a":900719925474099'), SyntaxError);
});

test("what was read is written again digit by digit, wherever the number stands", () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }),
      fc.string(),
      fc.boolean(),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;
  fc.assert(
    fc.property(value, fc.boolean(), (each, spaced) => {
      const text = stringifyLossless(each);
      assert.equal(stringifyLossless(parseLossless(text)), text);
      if (spaced) assert.equal(stringifyLossless(parseLossless(`[ ${text} ]`)), `[${text}]`);
    }),
    { numRuns: 500 },
  );
});
