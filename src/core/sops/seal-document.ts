import type { Fields } from "../model/fields.ts";
import type { KubeObject } from "../model/kube-object.ts";
import { emitMapping, emitObject } from "../render/emit-yaml.ts";
import { type Scalar, mapScalars } from "./walk-scalars.ts";

/** Selects a Secret's values. Anchored: SOPS tests each key of a path, wherever it matches. */
export const SECRET_SELECTOR = "^(data|stringData)$";
/** Selects a Route's inline private key and leaves its public certificates readable. */
export const KEY_SELECTOR = "^key$";
/** The release whose file format is written; SOPS refuses none, it only shows it. */
const FORMAT_VERSION = "3.13.2";

/** What encrypts one document: its data key, already wrapped for everyone who may read it. */
export interface DocumentCipher {
  readonly wrapped: readonly { readonly recipient: string; readonly enc: string }[];
  readonly encrypt: (
    text: string,
    context: string,
  ) => { readonly data: string; readonly iv: string; readonly tag: string };
  readonly sha512: (text: string) => string;
}

export interface SealOptions {
  /** SOPS' `encrypted_regex`. */
  readonly selector: string;
  /** Milliseconds since the epoch; SOPS keeps whole seconds. */
  readonly now: number;
  readonly cipher: DocumentCipher;
}

/**
 * An object as a SOPS file (3.13, YAML store, age). The MAC covers every value, the readable ones too: these files pass
 * through no formatter, and a name or label that somebody edits by hand must not go unnoticed (`mac_only_encrypted`
 * would allow that). For the same reason the emitter's quoting is part of the format: SOPS hashes what it parses.
 */
export function sealDocument(object: KubeObject, { selector, now, cipher }: SealOptions): string {
  const hashed: string[] = [];
  const sealed = mapScalars(object, selector, (scalar, value) => {
    hashed.push(scalar.text);
    return isEncrypted(scalar) ? encrypted(scalar, cipher) : value;
  });
  const lastmodified = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const mac = cipher.sha512(hashed.join("")).toUpperCase();
  const metadata = {
    age: cipher.wrapped.map(({ recipient, enc }) => ({ enc, recipient })),
    encrypted_regex: selector,
    lastmodified,
    mac: encrypted({ type: "str", text: mac, path: lastmodified }, cipher),
    version: FORMAT_VERSION,
  };
  return `${emitObject(sealed)}${emitMapping({ sops: metadata }, [])}`;
}

/** The object with the type of each encrypted value in its place: all that anyone without the key can see. */
export function maskDocument(object: KubeObject, selector: string): KubeObject {
  const masked: Fields = mapScalars(object, selector, (scalar, value) =>
    isEncrypted(scalar) ? `${MASK}${scalar.type}]` : value,
  );
  return masked as KubeObject;
}

const MASK = "ENC[AES256_GCM,type:";
const CIPHERTEXT = /ENC\[AES256_GCM,data:[A-Za-z0-9+/=]*,iv:[A-Za-z0-9+/=]*,tag:[A-Za-z0-9+/=]*,type:/g;
const ARMOUR = /-----BEGIN AGE ENCRYPTED FILE-----[A-Za-z0-9+/=\s]*-----END AGE ENCRYPTED FILE-----/g;

/** A sealed file with all that is random or encrypted taken out: ciphertext, and the wrapped data keys. */
export function maskSealed(text: string): string {
  return text.replaceAll(CIPHERTEXT, MASK).replaceAll(ARMOUR, "");
}

/** SOPS leaves an empty text as it is. */
function isEncrypted({ selected, type, text }: Scalar): boolean {
  return selected && (type !== "str" || text !== "");
}

function encrypted({ type, text, path }: Pick<Scalar, "type" | "text" | "path">, cipher: DocumentCipher): string {
  const { data, iv, tag } = cipher.encrypt(text, path);
  return `ENC[AES256_GCM,data:${data},iv:${iv},tag:${tag},type:${type}]`;
}
