import assert from "node:assert/strict";
import { createCipheriv, createHash } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import {
  type DocumentCipher,
  KEY_SELECTOR,
  SECRET_SELECTOR,
  maskSealed,
  sealDocument,
} from "../../../src/core/sops/seal-document.ts";
import { codePoint } from "../../builders/any-text.ts";
import { decryptWith, sopsMetadata } from "../../builders/sops-reader.ts";

const NOW = Date.parse("2026-01-02T03:04:05.678Z");
const KEY = bytes(0x00);

/** 32 bytes counted up from a first one. */
function bytes(first: number): Buffer {
  return Buffer.from(Array.from({ length: 32 }, (_, index) => (first + index) & 0xff));
}

/** A cipher with a known key, whose IVs are counted up as in the test vector. */
function knownCipher(): DocumentCipher {
  const used = { count: 0 };
  return {
    wrapped: [
      { recipient: "age1known", enc: "-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n" },
    ],
    encrypt: (text, context) => {
      used.count += 1;
      const iv = bytes(0x20 * used.count);
      const cipher = createCipheriv("aes-256-gcm", KEY, iv);
      cipher.setAAD(Buffer.from(context));
      const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]).toString("base64");
      return { data, iv: iv.toString("base64"), tag: cipher.getAuthTag().toString("base64") };
    },
    sha512: (text) => createHash("sha512").update(text).digest("hex"),
  };
}

function seal(object: KubeObject, selector = SECRET_SELECTOR): string {
  return sealDocument(object, { selector, now: NOW, cipher: knownCipher() });
}

function secret(data: Record<string, string>, more: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "db", namespace: "shop" },
    type: "Opaque",
    data,
    ...more,
  };
}

const VECTOR = secret({ password: "aHVudGVyMg==", username: "YWRtaW4=" }, { immutable: true });

describe("the published test vector (accepted by sops 3.13)", () => {
  const text = seal(VECTOR);

  test("values are encrypted with their path as context", () => {
    const password =
      "ENC[AES256_GCM,data:domnPelIgFqLNltK,iv:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=,tag:vYB9S+QgpC+jcKWNrx8Kqw==,type:str]";
    const username =
      "ENC[AES256_GCM,data:PSxhEOC9X9c=,iv:QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8=,tag:JT5hx0HIZXscuJjalum0mw==,type:str]";
    assert.ok(text.includes(`  password: "${password}"\n  username: "${username}"\n`), text);
  });

  test("the MAC is the hash of all values in the order of the file, encrypted for the time", () => {
    // The vector has its values in another order than the branch's files, so its hash differs; the rule is the same.
    const hash = createHash("sha512")
      .update("v1SecretdbshopaHVudGVyMg==YWRtaW4=TrueOpaque")
      .digest("hex")
      .toUpperCase();
    const cipher = createCipheriv("aes-256-gcm", KEY, bytes(0x60));
    cipher.setAAD(Buffer.from("2026-01-02T03:04:05Z"));
    const data = Buffer.concat([cipher.update(hash), cipher.final()]).toString("base64");
    assert.ok(sopsMetadata(text).mac.includes(`data:${data},`));
  });

  test("a file with the vector's own order and MAC is accepted by the reader that the other tests trust", () => {
    const mac =
      "ENC[AES256_GCM,data:XkG3SHocAEK276GIfOS+zboy4mIRhdl+SbJtETNyeDeKvnQsUfdTM3au/+io2oAUTnZ1dYeTJ6d9uzYLHQMXaN9e1P05rG6yJKz+iL6VzuJtq/edpU2XsQl6dPYuSPboVLk8xuJWwjVXBH9pBLIf8PH2gkPslclsrJHH2LX2e7E=,iv:YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn8=,tag:eYBkcWzIJEfWBVhe5ZXt5A==,type:str]";
    const [, data = ""] = /\n(data:\n(?: .*\n)+)/.exec(text) ?? [];
    const [, metadata = ""] = /(\nsops:\n[^]*)$/.exec(text) ?? [];
    const head =
      "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: shop\nimmutable: true\ntype: Opaque\n";
    const vector = `${head}${data}${metadata.slice(1).replace(/mac: .*/, `mac: "${mac}"`)}`;
    assert.deepEqual(decryptWith(vector, KEY), VECTOR);
  });

  test("metadata is sorted, the time is quoted, and keys stay readable", () => {
    const masked = maskSealed(text);
    assert.equal(
      masked,
      `apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
data:
  password: "ENC[AES256_GCM,type:str]"
  username: "ENC[AES256_GCM,type:str]"
immutable: true
type: Opaque
sops:
  age:
  - enc: |
      
    recipient: age1known
  encrypted_regex: "^(data|stringData)$"
  lastmodified: "2026-01-02T03:04:05Z"
  mac: "ENC[AES256_GCM,type:str]"
  version: "3.13.2"
`,
    );
  });
});

