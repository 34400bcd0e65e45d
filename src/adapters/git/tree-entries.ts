import { fault } from "./git-faults.ts";
import type { ReadLimits } from "./limits.ts";
import { isSafePath, requireCommit } from "./paths.ts";
import type { RunGit } from "./run-git.ts";

/** A file of a commit. The path is as git has it: a hostile tree may hold any name. */
export interface TreeEntry {
  readonly path: string;
  /** `100644` or `100755` for a file, `120000` a symlink, `160000` a submodule. */
  readonly mode: string;
  readonly id: string;
  /** Bytes; 0 for a submodule and when sizes were not asked for. */
  readonly size: number;
}

const entryLine = /^(\d{6}) (?:blob|commit) ([0-9a-f]{40}|[0-9a-f]{64})(?: +(\d+|-))?\t(.*)$/s;

/**
 * All files of a commit below the given paths (`[]` or `""`: everywhere), in git's order, from one `ls-tree`. Sizes cost
 * git a look at every object. Throws `too-large` over `maxFiles`, `unknown-revision`.
 */
export async function listTree(
  run: RunGit,
  commit: string,
  options: { readonly paths: readonly string[]; readonly maxFiles: number; readonly sizes: boolean },
): Promise<readonly TreeEntry[]> {
  const paths = options.paths.includes("") ? [] : options.paths;
  const sizes = options.sizes ? ["-l"] : [];
  const args = ["ls-tree", "-r", ...sizes, "-z", "--full-tree", requireCommit(commit), "--", ...paths];
  const { stdout } = await run({ args });
  const text = stdout.toString("utf8");
  if (text !== "" && !text.endsWith("\0")) throw fault("malformed", `git ls-tree ${commit} was cut short`);
  const lines = text === "" ? [] : text.slice(0, -1).split("\0");
  if (lines.length > options.maxFiles) {
    throw fault("too-large", `commit ${commit} has ${lines.length} files to read, more than ${options.maxFiles}`);
  }
  return lines.map((line) => parseEntry(line, commit));
}

function parseEntry(line: string, commit: string): TreeEntry {
  const [, mode, id, size, path] = entryLine.exec(line) ?? [];
  if (mode === undefined || id === undefined || path === undefined) {
    throw fault("malformed", `git ls-tree ${commit} printed a line that is not an entry`);
  }
  return { path, mode, id, size: size === undefined || size === "-" ? 0 : Number(size) };
}

/** Throws unless every entry is a regular file with a harmless name that appears once, within the limits. */
export function requireReadable(entries: readonly TreeEntry[], commit: string, limits: ReadLimits): void {
  let total = 0;
  const seen = new Set<string>();
  for (const { path, mode, size } of entries) {
    const where = `${JSON.stringify(path.slice(0, 200))} at commit ${commit}`;
    if (!isSafePath(path)) throw fault("malformed", `the file name ${where} is not a relative path`);
    if (seen.has(path)) throw fault("malformed", `${where} is there twice`);
    if (mode === "120000") throw fault("malformed", `${where} is a symlink, which is not followed`);
    if (mode === "160000") throw fault("malformed", `${where} is a submodule, which is not read`);
    seen.add(path);
    total += size;
    if (size > limits.fileBytes) throw fault("too-large", `${where} has more than ${limits.fileBytes} bytes`);
    if (total > limits.totalBytes)
      throw fault("too-large", `the files up to ${where} exceed ${limits.totalBytes} bytes`);
  }
}
