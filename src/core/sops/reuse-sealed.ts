import { MARK_PREFIX } from "../model/marks.ts";
import { type KubeObject, refOf } from "../model/kube-object.ts";
import { type SealedObject, isSealedPath } from "../render/sealed-objects.ts";
import type { Sealable } from "./prepare-sealing.ts";
import { maskDocument, maskSealed } from "./seal-document.ts";
import { fingerprintText, isSealedAs, recipientsOf } from "./sealed-file.ts";

/** Annotation with the keyed fingerprint of what a sealed file holds. Never a plain hash: short values could be guessed. */
export const CONTENT_HMAC = `${MARK_PREFIX}content-hmac`;

export interface SealingRules {
  /** Who may read the files, in the order of the receiving cluster's document. */
  readonly recipients: readonly string[];
  /** HMAC of a text under the installation's key. */
  readonly fingerprint: (text: string) => string;
  /** What the standby's branch holds now. */
  readonly previous: ReadonlyMap<string, string>;
  /** What was written there, of `previous` (`readSeals`). */
  readonly seals: ReadonlyMap<string, string>;
}

/** An object that carries its fingerprint, and the committed file where that may stay as it is. */
export interface Fingerprinted {
  readonly source: Sealable;
  readonly object: KubeObject;
  /** Null: it has to be encrypted. */
  readonly committed: string | null;
}

/**
 * An unchanged value keeps its bytes, or every pass would make a commit: encryption never gives the same twice. Only bytes
 * that were once written for it: what a person moved, or made up, is encrypted anew.
 */
export function fingerprinted(source: Sealable, rules: SealingRules): Fingerprinted {
  const { recipients, fingerprint, previous, seals } = rules;
  const { selector, path } = source;
  const { metadata } = source.object;
  const hmac = fingerprint(fingerprintText({ object: source.object, selector, recipients }));
  const object = {
    ...source.object,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [CONTENT_HMAC]: hmac } },
  };
  const text = previous.get(path);
  const written = text !== undefined && seals.get(path) === sealOf({ path, text }, rules);
  const stays = written && isSealedAs(text, { object, selector, recipients });
  return { source, object, committed: stays ? text : null };
}

/** Never the text of a value's fingerprint, which begins with a bracket. */
function sealOf(file: { readonly path: string; readonly text: string }, { fingerprint }: SealingRules): string {
  return fingerprint(`${file.path}\n${file.text}`);
}

/** The finished file with what the renderer checks and reports. */
export function sealedObject({ source }: Fingerprinted, text: string, rules: SealingRules): SealedObject {
  return {
    ref: refOf(source.object),
    path: source.path,
    text,
    seal: sealOf({ path: source.path, text }, rules),
    // Without the fingerprint, which is as random as ciphertext to whoever does not know the key.
    clear: maskDocument(source.object, source.selector),
    readable: maskSealed(text).replace(FINGERPRINT, ""),
    changes: source.changes,
  };
}

const FINGERPRINT = new RegExp(`^ +${CONTENT_HMAC.replaceAll(".", "\\.")}: .*\\n`, "m");

/** Recipients of committed files that the receiving cluster no longer names; sorted. */
export function removedRecipients(
  previous: ReadonlyMap<string, string>,
  recipients: readonly string[],
): readonly string[] {
  const found = [...previous].filter(([path]) => isSealedPath(path)).flatMap(([, text]) => recipientsOf(text));
  return [...new Set(found)].filter((recipient) => !recipients.includes(recipient)).sort();
}
