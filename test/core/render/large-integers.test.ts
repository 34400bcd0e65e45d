import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { parseLossless, stringifyLossless } from "../../../src/adapters/kubernetes/lossless-json.ts";
import { buildFolder } from "../../../src/core/render/build-folder.ts";
import { activateFolder } from "../../../src/core/render/activation.ts";
import { readsBackAs, sameValue } from "../../../src/core/render/check-emission.ts";
import { emitObject } from "../../../src/core/render/emit-yaml.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import { captureOf, namespace } from "./live-objects.ts";

/** What an API server answers for a custom resource. */
const ANSWER = `{"apiVersion":"example.com/v1","kind":"Ledger","metadata":{"name":"a","namespace":"shop","uid":"u"},
"spec":{"from":9007199254740993,"to":-9223372036854775808,"limits":[18446744073709551615,12],"note":"größer"}}`;

test("a custom resource's 64-bit integers go from the API to the file and back digit by digit", () => {
  const live = parseLossless(ANSWER) as KubeObject;
  const { files, refusals } = renderApplication(captureOf([namespace(), live]));
  assert.deepEqual(refusals, []);
  const [text = ""] = [...files.values()].filter((each) => each.includes("kind: Ledger"));
  for (const digits of ["from: 9007199254740993\n", "to: -9223372036854775808\n", "- 18446744073709551615\n"])
    assert.ok(text.includes(digits), digits);
  const [back] = buildFolder(activateFolder(files));
  assert.ok(back !== undefined);
  assert.match(stringifyLossless(back), /"from":9007199254740993,.*\[18446744073709551615,12\]/);
});

test("any integer is written so that both versions of YAML read it exactly", () => {
  const integer = fc.oneof(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.integer(), fc.maxSafeInteger());
  fc.assert(
    fc.property(fc.array(integer, { maxLength: 5 }), (numbers) => {
      const object = { apiVersion: "v1", kind: "A", metadata: { name: "a" }, spec: { numbers, ü: 1 } };
      assert.ok(readsBackAs(emitObject(object), object));
    }),
  );
  assert.equal(sameValue(9007199254740992, 9007199254740993n), false);
  assert.equal(sameValue(5, 5n), true);
  assert.equal(sameValue(5.5, 5n), false);
});
