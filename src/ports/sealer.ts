/** Why something could not be encrypted. */
export type SealFaultCode =
  | "recipient" // an age recipient that is well-formed and still no usable key
  | "cipher"; // the cryptographic library failed

/** The one fault class of this port. The message never contains a key, a value or its length. */
export class SealFault extends Error {
  override readonly name = "SealFault";
  readonly code: SealFaultCode;
  constructor(code: SealFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One recipient's own age file (ASCII armour, final newline included) around the data key of a document. */
export interface WrappedKey {
  readonly recipient: string;
  readonly enc: string;
}

/** Base64 with padding; `data` without the tag. */
export interface Ciphertext {
  readonly data: string;
  readonly iv: string;
  readonly tag: string;
}

/** A fresh data key that only the recipients can ever read again, and what is encrypted with it. */
export interface DocumentKey {
  /** In the order of the recipients. */
  readonly wrapped: readonly WrappedKey[];
  /** AES-256-GCM over the UTF-8 of a text with a fresh 32-byte IV; `context` is authenticated with it. */
  readonly encrypt: (text: string, context: string) => Ciphertext;
  /** SHA-512 of a text's UTF-8, in lower-case hexadecimal. */
  readonly sha512: (text: string) => string;
}

/** Encryption for others: nothing here can decrypt, and no private key is ever needed. */
export interface SealerPort {
  /** A new random data key for one document, wrapped for each recipient; throws `SealFault`. */
  readonly documentKey: (recipients: readonly string[]) => Promise<DocumentKey>;
  /** 32 random bytes in base64, for `fingerprint`. */
  readonly fingerprintKey: () => string;
  /** HMAC-SHA256 of a text's UTF-8 under a base64 key, in lower-case hexadecimal. */
  readonly fingerprint: (key: string, text: string) => string;
}
