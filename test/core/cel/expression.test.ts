import assert from "node:assert/strict";
import { test } from "node:test";
import { compileExpression } from "../../../src/core/cel/expression.ts";

function evaluate(text: string, object: unknown): unknown {
  const compiled = compileExpression(text, ["object"]);
  assert.ok(compiled.ok, compiled.ok ? "" : compiled.reason);
  return compiled.evaluate({ object });
}

const VALUES: readonly (readonly [string, string, unknown, unknown])[] = [
  ["whole numbers need no conversion", "object.spec.replicas * 2", { spec: { replicas: 3 } }, 6],
  ["fractions stay fractions", "object.rate + 0.5", { rate: 0.25 }, 0.75],
  ["absent fields can be asked for", "has(object.spec.replicas) ? object.spec.replicas : 1", { spec: {} }, 1],
  ["optional fields have a default", "object.?spec.?paused.orValue(false)", { spec: {} }, false],
  ["strings are replaced literally", 'object.host.replace(".east.", ".$&.")', { host: "a.east.b" }, "a.$&.b"],
  ["lists are filtered", 'object.list.filter(x, x.name != "debug")', { list: [{ name: "debug" }] }, []],
  ["mappings may hold anything", '{"a": 1, "b": [1.5, "x"], "c": null}', {}, { a: 1, b: [1.5, "x"], c: null }],
  ["the object comes back as it went in", "object", { a: [1, { b: "c" }] }, { a: [1, { b: "c" }] }],
  ["integers beyond 2^53 keep their digits", "9007199254740993", {}, 9007199254740993n],
];

for (const [what, text, object, value] of VALUES) {
  test(what, () => assert.deepEqual(evaluate(text, object), { ok: true, value }));
}

const FAILURES: readonly (readonly [string, string, RegExp])[] = [
  ["a missing field is an error, not a null", "object.spec.replicas", /No such key: spec/],
  ["types that JSON lacks need a conversion", 'duration("1h")', /no JSON value/],
  ["prototypes are out of reach", "object.__proto__", /No such key/],
];

for (const [what, text, reason] of FAILURES) {
  test(what, () => {
    const result = evaluate(text, {}) as { readonly ok: boolean; readonly reason: string };
    assert.equal(result.ok, false);
    assert.match(result.reason, reason);
  });
}

const BAD: readonly (readonly [string, string, RegExp])[] = [
  ["syntax", "object.", /IDENTIFIER/],
  ["unknown variables", "subject.name", /Unknown variable: subject/],
  ["types that can't fit", '1 + "a"', /no such overload/],
  ["endless length", "1 + ".repeat(2000) + "1", /longer than 4000/],
  ["endless depth", `${"(".repeat(500)}1${")".repeat(500)}`, /depth|nesting/i],
];

for (const [what, text, reason] of BAD) {
  test(`refused before anything runs: ${what}`, () => {
    const compiled = compileExpression(text, ["object"]);
    assert.equal(compiled.ok, false);
    assert.match(compiled.ok ? "" : compiled.reason, reason);
    assert.doesNotMatch(compiled.ok ? "" : compiled.reason, /\n/);
  });
}
