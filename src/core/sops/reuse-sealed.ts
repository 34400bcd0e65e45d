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
}

/** An object that carries its fingerprint, and the committed file where that may stay as it is. */
export interface Fingerprinted {
  readonly source: Sealable;
  readonly object: KubeObject;
  /** Null: it has to be encrypted. */
  readonly committed: string | null;
}

/** An unchanged value keeps its bytes, or every pass would make a commit: encryption never gives the same twice. */
export function fingerprinted(source: Sealable, { recipients, fingerprint, previous }: SealingRules): Fingerprinted {
  const { selector, path } = source;
  const { metadata } = source.object;
  const hmac = fingerprint(fingerprintText({ object: source.object, selector, recipients }));
  const object = {
    ...source.object,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [CONTENT_HMAC]: hmac } },
  };
  const text = previous.get(path);
  const stays = text !== undefined && isSealedAs(text, { object, selector, recipients });
  return { source, object, committed: stays ? text : null };
}

/** The finished file with what the renderer checks and reports. */
export function sealedObject({ source }: Fingerprinted, text: string): SealedObject {
  return {
    ref: refOf(source.object),
    path: source.path,
    text,
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
