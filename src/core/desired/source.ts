import type { Location } from "../model/finding.ts";

/** A step into a document: a mapping key or a list index. */
export type FieldPath = readonly (string | number)[];

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** Where one document stands. Positions are data, so that a desired state can be compared and copied like any value. */
export interface Source {
  /** Path relative to the repository, forward slashes. */
  readonly file: string;
  /** Start of the document. */
  readonly start: Position;
  /** Position of every value, by `pathKey`. */
  readonly values: ReadonlyMap<string, Position>;
  /** Position of every mapping key, by `pathKey` of the value behind it. */
  readonly keys: ReadonlyMap<string, Position>;
}

/** Everything that was read from a document carries its source, for findings that later stages make. */
export interface Declared {
  readonly name: string;
  readonly source: Source;
}

/** One string per field path, unambiguous for any key. */
export function pathKey(path: FieldPath): string {
  return JSON.stringify(path);
}

/** The path as people write it: `spec.clusters[1].syncPair`. */
export function describePath(path: FieldPath): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}

/**
 * File, line and column of a field's value, e.g. `locate(application, ["spec", "placement", "activeCluster"])`. A field
 * that is absent is found at the key of its nearest present ancestor, where the person has to add it.
 */
export function locate(declared: Pick<Declared, "source">, path: FieldPath): Location {
  const { source } = declared;
  const value = source.values.get(pathKey(path));
  if (value !== undefined) return { file: source.file, ...value };
  return locateKey(declared, path.slice(0, -1));
}

/** Like `locate`, but the position of the field's key; the document's start when no ancestor has one. */
export function locateKey(declared: Pick<Declared, "source">, path: FieldPath): Location {
  const { source } = declared;
  for (let length = path.length; length > 0; length -= 1) {
    const prefix = pathKey(path.slice(0, length));
    const found = source.keys.get(prefix) ?? source.values.get(prefix);
    if (found !== undefined) return { file: source.file, ...found };
  }
  return { file: source.file, ...source.start };
}