describe("an independent reader gets back what was sealed", () => {
  const key = fc.oneof(
    fc.string({ minLength: 1, unit: "grapheme-ascii" }),
    fc.constantFrom("a.b", "__proto__", "10", "2", "y", "data", "null"),
  );
  const value = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((data) => Buffer.from(data).toString("base64")),
    fc.string({ unit: "grapheme" }).map((text) => Buffer.from(text).toString("base64")),
    fc.constant(""),
  );

  test("any data, binary and empty, with any keys and labels", () => {
    fc.assert(
      fc.property(
        fc.dictionary(key, value, { noNullPrototype: true }),
        fc.dictionary(key, fc.string()),
        (data, labels) => {
          const object = { ...secret(data), metadata: { name: "db", namespace: "shop", labels } };
          const read = decryptWith(seal(object), KEY);
          assert.deepEqual(read["data"] ?? {}, data);
          assert.deepEqual(Object(read["metadata"]).labels ?? {}, { ...labels });
        },
      ),
      { numRuns: 80 },
    );
  });

  test("any JSON under a selected key keeps its types", () => {
    const json = fc.jsonValue({ stringUnit: codePoint }).filter((each) => !JSON.stringify(each).includes("null"));
    fc.assert(
      fc.property(json, (data) => {
        const object = { ...secret({}), data } as unknown as KubeObject;
        const read = decryptWith(seal(object), KEY);
        assert.deepEqual(JSON.parse(JSON.stringify(read["data"])), JSON.parse(JSON.stringify(data)));
      }),
      { numRuns: 80 },
    );
  });

  test("200 kB", () => {
    const data = { blob: Buffer.alloc(150_000, "drover").toString("base64") };
    assert.deepEqual(decryptWith(seal(secret(data)), KEY)["data"], data);
  });

  test("a Route with only its private key encrypted", () => {
    const route: KubeObject = {
      apiVersion: "route.openshift.io/v1",
      kind: "Route",
      metadata: { name: "web", namespace: "shop" },
      spec: {
        port: { targetPort: 8443 },
        tls: { certificate: "public\nlines\n", key: "private\nlines\n" },
        to: { weight: 100 },
      },
    };
    const text = seal(route, KEY_SELECTOR);
    assert.ok(text.includes("public") && !text.includes("private"));
    assert.deepEqual(decryptWith(text, KEY), route);
  });
});

describe("whoever changes a file without the key is found out", () => {
  const text = seal(VECTOR);
  const cases: readonly (readonly [string, (text: string) => string, RegExp])[] = [
    ["another name", (file) => file.replace("name: db", "name: dc"), /MAC/],
    ["another readable field", (file) => file.replace("immutable: true", "immutable: false"), /MAC/],
    ["a value left out", (file) => file.replace(/ {2}username: .*\n/, ""), /MAC/],
    ["another byte of a value", (file) => file.replace("data:domn", "data:domm"), /authenticate/],
    ["values exchanged", (file) => file.replace("password:", "p:").replace("username:", "password:"), /authenticate/],
    ["another time", (file) => file.replace("03:04:05Z", "03:04:06Z"), /authenticate/],
    ["a value in clear", (file) => file.replace(/username: .*/, "username: YWRtaW4="), /not/],
  ];
  for (const [what, change, why] of cases) {
    test(what, () => {
      assert.notEqual(change(text), text);
      assert.throws(() => decryptWith(change(text), KEY), why);
    });
  }
});
