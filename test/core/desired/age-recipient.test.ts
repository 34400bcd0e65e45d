import assert from "node:assert/strict";
import { test } from "node:test";
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { isAgeRecipient } from "../../../src/core/desired/age-recipient.ts";

test("public recipients of both kinds that age makes are accepted, and not one with a typing error", async () => {
  for (const identity of [await generateX25519Identity(), await generateHybridIdentity()]) {
    const recipient = await identityToRecipient(identity);
    assert.equal(isAgeRecipient(recipient), true);
    const last = recipient.at(-1) === "q" ? "p" : "q";
    assert.equal(isAgeRecipient(`${recipient.slice(0, -1)}${last}`), false);
  }
});

test("a private key is no recipient, in upper or in lower case, though its checksum holds", async () => {
  for (const identity of [await generateX25519Identity(), await generateHybridIdentity()]) {
    assert.equal(isAgeRecipient(identity), false);
    assert.equal(isAgeRecipient(identity.toLowerCase()), false);
  }
});
