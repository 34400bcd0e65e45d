import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildFolder } from "../../../src/core/render/build-folder.ts";
import { findNotPortable, isProvenText, readsBackAs } from "../../../src/core/render/check-emission.ts";
import { emitObject } from "../../../src/core/render/emit-yaml.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import { captureOf, configMap, namespace, secret, serverMeta } from "./live-objects.ts";
import { anyText } from "../../builders/any-text.ts";
import { TORTURE } from "./yaml-texts.ts";

const MEBIBYTE = 2 ** 20;

test("a ConfigMap of a mebibyte, binary and text, is written, searched and read back", () => {
  const bytes = Buffer.from(Array.from({ length: (MEBIBYTE * 3) / 8 }, (_, index) => (index * 31) % 251));
  const lines = Array.from({ length: 8000 }, (_, index) => `line ${index}: äöü ${"x".repeat(40)}`).join("\n");
  const big = { ...configMap("big", { lines }), binaryData: { blob: bytes.toString("base64") } };
  const { files, refusals } = renderApplication(captureOf([namespace(), big, secret("db", { key: "hunter2hunter2" })]));
  assert.deepEqual(refusals, []);
  const [back] = buildFolder(files);
  assert.deepEqual(back?.["data"], { lines });
  assert.deepEqual(back?.["binaryData"], big.binaryData);
});

test("text without a UTF-8 form is refused, and the refusal names object and field", () => {
  for (const [field, data] of Object.entries({ "/data/k": { k: "a\ud800b" }, "/data": { "k\udc00": "v" } })) {
    const { refusals, files } = renderApplication(captureOf([namespace(), configMap("a", data)]));
    assert.equal(files.size, 0);
    assert.deepEqual(
      refusals.map(({ rule, object }) => [rule, object?.kind, object?.name]),
      [["not-portable", "ConfigMap", "a"]],
    );
    assert.ok(refusals[0]?.message.includes(field), refusals[0]?.message);
  }
});

test("a key that is too long for a YAML parser is refused", () => {
  const { refusals } = renderApplication(captureOf([namespace(), configMap("a", { ["k".repeat(1025)]: "v" })]));
  assert.deepEqual(
    refusals.map(({ rule }) => rule),
    ["not-portable"],
  );
});

test("an annotation that kustomize can't print is refused; as data the same text passes", () => {
  const text = "\tindented\nlines";
  const annotated = configMap("a", { k: text });
  const { refusals } = renderApplication(
    captureOf([
      namespace(),
      { ...annotated, metadata: { ...annotated.metadata, annotations: { note: text } } },
      configMap("b", { k: text }),
    ]),
  );
  assert.deepEqual(
    refusals.map(({ rule, object }) => [rule, object?.name]),
    [["not-portable", "a"]],
  );
  assert.match(refusals[0]?.message ?? "", /\/metadata\/annotations\/note/);
});

test("what is not read back at run time can't be misread: both ways of looking agree", () => {
  const text = fc.oneof(fc.constantFrom(...TORTURE), fc.string(), anyText(), fc.stringMatching(/^[ -~\n]*$/));
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      text,
      fc.double(),
      fc.boolean(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(text, tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).value;
  fc.assert(
    fc.property(fc.dictionary(text, value, { maxKeys: 4, noNullPrototype: true }), (fields) => {
      const object = { apiVersion: "v1", kind: "A", metadata: serverMeta("a"), spec: fields };
      const written = emitObject(object);
      if (!isProvenText(written)) return;
      assert.equal(findNotPortable(object), null);
      assert.ok(readsBackAs(written, object));
    }),
    { numRuns: 600 },
  );
});
