import { asList, asString, at, isFields } from "../model/fields.ts";
import { type KubeObject, describeRef, refOf } from "../model/kube-object.ts";
import { splitImage } from "./image-name.ts";
import type { Needle } from "./needle-index.ts";

/** Values that consist of nothing but certificates and public keys are public (`ca.crt`, `tls.crt`). */
const PUBLIC_PEM =
  /^(?:-----BEGIN (?:TRUSTED )?(?:CERTIFICATE|PUBLIC KEY)-----[^-]+-----END (?:TRUSTED )?(?:CERTIFICATE|PUBLIC KEY)-----\s*)+$/;

/**
 * Every form in which a value of a captured Secret could stand in a text: as it is, in base64, escaped for JSON, escaped
 * for a URL. Short ordinary words are left out, and values that are names of the application's own objects (a user called
 * like the service): those have to be written anyway.
 */
export function secretNeedles(objects: readonly KubeObject[]): readonly Needle[] {
  const names = publicNames(objects);
  return objects
    .filter((object) => object.apiVersion === "v1" && object.kind === "Secret")
    .flatMap((secret) => valuesOf(secret).flatMap((value) => formsOf(value, names)));
}

interface SecretValue {
  readonly label: string;
  /** Base64 as the cluster returned it; null for `stringData`. */
  readonly encoded: string | null;
  /** Null when the bytes are no text. */
  readonly text: string | null;
}

function valuesOf(secret: KubeObject): readonly SecretValue[] {
  const label = (key: string): string => `${describeRef(refOf(secret))}, key ${key}`;
  const encoded = entriesOf(secret["data"]).map(([key, value]) => ({
    label: label(key),
    encoded: value,
    text: decode(value),
  }));
  return [
    ...encoded,
    ...entriesOf(secret["stringData"]).map(([key, value]) => ({ label: label(key), encoded: null, text: value })),
  ];
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
    if (encoded === null || plain !== text) forms.add(unpadded(encode(plain)));
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

const ASCII = /^[\u0000-\u007f]*$/;

function decode(encoded: string): string | null {
  try {
    const binary = atob(encoded);
    if (ASCII.test(binary)) return binary;
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Base64 of the text's UTF-8 bytes. Lone surrogates have none and become U+FFFD. */
function encode(text: string): string {
  if (ASCII.test(text)) return btoa(text);
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Identifiers that the rendered files must contain: names, namespaces, service addresses, images, what `app` labels say. */
function publicNames(objects: readonly KubeObject[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const object of objects) {
    const { name, namespace, labels } = object.metadata;
    names
      .add(name)
      .add(namespace ?? "")
      .add(object.kind);
    for (const key of Object.keys(labels ?? {}))
      if (key === "app" || key.startsWith("app.kubernetes.io/")) names.add(labels?.[key] ?? "");
    if (object.kind === "Service") for (const address of addressesOf(name, namespace ?? "")) names.add(address);
    addWorkloadNames(names, object);
  }
  return names;
}

function addressesOf(name: string, namespace: string): readonly string[] {
  const short = `${name}.${namespace}`;
  return [short, `${short}.svc`, `${short}.svc.cluster.local`];
}

function addWorkloadNames(names: Set<string>, object: KubeObject): void {
  for (const container of asList(at(object, "spec", "template", "spec", "containers"))) {
    const { name } = splitImage(asString(at(container, "image")) ?? "");
    names.add(asString(at(container, "name")) ?? "").add(name);
    for (const part of name.split("/")) names.add(part);
  }
}
