import { isFields } from "../model/fields.ts";
import { type KubeObject, describeRef, refOf } from "../model/kube-object.ts";
import { bytesOfText, decodeBase64, textOfBytes } from "./byte-text.ts";
import type { Needle } from "./needle-index.ts";
import { publicNames } from "./public-names.ts";

/** Values that consist of nothing but certificates and public keys are public (`ca.crt`, `tls.crt`). */
const PUBLIC_PEM =
  /^(?:-----BEGIN (?:TRUSTED )?(?:CERTIFICATE|PUBLIC KEY)-----[^-]+-----END (?:TRUSTED )?(?:CERTIFICATE|PUBLIC KEY)-----\s*)+$/;

/** What is looked for. `bytes` are the values that are no text, one unit for each byte. */
export interface SecretNeedles {
  readonly texts: readonly Needle[];
  readonly bytes: readonly Needle[];
}

/**
 * The forms of the captured Secrets' values that are looked for: as they are, in base64 of their own, escaped for JSON,
 * escaped for a URL; of what is no text, its base64 and its bytes. What was encoded together with something else is found
 * only where it is decoded first, as `binaryData` of a ConfigMap is. Left out are short ordinary words, public
 * certificates, and values that are names of the application's own objects (a user called like the service): those have
 * to be written anyway.
 */
export function secretNeedles(objects: readonly KubeObject[]): SecretNeedles {
  const names = publicNames(objects);
  const values = objects
    .filter((object) => object.apiVersion === "v1" && object.kind === "Secret")
    .flatMap((secret) => valuesOf(secret));
  return {
    texts: values.flatMap((value) => formsOf(value, names)),
    bytes: values.flatMap(({ label, text, binary }) =>
      text === null && binary !== null ? [{ text: binary, label }] : [],
    ),
  };
}

interface SecretValue {
  readonly label: string;
  /** Base64 as the cluster returned it; null for `stringData`. */
  readonly encoded: string | null;
  /** Null when the bytes are no text. */
  readonly text: string | null;
  /** One unit for each byte; null for `stringData`, and for what is no base64. */
  readonly binary: string | null;
}

function valuesOf(secret: KubeObject): readonly SecretValue[] {
  const label = (key: string): string => `${describeRef(refOf(secret))}, key ${key}`;
  const encoded = entriesOf(secret["data"]).map(([key, value]) => {
    const binary = decodeBase64(value);
    return { label: label(key), encoded: value, text: binary === null ? null : textOfBytes(binary), binary };
  });
  const written = entriesOf(secret["stringData"]).map(([key, text]) => {
    return { label: label(key), encoded: null, text, binary: null };
  });
  return [...encoded, ...written];
}

function entriesOf(value: unknown): readonly (readonly [string, string])[] {
  return Object.entries(isFields(value) ? value : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
}

function formsOf({ label, encoded, text }: SecretValue, names: ReadonlySet<string>): readonly Needle[] {
  const plain = text?.trim() ?? null;
  if (plain !== null && !isWorthGuarding(plain, names)) return [];
  const forms = new Set<string>();
  if (encoded !== null) forms.add(unpadded(encoded));
  if (plain !== null) {
    forms.add(plain);
    if (encoded === null || plain !== text) forms.add(unpadded(btoa(bytesOfText(plain))));
    if (CHANGED_BY_JSON.test(plain)) forms.add(JSON.stringify(plain).slice(1, -1));
    if (CHANGED_BY_URLS.test(plain)) forms.add(encodeURIComponent(plain.toWellFormed()));
  }
  return [...forms].map((form) => ({ text: form, label }));
}

const CHANGED_BY_JSON = /["\\\u0000-\u001f\ud800-\udfff]/;
const CHANGED_BY_URLS = /[^A-Za-z0-9_.!~*'()-]/;

/** Long enough to be no ordinary word, or shorter but mixed of letters and digits as passwords are. */
function isWorthGuarding(text: string, names: ReadonlySet<string>): boolean {
  if (names.has(text) || (text.startsWith("-----BEGIN ") && PUBLIC_PEM.test(text))) return false;
  return text.length > 8 || (text.length >= 6 && /\p{L}/u.test(text) && /\p{N}/u.test(text));
}

function unpadded(encoded: string): string {
  const dense = /\s/.test(encoded) ? encoded.replaceAll(/\s/g, "") : encoded;
  return dense.endsWith("=") ? dense.replace(/=+$/, "") : dense;
}
