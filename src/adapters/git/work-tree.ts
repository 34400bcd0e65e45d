import type { Buffer } from "node:buffer";
import { readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { GitFault } from "../../ports/git.ts";
import type { CheckoutState, FileTree } from "../../ports/git.ts";
import { fault } from "./git-faults.ts";
import type { ReadLimits } from "./limits.ts";
import { blobId } from "./object-ids.ts";
import { isSafePath, requirePath } from "./paths.ts";
import type { RunGit } from "./run-git.ts";
import { listTree } from "./tree-entries.ts";

/** Where and how to read. `runAt` starts git in another folder of the same clone. */
export interface WorkTreeReader {
  readonly run: RunGit;
  readonly runAt: (directory: string) => RunGit;
  readonly limits: ReadLimits;
}

/** See the port. One `rev-parse`, then one `ls-files` and one `ls-tree` side by side. */
export async function readCheckout(reader: WorkTreeReader, folders: readonly string[]): Promise<CheckoutState> {
  const paths = folders.map(requirePath);
  const { root, head, branch, shallow } = await readHead(reader.run);
  const run = reader.runAt(root);
  const [files, entries] = await Promise.all([
    readFiles(run, { root, paths, limits: reader.limits }),
    head === null || paths.length === 0
      ? []
      : listTree(run, head, { paths, maxFiles: reader.limits.files, sizes: false }),
  ]);
  const same = (path: string, id: string): boolean => {
    const content = files.get(path);
    return content !== undefined && isContentOf(content, id);
  };
  const dirty = files.size !== entries.length || !entries.every((entry) => same(entry.path, entry.id));
  return { root, head, branch, dirty, shallow };
}

/**
 * Compared by bytes, not by `git status`: that runs the clean filters that a repository configures. Line ends that a
 * `.gitattributes` turned into CR LF are not a change.
 */
function isContentOf(content: Buffer, id: string): boolean {
  if (blobId(content, id) === id) return true;
  return content.includes("\r\n") && blobId(content.toString("latin1").replaceAll("\r\n", "\n"), id) === id;
}

interface Head {
  readonly root: string;
  readonly head: string | null;
  readonly branch: string | null;
  readonly shallow: boolean;
}

async function readHead(run: RunGit): Promise<Head> {
  const place = ["rev-parse", "--is-shallow-repository", "--show-toplevel"];
  try {
    const { stdout } = await run({ args: [...place, "HEAD", "--symbolic-full-name", "HEAD"] });
    const [shallow, root, head = null, ref = ""] = lines(stdout);
    return { root: requireRoot(root), head, branch: branchOf(ref), shallow: shallow === "true" };
  } catch (error) {
    if (!(error instanceof GitFault) || error.code !== "unknown-revision") throw error;
    // HEAD names a branch that has no commit yet.
    const [shallow, root] = lines((await run({ args: place })).stdout);
    const [ref = ""] = lines((await run({ args: ["symbolic-ref", "--quiet", "HEAD"], exits: [0, 1] })).stdout);
    return { root: requireRoot(root), head: null, branch: branchOf(ref), shallow: shallow === "true" };
  }
}

function branchOf(ref: string): string | null {
  return ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
}

function requireRoot(root: string | undefined): string {
  if (root === undefined || !root.startsWith("/")) throw fault("not-a-repository", "git names no work tree");
  return root;
}

function lines(output: Buffer): string[] {
  return output.toString("utf8").split("\n");
}

/**
 * What `git add` would take from the work tree: tracked and untracked files, not the ignored ones, with the bytes that
 * are on disk. Throws `malformed` for a link that leaves the work tree or leads to a folder, and for a nested repository.
 */
export async function readWorkTree(reader: WorkTreeReader, folders: readonly string[]): Promise<FileTree> {
  const paths = folders.map(requirePath);
  const { stdout } = await reader.run({ args: ["rev-parse", "--show-toplevel"] });
  const root = requireRoot(lines(stdout)[0]);
  const files = await readFiles(reader.runAt(root), { root, paths, limits: reader.limits });
  return new Map([...files].map(([path, content]) => [path, content.toString("utf8")]));
}

async function readFiles(
  run: RunGit,
  request: { readonly root: string; readonly paths: readonly string[]; readonly limits: ReadLimits },
): Promise<ReadonlyMap<string, Buffer>> {
  const { paths, limits } = request;
  if (paths.length === 0) return new Map();
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"];
  const { stdout } = await run({ args: [...list, ...(paths.includes("") ? [] : paths)] });
  const names = [...new Set(stdout.toString("utf8").split("\0"))].filter((name) => name !== "").toSorted();
  if (names.length > limits.files) {
    throw fault("too-large", `${request.root} has ${names.length} files to read, more than ${limits.files}`);
  }
  const realRoot = await realpath(request.root);
  const files = new Map<string, Buffer>();
  let total = 0;
  for (const name of names) {
    const content = await readOne(realRoot, name, limits);
    if (content === null) continue;
    total += content.length;
    if (total > limits.totalBytes) {
      throw fault("too-large", `the files of ${request.root} up to ${name} exceed ${limits.totalBytes} bytes`);
    }
    files.set(name, content);
  }
  return files;
}

/** null: the file is in the index and deleted in the work tree. */
async function readOne(realRoot: string, name: string, limits: ReadLimits): Promise<Buffer | null> {
  const shown = JSON.stringify(name.slice(0, 200));
  if (name.endsWith("/")) throw fault("malformed", `${shown} is a repository of its own, which is not read`);
  if (!isSafePath(name)) throw fault("malformed", `the file name ${shown} is not a relative path`);
  let real: string;
  try {
    real = await realpath(join(realRoot, name));
  } catch (error) {
    if (isErrno(error, "ENOENT") || isErrno(error, "ENOTDIR")) return null;
    throw fault("failed", `${shown} can't be read`, { cause: error });
  }
  if (!real.startsWith(realRoot + sep) || !isSafePath(real.slice(realRoot.length + 1))) {
    throw fault("malformed", `${shown} is a link that leaves the repository`);
  }
  const info = await stat(real);
  if (!info.isFile()) throw fault("malformed", `${shown} is not a regular file but a folder, submodule or device`);
  if (info.size > limits.fileBytes) throw fault("too-large", `${shown} has more than ${limits.fileBytes} bytes`);
  return readFile(real);
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
