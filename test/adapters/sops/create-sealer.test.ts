import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { createSealer } from "../../../src/adapters/sops/create-sealer.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { SECRET_SELECTOR, sealDocument } from "../../../src/core/sops/seal-document.ts";
import { recipientsOf } from "../../../src/core/sops/sealed-file.ts";
import { SealFault } from "../../../src/ports/sealer.ts";
import { readSops } from "../../builders/sops-reader.ts";

const SECRET: KubeObject = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "db", namespace: "shop" },
  data: { password: "aHVudGVyMg==" },
};
const NOW = Date.parse("2026-01-02T03:04:05Z");

describe("sealing for others", () => {
  test("each recipient alone can read the file, nobody else can", async () => {
    const identities = [await generateX25519Identity(), await generateX25519Identity(), await generateHybridIdentity()];
    const recipients = await Promise.all(identities.map(identityToRecipient));
    const cipher = await createSealer().documentKey(recipients);
    const text = sealDocument(SECRET, { selector: SECRET_SELECTOR, now: NOW, cipher });
    assert.deepEqual(recipientsOf(text), recipients);
    for (const identity of identities) assert.deepEqual(await readSops(text, identity), SECRET);
    await assert.rejects(readSops(text, await generateX25519Identity()), /no key fits/);
  });

  test("nothing is used twice: not the data key, not an IV", async () => {
    const recipient = await identityToRecipient(await generateX25519Identity());
    const sealer = createSealer();
    const [first, second] = await Promise.all([sealer.documentKey([recipient]), sealer.documentKey([recipient])]);
    const ciphertexts = [first, first, second].map((key) => key.encrypt("value", "data:password:"));
    assert.equal(new Set(ciphertexts.map(({ iv }) => iv)).size, 3);
    assert.equal(new Set(ciphertexts.map(({ data }) => data)).size, 3);
    assert.notEqual(first.wrapped[0]?.enc, second.wrapped[0]?.enc);
  });

  test("a recipient that is none is named, without anything else", async () => {
    await assert.rejects(createSealer().documentKey(["age1nothing"]), (error) => {
      assert.ok(error instanceof SealFault);
      assert.deepEqual([error.code, error.message.includes("age1nothing")], ["recipient", true]);
      return true;
    });
  });

  test("fingerprints depend on key and text", () => {
    const sealer = createSealer();
    const [key, other] = [sealer.fingerprintKey(), sealer.fingerprintKey()];
    assert.equal(Buffer.from(key, "base64").length, 32);
    assert.equal(sealer.fingerprint(key, "a"), sealer.fingerprint(key, "a"));
    const all = [sealer.fingerprint(key, "a"), sealer.fingerprint(key, "b"), sealer.fingerprint(other, "a")];
    assert.equal(new Set(all).size, 3);
    assert.match(all[0] ?? "", /^[0-9a-f]{64}$/);
  });
});
