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
  const forms = new Set([
    ...(encoded === null ? [] : [unpadded(encoded)]),
    ...(plain === null
      ? []
      : [plain, unpadded(encode(plain)), JSON.stringify(plain).slice(1, -1), encodeURIComponent(plain)]),
  ]);
  return [...forms].map((form) => ({ text: form, label }));
}

/** Long enough to be no ordinary word, or shorter but mixed of letters and digits as passwords are. */
function isWorthGuarding(text: string, names: ReadonlySet<string>): boolean {
  if (names.has(text) || PUBLIC_PEM.test(text)) return false;
  return text.length > 8 || (text.length >= 6 && /\p{L}/u.test(text) && /\p{N}/u.test(text));
}

function unpadded(encoded: string): string {
  return encoded.replaceAll(/\s/g, "").replace(/=+$/, "");
}

function decode(encoded: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Base64 of the text's UTF-8 bytes. Lone surrogates have none and become U+FFFD. */
function encode(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Identifiers that the rendered files must contain: names, namespaces, service addresses, images, what `app` labels say. */
function publicNames(objects: readonly KubeObject[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const object of objects) {
    const { name, namespace, labels } = object.metadata;
    const apps = Object.entries(labels ?? {}).filter(([key]) => key === "app" || key.startsWith("app.kubernetes.io/"));
    for (const text of [name, namespace ?? "", object.kind, ...apps.map(([, value]) => value)]) names.add(text);
    if (object.kind === "Service") for (const address of addressesOf(name, namespace ?? "")) names.add(address);
    for (const text of workloadNames(object)) names.add(text);
  }
  return names;
}

function addressesOf(name: string, namespace: string): readonly string[] {
  const short = `${name}.${namespace}`;
  return [short, `${short}.svc`, `${short}.svc.cluster.local`];
}

function workloadNames(object: KubeObject): readonly string[] {
  const containers = asList(at(object, "spec", "template", "spec", "containers"));
  return containers.flatMap((container) => {
    const { name } = splitImage(asString(at(container, "image")) ?? "");
    return [asString(at(container, "name")) ?? "", name, ...name.split("/")];
  });
}
