import type { Issue } from "../issue.ts";
import { nearest } from "../nearest.ts";
import type { FieldPath } from "../source.ts";
import { describePath } from "../source.ts";

interface Target {
  readonly kind: "Cluster" | "DRPolicy";
  readonly known: ReadonlyMap<string, unknown>;
  readonly broken: ReadonlySet<string>;
}

/** The issue of a name that no document has; null when it is known, be it with errors of its own. */
export function unknownReference(name: string, path: FieldPath, target: Target): Issue | null {
  if (target.known.has(name) || target.broken.has(name)) return null;
  const candidates = [...target.known.keys(), ...target.broken];
  const guess = nearest(name, candidates);
  const choice = candidates.length === 0 ? `There is no ${target.kind} yet: add one.` : listed(target.kind, candidates);
  return {
    code: "unknown-reference",
    severity: "error",
    path,
    at: "value",
    message: `${describePath(path)} names the ${target.kind} ${name}, which does not exist.`,
    remedy: guess === null ? choice : `Did you mean ${guess}?`,
  };
}

function listed(kind: string, names: readonly string[]): string {
  const shown = [...names].sort().slice(0, 10).join(", ");
  return `Add the ${kind}, or name one of: ${shown}${names.length > 10 ? ", …" : ""}.`;
}
