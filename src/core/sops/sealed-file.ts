import type { KubeObject } from "../model/kube-object.ts";
import { emitObject } from "../render/emit-yaml.ts";
import { maskDocument, maskSealed } from "./seal-document.ts";

/** Raised when the rules of sealing change, so that everything is sealed once anew. */
const RULES_VERSION = 1;

/** What a sealed file is made from, before encryption. */
export interface Unsealed {
  readonly object: KubeObject;
  readonly selector: string;
  /** Everyone who may read the file, in the order of the document. */
  readonly recipients: readonly string[];
}

/**
 * The text whose keyed hash says whether something changed. It contains the values, so it never leaves memory; a plain
 * hash of it must not be published either, since short values could be guessed.
 */
export function fingerprintText({ object, selector, recipients }: Unsealed): string {
  return JSON.stringify([RULES_VERSION, selector, recipients, emitObject(object)]);
}

/**
 * True when a committed file may stay as it is, byte for byte. `object` carries its fingerprint: then everything that can
 * be compared without the private key is equal, and the fingerprint speaks for the values.
 */
export function isSealedAs(text: string, { object, selector, recipients }: Unsealed): boolean {
  const end = text.indexOf(METADATA);
  if (end < 0) return false;
  const [body, metadata] = [text.slice(0, end + 1), text.slice(end)];
  return (
    sameTexts(recipientsOf(metadata), recipients) &&
    maskSealed(body) === emitObject(maskDocument(object, selector)) &&
    metadata.includes("\n  mac: ")
  );
}

const METADATA = "\nsops:\n";

/** The recipients that a sealed file names, in its order. */
export function recipientsOf(text: string): readonly string[] {
  const metadata = text.slice(Math.max(0, text.indexOf(METADATA)));
  return [...metadata.matchAll(/^ +(?:- )?recipient: "?(age1[a-z0-9]+)"?$/gm)].map(([, recipient]) => recipient ?? "");
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
