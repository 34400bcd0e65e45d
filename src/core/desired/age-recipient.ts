const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;

/** The readable parts of public recipients: X25519, and the hybrid of age 1.3. A private key has another one, in any case. */
const PUBLIC = new Set(["age", "age1pq"]);

/**
 * Whether a text is a public age recipient: Bech32 (BIP 173, checksum constant 1) with a known readable part. The checksum
 * matters: a mistyped recipient would make secrets that nobody on the standby can open.
 */
export function isAgeRecipient(text: string): boolean {
  if (text.length > 4096 || !text.startsWith("age")) return false;
  const separator = text.lastIndexOf("1");
  const readable = text.slice(0, separator);
  const data = text.slice(separator + 1);
  if (!PUBLIC.has(readable) || data.length < 8) return false;
  const values = [...data].map((character) => ALPHABET.indexOf(character));
  return !values.includes(-1) && checksum([...expand(readable), ...values]) === 1;
}

function expand(readable: string): readonly number[] {
  const codes = [...readable].map((character) => character.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function checksum(values: readonly number[]): number {
  let state = 1;
  for (const value of values) {
    const top = state >>> 25;
    state = ((state & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((generator, bit) => {
      if (((top >>> bit) & 1) === 1) state ^= generator;
    });
  }
  return state >>> 0;
}
