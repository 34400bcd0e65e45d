import type { Dirent } from "node:fs";
import { mkdir, readdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/**
 * All refs of a bare repository below a prefix (a whole name, or a folder with or without its slash), by full name in
 * order: loose files over `packed-refs`, as gitrepository-layout(5) has them. Reading files spares the process that
 * `git for-each-ref` would be for each request. Symbolic refs and locks are not refs of their own.
 */
export async function readRefFiles(directory: string, prefix = "refs/"): Promise<ReadonlyMap<string, string>> {
  const folder = prefix.endsWith("/") ? prefix : `${prefix}/`;
  // In this order: a ref that is packed in between is then seen twice, not lost.
  const loose = await looseRefs(directory, prefix);
  const packed = (await packedRefs(directory)).filter(([ref]) => ref === prefix || ref.startsWith(folder));
  return new Map([...new Map([...packed, ...loose])].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Makes a ref point at a commit, or takes it away (null), as a loose file. Only for a repository that nothing else writes
 * to meanwhile and that has no packed refs; throws what the file system says, e.g. where a folder is in the way.
 */
export async function writeRefFile(directory: string, ref: string, commit: string | null): Promise<void> {
  const file = join(directory, ref);
  if (commit === null) return unlink(file);
  const lock = `${file}.lock`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(lock, `${commit}\n`, { flag: "wx" });
  await rename(lock, file);
}

/** Whether some refs are in `packed-refs`, where `writeRefFile` does not reach. */
export async function hasPackedRefs(directory: string): Promise<boolean> {
  return (await packedRefs(directory)).length > 0;
}

const idLine = /^([0-9a-f]{40}|[0-9a-f]{64})\s*$/;

type Refs = readonly (readonly [string, string])[];

async function looseRefs(directory: string, prefix: string): Promise<Refs> {
  const whole = prefix.endsWith("/") ? undefined : idLine.exec(await textOf(join(directory, prefix)))?.[1];
  if (whole !== undefined) return [[prefix, whole]];
  const options = { recursive: true, withFileTypes: true } as const;
  const entries = await readdir(join(directory, prefix), options).catch(orNothing<Dirent[]>([]));
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(".lock"));
  const refs = await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const id = idLine.exec(await textOf(path))?.[1];
      return id === undefined ? [] : [[relative(directory, path).split(sep).join("/"), id] as const];
    }),
  );
  return refs.flat();
}

async function packedRefs(directory: string): Promise<Refs> {
  const text = await textOf(join(directory, "packed-refs"));
  return [...text.matchAll(/^([0-9a-f]{40}|[0-9a-f]{64}) (refs\/\S+)$/gm)].map(
    (match) => [match[2] ?? "", match[1] ?? ""] as const,
  );
}

/** A ref that is deleted between two looks is gone, and a folder is no ref. */
function textOf(path: string): Promise<string> {
  return readFile(path, "latin1").catch(orNothing(""));
}

/** It is not there, or is no file: the answer is `nothing`. Any other reason is thrown. */
function orNothing<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if (["ENOENT", "EISDIR", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return nothing;
    throw error;
  };
}
