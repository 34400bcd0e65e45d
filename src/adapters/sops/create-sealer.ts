import { createCipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { type Ciphertext, type DocumentKey, SealFault, type SealerPort, type WrappedKey } from "../../ports/sealer.ts";

const KEY_BYTES = 32;
/** SOPS uses 32 bytes where AES-GCM usually has 12 (sops 3.13, aes/cipher.go). */
const IV_BYTES = 32;

/** Seals with Node's own AES-GCM and, for the data keys, with the age library of age's author. */
export function createSealer(): SealerPort {
  return {
    documentKey,
    fingerprintKey: () => randomBytes(KEY_BYTES).toString("base64"),
    fingerprint: (key, text) => createHmac("sha256", Buffer.from(key, "base64")).update(text, "utf8").digest("hex"),
  };
}

async function documentKey(recipients: readonly string[]): Promise<DocumentKey> {
  const key = randomBytes(KEY_BYTES);
  const wrapped: WrappedKey[] = [];
  for (const recipient of recipients) wrapped.push(await wrapKey(key, recipient));
  return {
    wrapped,
    encrypt: (text, context) => encryptValue(key, text, context),
    sha512: (text) => createHash("sha512").update(text, "utf8").digest("hex"),
  };
}

/**
 * SOPS wants a complete age file for each recipient, not one for all (sops 3.13, age/keysource.go).
 * The library is loaded by whoever seals something, not by every command.
 */
async function wrapKey(key: Uint8Array, recipient: string): Promise<WrappedKey> {
  const { Encrypter, armor } = await import("age-encryption");
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch (cause) {
    throw new SealFault("recipient", `${recipient} is not an age recipient that can be encrypted for`, { cause });
  }
  try {
    const file = armor.encode(await encrypter.encrypt(key));
    return { recipient, enc: file.endsWith("\n") ? file : `${file}\n` };
  } catch (cause) {
    throw new SealFault("cipher", `the data key could not be wrapped for ${recipient}`, { cause });
  }
}

function encryptValue(key: Uint8Array, text: string, context: string): Ciphertext {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(context, "utf8"));
  const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return {
    data: data.toString("base64"),
    iv: iv.toString("base64"),
    tag: cipher.getAuthTag().toString("base64"),
  };
}
