import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { Encrypter, armor, generateX25519Identity, identityToRecipient } from "age-encryption";
import { createSealer } from "../../src/adapters/sops/create-sealer.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";
import { captureOf, namespace } from "../core/render/live-objects.ts";
import { renderSealed } from "../builders/sealed-capture.ts";
import type { BenchResult } from "./bench-result.ts";
import { medianOfPairs } from "./median.ts";
import { costOf } from "./process-cost.ts";

const SECRETS = 2_000;
const SAMPLES = 3;
/** The ciphers must stay most of the work. */
const BOUND = 2;

/** Values of one Secret, as people have them: a user, a password, an address. */
const VALUES = [8, 24, 80] as const;

/**
 * Sealing 2 000 Secrets, from captured objects to the checked files of `secrets/`, against nothing but the ciphers: one
 * wrapped data key for each file, AES-256-GCM for each value, one SHA-512.
 */
export async function sealSecretsBench(): Promise<BenchResult> {
  const recipients = [await identityToRecipient(await generateX25519Identity())];
  const sealer = createSealer();
  const capture = captureOf([namespace(), ...Array.from({ length: SECRETS }, (_, index) => secretNumber(index))]);
  const ours = async (): Promise<void> => {
    const { refusals, files } = await renderSealed(capture, { sealer, recipients });
    if (refusals.length > 0 || files.size < SECRETS) throw new Error("not everything was sealed");
  };
  await ours();
  await ciphersOnly(recipients);
  const pairs: (readonly [number, number])[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const own = await costOf(ours);
    const floor = await costOf(() => ciphersOnly(recipients));
    process.stderr.write(`seal: ms ${Math.round(own.cost.ms)}, ciphers ${Math.round(floor.cost.ms)}\n`);
    pairs.push([own.cost.ms, floor.cost.ms]);
  }
  return { name: "seal", against: "ciphers", ratio: medianOfPairs(pairs), bound: BOUND, samples: SAMPLES };
}

function secretNumber(index: number): KubeObject {
  const values = VALUES.map((size, at) => [`key-${at}`, randomBytes(size).toString("base64")]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `secret-${index}`, namespace: "shop", uid: `uid-${index}`, resourceVersion: String(index) },
    type: "Opaque",
    data: Object.fromEntries(values),
  };
}

async function ciphersOnly(recipients: readonly string[]): Promise<void> {
  for (let secret = 0; secret < SECRETS; secret += 1) {
    const key = randomBytes(32);
    for (const recipient of recipients) {
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipient);
      armor.encode(await encrypter.encrypt(key));
    }
    // The values, and the MAC that SOPS seals beside them.
    for (const size of [...VALUES, 128]) encrypt(key, randomBytes(size).toString("base64"));
    createHash("sha512").update("x".repeat(200)).digest("hex");
  }
}

function encrypt(key: Uint8Array, text: string): string {
  const cipher = createCipheriv("aes-256-gcm", key, randomBytes(32));
  cipher.setAAD(Buffer.from("data:key:"));
  return Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64");
}
