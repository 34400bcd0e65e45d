import { Buffer } from "node:buffer";
import type { FileTree } from "../../ports/git.ts";
import { fault } from "./git-faults.ts";
import type { ReadLimits } from "./limits.ts";
import { isBelow, requireCommit, requirePath } from "./paths.ts";
import type { RunGit } from "./run-git.ts";
import { listTree, requireReadable } from "./tree-entries.ts";
import type { TreeEntry } from "./tree-entries.ts";

/** Text of blobs by id. Ids are content hashes, so an entry never goes stale; the cache saves a process per pass. */
export interface BlobCache {
  readonly get: (id: string) => string | undefined;
  readonly put: (id: string, text: string) => void;
}

/** Forgets everything once it holds `maxCharacters`: simple, and a pass reads little more than the last one did. */
export function createBlobCache(maxCharacters: number): BlobCache {
  const texts = new Map<string, string>();
  let held = 0;
  return {
    get: (id) => texts.get(id),
    put: (id, text) => {
      if (text.length > maxCharacters || texts.has(id)) return;
      if (held + text.length > maxCharacters) {
        texts.clear();
        held = 0;
      }
      texts.set(id, text);
      held += text.length;
    },
  };
}

/**
 * Files at a commit below the paths: one `ls-tree` and one `cat-file --batch`, so no filter, attribute or hook is
 * involved. Bytes that are not UTF-8 read as U+FFFD: dropping such a file would look like its removal.
 * Throws `malformed` for symlinks, submodules and escaping names, `too-large` over a limit, `unknown-revision`.
 */
export async function readTree(
  run: RunGit,
  request: { readonly commit: string; readonly paths: readonly string[] },
  options: { readonly limits: ReadLimits; readonly cache: BlobCache },
): Promise<FileTree> {
  const entries = await readableEntries(run, request, { limits: options.limits, sizes: true });
  const texts = await readBlobs(run, [...new Set(entries.map((entry) => entry.id))], options.cache);
  return new Map(entries.map((entry) => [entry.path, textOf(texts, entry)]));
}

/** Path to blob id of the same files; throws the same, but for sizes, which nobody looks at. */
export async function listFiles(
  run: RunGit,
  request: { readonly commit: string; readonly paths: readonly string[] },
  limits: ReadLimits,
): Promise<ReadonlyMap<string, string>> {
  const entries = await readableEntries(run, request, { limits, sizes: false });
  return new Map(entries.map(({ path, id }) => [path, id]));
}

async function readableEntries(
  run: RunGit,
  request: { readonly commit: string; readonly paths: readonly string[] },
  { limits, sizes }: { readonly limits: ReadLimits; readonly sizes: boolean },
): Promise<readonly TreeEntry[]> {
  const commit = requireCommit(request.commit);
  const paths = request.paths.map(requirePath);
  if (paths.length === 0) return [];
  const entries = await listTree(run, commit, { paths, maxFiles: limits.files, sizes });
  requireReadable(entries, commit, limits);
  await requireNoLinkedFolder(run, commit, { paths, entries });
  return entries;
}

/**
 * A path below a symlink or submodule lists as empty, which would read as "all removed". Only a path without files is
 * looked at again.
 */
async function requireNoLinkedFolder(
  run: RunGit,
  commit: string,
  found: { readonly paths: readonly string[]; readonly entries: readonly TreeEntry[] },
): Promise<void> {
  const empty = found.paths.filter(
    (path) => path.includes("/") && !found.entries.some((entry) => isBelow(entry.path, path)),
  );
  const parents = new Set(
    empty.flatMap((path) => path.split("/").map((_, index, parts) => parts.slice(0, index).join("/"))),
  );
  parents.delete("");
  if (parents.size === 0) return;
  const { stdout } = await run({ args: ["ls-tree", "-z", "--full-tree", commit, "--", ...parents] });
  const link = /(?:^|\0)(?:120000|160000) \w+ [0-9a-f]+\t([^\0]*)/.exec(stdout.toString("utf8"));
  if (link !== null) throw fault("malformed", `${link[1] ?? ""} at commit ${commit} is a link, not a folder`);
}

function textOf(texts: ReadonlyMap<string, string>, entry: TreeEntry): string {
  const text = texts.get(entry.id);
  if (text === undefined) throw fault("malformed", `git cat-file did not return ${entry.path}`);
  return text;
}

async function readBlobs(run: RunGit, ids: readonly string[], cache: BlobCache): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const missing: string[] = [];
  for (const id of ids) {
    const text = cache.get(id);
    if (text === undefined) missing.push(id);
    else texts.set(id, text);
  }
  if (missing.length === 0) return texts;
  const input = Buffer.from(`${missing.join("\n")}\n`, "utf8");
  const { stdout } = await run({ args: ["cat-file", "--batch"], input });
  let offset = 0;
  for (const id of missing) {
    const end = stdout.indexOf(10, offset);
    const header = stdout.toString("latin1", offset, end < 0 ? offset : end);
    const size = header.startsWith(`${id} blob `) ? Number(header.slice(id.length + 6)) : Number.NaN;
    const start = end + 1;
    if (!Number.isSafeInteger(size) || start + size >= stdout.length) {
      throw fault("malformed", `git cat-file returned ${JSON.stringify(header.slice(0, 80))} for blob ${id}`);
    }
    const text = stdout.toString("utf8", start, start + size);
    texts.set(id, text);
    cache.put(id, text);
    offset = start + size + 1;
  }
  return texts;
}
