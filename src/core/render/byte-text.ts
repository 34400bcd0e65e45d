/** Bytes as a string with one unit for each, which is how `atob` gives them and how they can be searched. */

const ASCII = /^[\u0000-\u007f]*$/;

/** The bytes that a base64 text stands for; null when it is none. */
export function decodeBase64(encoded: string): string | null {
  try {
    return atob(encoded);
  } catch {
    return null;
  }
}

/** The text that the bytes are in UTF-8; null when they are none. */
export function textOfBytes(binary: string): string | null {
  if (ASCII.test(binary)) return binary;
  try {
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The UTF-8 bytes of a text. Lone surrogates have none and become U+FFFD. */
export function bytesOfText(text: string): string {
  if (ASCII.test(text)) return text;
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return binary;
}
