import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/**
 * All refs of a bare repository below a prefix (a whole name, or a folder with or without its slash), by full name in
 * order: loose files over `packed-refs`, as gitrepository-layout(5) has them. Reading files spares the process that
 * `git for-each-ref` would be for each request. Symbolic refs and locks are not refs of their own.
 */
export async function readRefFiles(directory: string, prefix = "refs/"): Promise<ReadonlyMap<string, string>> {
  // In this order: a ref that is packed in between is then seen twice, not lost.
  const loose = await looseRefs(directory);
  const packed = await packedRefs(directory);
  const folder = prefix.endsWith("/") ? prefix : `${prefix}/`;
  const found = [...new Map([...packed, ...loose])].filter(([ref]) => ref === prefix || ref.startsWith(folder));
  return new Map(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const idLine = /^([0-9a-f]{40}|[0-9a-f]{64})\s*$/;

async function looseRefs(directory: string): Promise<readonly (readonly [string, string])[]> {
  const options = { recursive: true, withFileTypes: true } as const;
  const entries = await readdir(join(directory, "refs"), options).catch(orNothing<Dirent[]>([]));
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(".lock"));
  const refs = await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      // A ref that is deleted between the two looks is gone.
      const id = idLine.exec(await readFile(path, "latin1").catch(orNothing("")))?.[1];
      return id === undefined ? [] : [[relative(directory, path).split(sep).join("/"), id] as const];
    }),
  );
  return refs.flat();
}

async function packedRefs(directory: string): Promise<readonly (readonly [string, string])[]> {
  const text = await readFile(join(directory, "packed-refs"), "latin1").catch(orNothing(""));
  return [...text.matchAll(/^([0-9a-f]{40}|[0-9a-f]{64}) (refs\/\S+)$/gm)].map(
    (match) => [match[2] ?? "", match[1] ?? ""] as const,
  );
}

/** The file is not there: the answer is `nothing`. Any other reason is thrown. */
function orNothing<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return nothing;
    throw error;
  };
}
