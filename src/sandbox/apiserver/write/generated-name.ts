/** Letters and digits of generated suffixes; no vowels, so that no words come out (Kubernetes' own alphabet). */
const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
const maximumGeneratedBase = 63 - suffixLength;

/** A name for `generateName`; the suffix is derived from the new object's uid, so that runs repeat. */
export function generatedName(base: string, uid: string): string {
  let state = 0x811c9dc5;
  for (let index = 0; index < uid.length; index++) state = Math.imul(state ^ uid.charCodeAt(index), 0x01000193) >>> 0;
  let suffix = "";
  for (let index = 0; index < suffixLength; index++) {
    suffix += suffixAlphabet.charAt(state % suffixAlphabet.length);
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
  }
  return base.slice(0, maximumGeneratedBase) + suffix;
}
