import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Import {
  /** As written: `./x.ts`, `node:fs`, `zod`. */
  readonly specifier: string;
  /** Path from the root for a relative import; null for a package. */
  readonly target: string | null;
  readonly kind: "value" | "type" | "dynamic";
}

export interface SourceFile {
  /** From the root, forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and without the content of strings. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** All TypeScript below a top-level folder. */
export function sources(folder: "src" | "test"): readonly SourceFile[] {
  return globSync(`${folder}/**/*.ts`, { cwd: ROOT })
    .sort()
    .map((path) => {
      const text = readFileSync(join(ROOT, path), "utf8");
      return { path, text, code: withoutProse(text), imports: importsOf(path, text) };
    });
}

const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s*)?"([^"]+)"/gm;
const DYNAMIC = /\bimport\(\s*"([^"]+)"\s*\)/g;

function importsOf(path: string, text: string): readonly Import[] {
  const resolve = (specifier: string): string | null =>
    specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : null;
  const written = [...text.matchAll(STATEMENT)].map(([, type, specifier = ""]): Import => {
    return { specifier, target: resolve(specifier), kind: type === undefined ? "value" : "type" };
  });
  const dynamic = [...text.matchAll(DYNAMIC)].map(([, specifier = ""]): Import => {
    return { specifier, target: resolve(specifier), kind: "dynamic" };
  });
  return [...written, ...dynamic];
}

const PROSE = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;

function withoutProse(text: string): string {
  return text.replace(PROSE, (found) => (found.startsWith("/") ? "" : '""'));
}

/** Package of a specifier: `@scope/name` or `name`, without what follows. */
export function packageOf(specifier: string): string {
  const steps = specifier.split("/");
  return specifier.startsWith("@") ? steps.slice(0, 2).join("/") : (steps[0] ?? specifier);
}
