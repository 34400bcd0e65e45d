import { constants } from "node:fs";
import { lstat, mkdir, open, realpath, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import type { FileProblem, FileProblemCode, FilesPort, FilesRead } from "../../ports/files.ts";
import { FilesFault } from "../../ports/files.ts";
import type { FileTree } from "../../ports/git.ts";
import { listFiles } from "./list-files.ts";

export interface FileLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
}

const DEFAULT_LIMITS: FileLimits = { files: 20_000, fileBytes: 2 * 1024 * 1024, totalBytes: 128 * 1024 * 1024 };

/** A folder on this machine. `root` is absolute; nothing outside of it is ever read or written. */
export function createFiles(root: string, limits: FileLimits = DEFAULT_LIMITS): FilesPort {
  return {
    read: (paths) => readAll(root, paths, limits),
    create: (files) => createAll(root, files),
  };
}

async function readAll(root: string, paths: readonly string[], limits: FileLimits): Promise<FilesRead> {
  const top = await realFolder(root);
  const listed = await listFiles(top, paths, limits.files);
  const files = new Map<string, string>();
  const problems: FileProblem[] = [...listed.problems];
  let budget = limits.totalBytes;
  for (const path of listed.paths) {
    const outcome = await readText(top, path, Math.min(limits.fileBytes, budget));
    if ("message" in outcome) {
      problems.push(outcome);
      continue;
    }
    budget -= outcome.bytes;
    files.set(path, outcome.text);
  }
  return { files, problems };
}

type Outcome = { readonly text: string; readonly bytes: number } | FileProblem;

async function readText(top: string, path: string, limit: number): Promise<Outcome> {
  try {
    const target = await realpath(join(top, path));
    if (!isInside(top, target)) {
      return problem("path-escape", path, "It is a symbolic link that leaves the repository.");
    }
    // NONBLOCK, because opening a named pipe would wait for its writer for ever.
    const handle = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) return problem("file-unreadable", path, "It is not a regular file.");
      if (stat.size > limit)
        return problem("file-too-large", path, `It has ${stat.size} bytes; the limit is ${limit}.`);
      const bytes = await handle.readFile();
      return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), bytes: bytes.length };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return problem("file-unreadable", path, whyUnreadable(error));
  }
}

function whyUnreadable(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : null;
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "It is not UTF-8 text.";
  if (code === "EACCES" || code === "EPERM") return "There is no permission to read it.";
  if (code === "ENOENT") return "It is a symbolic link to nothing.";
  return `It cannot be read (${typeof code === "string" ? code : "unknown reason"}).`;
}

function problem(code: FileProblemCode, path: string, message: string): FileProblem {
  return { code, path, message };
}

async function realFolder(root: string): Promise<string> {
  try {
    const top = await realpath(root);
    if ((await lstat(top)).isDirectory()) return top;
  } catch (error) {
    throw faultOf(error, `${root} cannot be read`);
  }
  throw new FilesFault("no-folder", `${root} is not a folder.`);
}

function faultOf(error: unknown, what: string): FilesFault {
  const code: unknown = error instanceof Error && "code" in error ? error.code : null;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new FilesFault("no-folder", `${what}: there is no such folder.`, { cause: error });
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return new FilesFault("denied", `${what}: there is no permission.`, { cause: error });
  }
  return new FilesFault("failed", `${what} (${typeof code === "string" ? code : "unknown reason"}).`, { cause: error });
}

async function createAll(root: string, files: FileTree): Promise<readonly string[]> {
  try {
    return await createOrList(root, files);
  } catch (error) {
    throw error instanceof FilesFault ? error : faultOf(error, `Files cannot be written to ${root}`);
  }
}

async function createOrList(root: string, files: FileTree): Promise<readonly string[]> {
  for (const path of files.keys()) requireRelative(path);
  const taken: string[] = [];
  for (const path of files.keys()) if (await exists(join(root, path))) taken.push(path);
  if (taken.length > 0) return taken;
  await mkdir(root, { recursive: true });
  const top = await realpath(root);
  for (const [path, text] of files) {
    const folder = join(top, dirname(path));
    await mkdir(folder, { recursive: true });
    if (!isInside(top, await realpath(folder)))
      throw new FilesFault("failed", `${path} would be written outside of ${root}.`);
    // `wx`: whoever was faster keeps the file.
    await writeFile(join(top, path), text, { flag: "wx" });
  }
  return [];
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

function requireRelative(path: string): void {
  if (isAbsolute(path) || path.split("/").includes(".."))
    throw new FilesFault("failed", `${path} is not inside the folder.`);
}

function isInside(top: string, target: string): boolean {
  const way = relative(top, target);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
