import { asString, asStringMap, at } from "../model/fields.ts";
import { type KubeObject, type ObjectRef, groupOf } from "../model/kube-object.ts";
import { compareBytes } from "./byte-order.ts";
import { emitObject } from "./emit-yaml.ts";
import { type BaseObject, SECRETS_FOLDER } from "./folder-files.ts";
import { objectPath } from "./file-names.ts";
import { emitKustomization } from "./kustomization.ts";
import type { Change } from "./render-result.ts";

const SUFFIX = ".sops.yaml";

/**
 * What was encrypted of a capture before it is rendered: encryption is random and takes its time, rendering is neither.
 * Nothing in here can be decrypted by whoever made it.
 */
export interface SealedFolder {
  /** What brings the folder to the receiving cluster, and so who decrypts. */
  readonly delivery: "argocd" | "flux" | "direct";
  /** By identity (`refKey`). */
  readonly objects: ReadonlyMap<string, SealedObject>;
  /** Who could read the committed files and is named no longer. */
  readonly removedRecipients: readonly string[];
  /** Why it could not be done; null when it could. */
  readonly problem: { readonly message: string; readonly remedy: string } | null;
}

export interface SealedObject {
  readonly ref: ObjectRef;
  /** Path of its file in the folder. */
  readonly path: string;
  /** The encrypted file. */
  readonly text: string;
  /** The object as anyone can read it: encrypted values are replaced by their type. */
  readonly clear: KubeObject;
  /** Keyed hash of the file; null: not known, and it is sealed anew when it can be. */
  readonly seal: string | null;
  /** The file without everything that is encrypted or random, for the guard. */
  readonly readable: string;
  readonly changes: readonly Change[];
}

/** True for what may be on the branch only in encrypted form. */
export function needsSealing(object: KubeObject): boolean {
  if (object.apiVersion === "v1" && object.kind === "Secret") return true;
  const isRoute = groupOf(object.apiVersion) === "route.openshift.io" && object.kind === "Route";
  return isRoute && (asString(at(object, "spec", "tls", "key")) ?? "") !== "";
}

/** Where an object's encrypted file lies in the folder. */
export function sealedPath(object: KubeObject, digest: (text: string) => string): string {
  return `${SECRETS_FOLDER}/${objectPath(object, digest).slice(0, -".yaml".length)}${SUFFIX}`;
}

/** True for the path of an encrypted file. */
export function isSealedPath(path: string): boolean {
  return path.startsWith(`${SECRETS_FOLDER}/`) && path.endsWith(SUFFIX);
}

/**
 * What was written to each encrypted file, as a keyed hash of its bytes: nobody without the private key sees in a file that
 * two ciphertexts changed places. Not part of what is delivered.
 */
export const SEALS_FILE = `${SECRETS_FOLDER}/seals.json`;

/** Path to keyed hash, as a folder has them; empty when it has none or they can't be read. */
export function readSeals(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  try {
    return new Map(Object.entries(asStringMap(JSON.parse(files.get(SEALS_FILE) ?? "{}"))));
  } catch {
    return new Map();
  }
}

/**
 * The files of `secrets/`; none without objects. Flux builds first and decrypts what comes out of the build, so there the
 * files are resources. Argo CD has no decryption of its own: there KSOPS opens them, as a generator (render rules of
 * kustomize 5 and KSOPS 4). Either way the encrypted files are the same.
 */
export function secretsFolder(
  objects: readonly SealedObject[],
  folder: SealedFolder | undefined,
): ReadonlyMap<string, string> {
  if (objects.length === 0) return new Map();
  const paths = objects.map(({ path }) => path.slice(SECRETS_FOLDER.length + 1)).sort(compareBytes);
  const generated = folder?.delivery === "argocd";
  const kustomization = emitKustomization({
    kind: "Kustomization",
    resources: generated ? [] : paths,
    components: [],
    generators: generated ? ["ksops.yaml"] : [],
    patches: [],
  });
  return new Map([
    [`${SECRETS_FOLDER}/kustomization.yaml`, kustomization],
    ...(generated ? [[`${SECRETS_FOLDER}/ksops.yaml`, ksopsGenerator(paths)] as const] : []),
    [SEALS_FILE, sealsFile(objects)],
    ...objects.map(({ path, text }) => [path, text] as const),
  ]);
}

function sealsFile(objects: readonly SealedObject[]): string {
  const seals = objects.flatMap(({ path, seal }) => (seal === null ? [] : [[path, seal] as const]));
  seals.sort(([a], [b]) => compareBytes(a, b));
  return `${JSON.stringify(Object.fromEntries(seals), null, 2)}\n`;
}

function ksopsGenerator(paths: readonly string[]): string {
  return emitObject({
    apiVersion: "viaduct.ai/v1",
    kind: "ksops",
    metadata: {
      name: SECRETS_FOLDER,
      annotations: { "config.kubernetes.io/function": "exec:\n  path: ksops\n" },
    },
    files: paths,
  });
}

/** What a reader without the key sees of an encrypted file, in the form in which the base is checked. */
export function readableObject({ path, clear }: SealedObject): BaseObject {
  return { path, object: clear, text: emitObject(clear) };
}
