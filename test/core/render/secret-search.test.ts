import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { emitObject } from "../../../src/core/render/emit-yaml.ts";
import { findNeedle, indexNeedles } from "../../../src/core/render/needle-index.ts";
import { createGuard, guardFile } from "../../../src/core/render/secret-guard.ts";
import { mayHoldPattern, secretPattern } from "../../../src/core/render/secret-patterns.ts";
import { anyText } from "../../builders/any-text.ts";

const label = "Secret shop/db, key password";

function refused(object: KubeObject, secret: string): readonly string[] {
  const guard = createGuard({ texts: [{ text: secret, label }], bytes: [] });
  const file = { path: "base/shop/configmap/a.yaml", text: emitObject(object), object, committed: false };
  return guardFile(file, guard).map(({ rule, message }) => `${rule} ${message}`);
}

function configMap(data: Readonly<Record<string, unknown>>): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "shop" }, data };
}

test("a value is found however YAML writes it: plain, quoted, escaped, in a block, as a key, in a list", () => {
  const secret = fc
    .oneof(
      fc.string({ minLength: 9, maxLength: 30 }),
      fc.stringMatching(/^[a-z"\\\n\t ]{9,30}$/),
      anyText({ minLength: 9, maxLength: 20 }),
    )
    .filter((text) => text.length >= 9);
  const around = fc.oneof(fc.constant(""), fc.string({ maxLength: 8 }), fc.constantFrom("line\n", "a: ", "\n  - "));
  const place = fc.constantFrom("value", "key", "list", "deep");
  fc.assert(
    fc.property(secret, around, place, (text, extra, where) => {
      const planted = `${extra}${text}${extra}`;
      const data: Readonly<Record<string, unknown>> = {
        value: { value: { k: planted } },
        key: { key: { [planted]: "v" } },
        list: { list: ["x", planted] },
        deep: { deep: [[{ a: { b: [planted] } }]] },
      }[where];
      const said = refused(configMap(data), text);
      assert.equal(said.length, 1, JSON.stringify(planted));
      assert.match(said[0] ?? "", /^secret-value .*Secret shop\/db, key password/s);
    }),
    { numRuns: 600 },
  );
});

test("a line that a secret's text has in common with a file is no secret", () => {
  const secret = "host=db.example.com\npassword=hunter2hunter2\n";
  assert.deepEqual(refused(configMap({ conf: "host=db.example.com\npassword=from-elsewhere\n" }), secret), []);
  assert.equal(refused(configMap({ conf: `# all\n${secret}# end\n` }), secret).length, 1);
  assert.equal(refused(configMap({ conf: "x\nab\ncd\nef\ngh\ny\n" }), "ab\ncd\nef\ngh").length, 1);
});

test("the look at a whole file misses nothing that a look at each string would find", () => {
  const piece = fc.constantFrom(
    "-----BEGIN RSA PRIVATE KEY-----",
    "AGE-SECRET-KEY-1QQ",
    "eyJhbGciOiJIUzI1.eyJzdWIiOiIx",
    "AKIAIOSFODNN7EXAMPLE",
    `ghp_${"a".repeat(36)}`,
    "xoxb-1234567890-abc",
    '{"auths": {"r": {"auth": "x"}}}',
    "postgres://app:pa$$word@db/shop",
    "https://user:p\\a\u0085ss@host",
  );
  const other = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom("\n", " ", '"', "\\", "é"));
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, other), { maxLength: 6 }), (parts) => {
      const text = parts.join("");
      if (secretPattern(text) !== null) assert.ok(mayHoldPattern(emitObject(configMap({ k: text }))));
    }),
    { numRuns: 800 },
  );
});

test("the search is about as quick for ten thousand secrets as for ten", () => {
  const secret = (index: number): string => createHash("sha256").update(`s${index}`).digest("base64");
  const hay = Array.from({ length: 4000 }, (_, index) => `line ${index}: ${secret(-index)}`).join("\n");
  const time = (count: number): number => {
    const index = indexNeedles(Array.from({ length: count }, (_, each) => ({ text: secret(each + 1), label })));
    const runs = Array.from({ length: 7 }, () => {
      const started = performance.now();
      assert.equal(findNeedle(hay, index), null);
      return performance.now() - started;
    });
    return Math.min(...runs);
  };
  const [few, many] = [time(10), time(10_000)];
  assert.ok(many < few * 10 + 5, `${few} ms for ten, ${many} ms for ten thousand`);
});
