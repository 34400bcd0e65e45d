import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { load } from "js-yaml";
import { parse } from "yaml";
import { compareBytes } from "../../../src/core/render/byte-order.ts";
import { findNotPortable, readsBackAs, sameValue } from "../../../src/core/render/check-emission.ts";
import { emitList, emitMapping, emitObject } from "../../../src/core/render/emit-yaml.ts";
import { anyText } from "../../builders/any-text.ts";
import { TORTURE } from "./yaml-texts.ts";

function readAll(text: string): readonly unknown[] {
  return [parse(text, { version: "1.2" }), parse(text, { version: "1.1", logLevel: "error" }), load(text)];
}

function assertReadsBack(value: Record<string, unknown>): void {
  const text = emitObject(value);
  for (const read of readAll(text)) assert.deepEqual(read, value, text);
  assert.equal(readsBackAs(text, value), true);
}

test("acceptance 10: every string of the torture list reads back in three parsers, as value, as list item and as key", () => {
  for (const text of TORTURE.filter((each) => findNotPortable(each) === null)) {
    assertReadsBack({ value: text, list: [text, [text], { nested: text }], deep: { map: { value: text } } });
    if (text !== "<<" && text.length < 500) assertReadsBack({ data: { [text]: "x" } });
  }
});

test("acceptance 10: random strings over a hostile alphabet read back", () => {
  const alphabet = fc.constantFrom(
    ..." \t\n:#-?[]{},&*!|>'\"%@`\\/=<~.+_0123456789abeEfFinoOxXyYs$()é\u00a0\u2028\ufeff\u0001🙂",
  );
  const text = fc
    .oneof(fc.string({ unit: alphabet, maxLength: 30 }), fc.constantFrom(...TORTURE))
    .filter((each) => findNotPortable(each) === null);
  const value = fc.dictionary(
    text.filter((key) => key !== "__proto__" && key.length < 300),
    fc.oneof(text, fc.array(text, { maxLength: 3 })),
    { noNullPrototype: true, maxKeys: 4 },
  );
  fc.assert(
    fc.property(value, (map) => assertReadsBack({ data: map })),
    { numRuns: 200 },
  );
});

test("numbers and booleans keep their type, integers never get an exponent", () => {
  const value = { a: 0, b: -1, c: 1e21, d: 0.5, e: true, f: false, g: 4711, h: Number.MAX_SAFE_INTEGER };
  assertReadsBack(value);
  assert.match(emitObject(value), /^c: 1000000000000000000000$/m);
  assert.equal(emitObject({ a: -0 }), "a: 0\n");
});

test("the canonical form: key order, list indentation, empty collections, blocks", () => {
  const object = {
    spec: { list: [{ name: "a", args: ["x", ["y"]] }, {}, []], empty: {}, none: [], "10": "ten", "9": "nine" },
    metadata: { zone: "z", annotations: { b: "1", a: "2" }, labels: { app: "web" }, namespace: "shop", name: "web" },
    kind: "Thing",
    apiVersion: "v1",
    data: { script: "#!/bin/sh\n\necho hi\n", last: "a\nb" },
    gone: null,
  };
  const expected = `apiVersion: v1
kind: Thing
metadata:
  name: web
  namespace: shop
  labels:
    app: web
  annotations:
    a: "2"
    b: "1"
  zone: z
data:
  last: |-
    a
    b
  script: |
    #!/bin/sh

    echo hi
spec:
  "10": ten
  "9": nine
  empty: {}
  list:
  - args:
    - x
    - - "y"
    name: a
  - {}
  - []
  none: []
`;
  assert.equal(emitObject(object), expected);
  assert.equal(emitMapping({ b: "1", a: "2" }, ["b"]), 'b: "1"\na: "2"\n');
  assert.equal(emitList(["a", { b: "c" }]), "- a\n- b: c\n");
});

test("keys sort by UTF-8 bytes, as Go does", () => {
  const keys = ["🙂", "\uff00", "a", "é", "B", "10", "2", "a.b", "a-b"];
  const byBuffer = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual([...keys].sort(compareBytes), byBuffer);
  fc.assert(
    fc.property(anyText({ maxLength: 8 }), anyText({ maxLength: 8 }), (a, b) => {
      assert.equal(Math.sign(compareBytes(a, b)), Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});

test("what some reader would change is found before it is written", () => {
  for (const text of ["\ud800", "a\udfffb", "\u007f", "a\u0085b", "a\u2028b", "\u009f", "\uffff"])
    assert.equal(findNotPortable({ a: [{ b: text }] }), "/a/0/b");
  assert.equal(findNotPortable({ data: { "<<": "x" } }), "/data");
  assert.equal(findNotPortable({ a: Number.NaN }), "/a");
  assert.equal(findNotPortable({ a: "fine", b: [1, true, null] }), null);
});

test("the self-check notices a difference", () => {
  assert.equal(readsBackAs("a: yes\n", { a: "yes" }), false);
  assert.equal(readsBackAs("a: 0o17\n", { a: "0o17" }), false);
  assert.equal(readsBackAs("a: [\n", { a: [] }), false);
  assert.equal(readsBackAs("a: x\n", { a: "x", b: null }), true);
  assert.equal(sameValue([1], { "0": 1 }), false);
  assert.equal(sameValue({ a: undefined }, {}), true);
  assert.equal(sameValue({}, JSON.parse('{"__proto__": 1}')), false);
});
