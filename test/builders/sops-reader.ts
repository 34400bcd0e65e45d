import { createDecipheriv, createHash } from "node:crypto";
import { Decrypter, armor } from "age-encryption";
import { isMap, isScalar, isSeq, parseDocument } from "yaml";

/** Reads SOPS files independently of what writes them: another YAML library, the walk written from the format. */

type Plain = null | string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** The decrypted document without its metadata; throws when a value, the MAC or the key does not fit. */
export async function readSops(text: string, identity: string): Promise<{ readonly [key: string]: Plain }> {
  return decryptWith(text, await unwrap(sopsMetadata(text), identity));
}

export interface SopsMetadata {
  readonly age: readonly { readonly recipient: string; readonly enc: string }[];
  readonly encrypted_regex: string;
  readonly lastmodified: string;
  readonly mac: string;
  readonly version: string;
}

/** The metadata alone. */
export function sopsMetadata(text: string): SopsMetadata {
  return Object(parseDocument(text).toJS()).sops as SopsMetadata;
}

/** The same with the data key itself. */
export function decryptWith(text: string, key: Uint8Array): { readonly [key: string]: Plain } {
  const file = parseDocument(text, { version: "1.2" });
  const metadata = Object(file.toJS()).sops as SopsMetadata;
  if (typeof metadata.lastmodified !== "string") throw new Error("lastmodified is not a string");
  const state = { key, selector: new RegExp(metadata.encrypted_regex), hash: createHash("sha512") };
  file.delete("sops");
  const plain = decryptNode(file.contents, { path: [], ...state });
  const mac = decryptText(metadata.mac, metadata.lastmodified, key);
  if (mac !== state.hash.digest("hex").toUpperCase()) throw new Error("MAC mismatch");
  return plain as { readonly [key: string]: Plain };
}

async function unwrap(metadata: SopsMetadata, identity: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  for (const { enc } of metadata.age) {
    try {
      return await decrypter.decrypt(armor.decode(enc));
    } catch {
      continue;
    }
  }
  throw new Error("no key fits");
}

interface Walk {
  readonly path: readonly string[];
  readonly key: Uint8Array;
  readonly selector: RegExp;
  readonly hash: ReturnType<typeof createHash>;
}

function decryptNode(node: unknown, walk: Walk): Plain {
  if (isMap(node)) {
    const entries = node.items.map((pair): [string, Plain] => {
      const key = isScalar(pair.key) ? String(pair.key.value) : "";
      return [key, decryptNode(pair.value, { ...walk, path: [...walk.path, key] })];
    });
    return Object.fromEntries(entries);
  }
  if (isSeq(node)) return node.items.map((item) => decryptNode(item, walk));
  const value = plainScalar(isScalar(node) ? node.value : null);
  if (value === null) return null;
  const selected = walk.path.some((element) => walk.selector.test(element));
  if (selected && value !== "") return decryptScalar(String(value), walk);
  walk.hash.update(typeof value === "boolean" ? (value ? "True" : "False") : String(value));
  return value;
}

function plainScalar(value: unknown): null | string | number | boolean {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  throw new Error(`a scalar of type ${typeof value}`);
}

function decryptScalar(sealed: string, { path, key, hash }: Walk): Plain {
  const text = decryptText(sealed, path.map((element) => `${element}:`).join(""), key);
  hash.update(text);
  switch (/type:([a-z]+)\]$/.exec(sealed)?.[1]) {
    case "str":
      return text;
    case "int":
    case "float":
      return Number(text);
    case "bool":
      return text === "True";
    default:
      throw new Error("an unknown type");
  }
}

function decryptText(sealed: string, context: string, key: Uint8Array): string {
  const parts = /^ENC\[AES256_GCM,data:([^,]*),iv:([^,]*),tag:([^,]*),type:[a-z]+\]$/.exec(sealed);
  if (parts === null) throw new Error("a value that should be encrypted is not");
  const [data, iv, tag] = parts.slice(1).map((part) => Buffer.from(part, "base64"));
  if (data === undefined || iv === undefined || tag === undefined) throw new Error("broken ciphertext");
  const decipher = createDecipheriv("aes-256-gcm", key, iv);
  decipher.setAAD(Buffer.from(context, "utf8"));
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(data), decipher.final()]).toString("utf8");
}
