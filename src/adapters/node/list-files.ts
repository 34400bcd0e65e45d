import type { Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import type { FileProblem } from "../../ports/files.ts";

const MAX_DEPTH = 32;

export interface ListedFiles {
  /** Relative, forward slashes, sorted, each once. */
  readonly paths: readonly string[];
  readonly problems: readonly FileProblem[];
}

interface Walk {
  readonly top: string;
  readonly limit: number;
  readonly found: Set<string>;
  readonly problems: FileProblem[];
  /** Real paths of folders, so that links in a circle end. */
  readonly visited: Set<string>;
}

/** The YAML files at or below paths of a folder; `top` is its real path. Links are followed as long as they stay inside. */
export async function listFiles(top: string, paths: readonly string[], limit: number): Promise<ListedFiles> {
  const walk: Walk = { top, limit, found: new Set(), problems: [], visited: new Set() };
  for (const path of paths) await visit(walk, path, { depth: 0, named: true });
  return { paths: [...walk.found].sort(), problems: walk.problems };
}

async function visit(walk: Walk, path: string, at: { readonly depth: number; readonly named: boolean }): Promise<void> {
  const target = await resolve(walk, path, at.named);
  if (target === null) return;
  const { real, stats } = target;
  if (!stats.isDirectory()) {
    if (at.named || /\.ya?ml$/.test(path)) addFile(walk, path);
    return;
  }
  if (walk.visited.has(real) || at.depth > MAX_DEPTH) return;
  walk.visited.add(real);
  for (const name of (await readFolder(walk, path, real)).sort()) {
    if (name !== ".git") await visit(walk, `${path}/${name}`, { depth: at.depth + 1, named: false });
  }
}

/** null: it does not exist, which only a path that was asked for may do, or was noted as a problem. */
async function resolve(
  walk: Walk,
  path: string,
  mayBeAbsent: boolean,
): Promise<{ readonly real: string; readonly stats: Stats } | null> {
  try {
    const real = await realpath(join(walk.top, path));
    if (isOutside(walk.top, real)) {
      walk.problems.push({ code: "path-escape", path, message: "It is a symbolic link that leaves the repository." });
      return null;
    }
    return { real, stats: await stat(real) };
  } catch (error) {
    const code: unknown = error instanceof Error && "code" in error ? error.code : null;
    const absent = code === "ENOENT" || code === "ENOTDIR";
    if (absent && mayBeAbsent) return null;
    const message = absent ? "It is a symbolic link to nothing." : `It cannot be read (${String(code)}).`;
    walk.problems.push({ code: "file-unreadable", path, message });
    return null;
  }
}

async function readFolder(walk: Walk, path: string, real: string): Promise<string[]> {
  try {
    return await readdir(real);
  } catch {
    walk.problems.push({ code: "file-unreadable", path, message: "The folder cannot be read." });
    return [];
  }
}

function addFile(walk: Walk, path: string): void {
  if (walk.found.size < walk.limit) {
    walk.found.add(path);
    return;
  }
  if (walk.problems.some(({ path: noted }) => noted === ".")) return;
  const message = `There are more than ${walk.limit} files; the others were not read.`;
  walk.problems.push({ code: "file-unreadable", path: ".", message });
}

function isOutside(top: string, target: string): boolean {
  const way = relative(top, target);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}
