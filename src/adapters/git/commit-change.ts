import { Buffer } from "node:buffer";
import type { CommitSeries, FileTree, SeriesCommit } from "../../ports/git.ts";
import { fault } from "./git-faults.ts";
import type { ReadLimits } from "./limits.ts";
import { blobId } from "./object-ids.ts";
import { isBelow, isSafePath, requireBranch, requireCommit, requirePath } from "./paths.ts";
import { type TreeFolder, entriesBelow, fileAbove, putEntry, removeBelow } from "./tree-index.ts";

/** What a commit does to its parent's tree. */
export interface TreeChange {
  /** Files and folders that go, `""` for everything; they go before the writes. */
  readonly removals: readonly string[];
  readonly writes: readonly TreeWrite[];
}

export interface TreeWrite {
  readonly path: string;
  readonly mode: string;
  readonly content: Buffer;
  readonly id: string;
}

/** Throws `malformed` or `too-large` for a series that can't be made of commits. */
export function requireSeries(series: CommitSeries, limits: ReadLimits): void {
  requireBranch(series.branch);
  if (series.parent !== null) requireCommit(series.parent);
  for (const commit of series.commits) requireCommitRequest(series.branch, commit, limits);
}

function requireCommitRequest(branch: string, request: SeriesCommit, limits: ReadLimits): void {
  if (request.message.trim() === "" || request.message.includes("\0") || request.message.length > 100_000) {
    throw fault("malformed", `the commit message for ${branch} is empty, too long or not text`);
  }
  const owns = request.owns.map(requirePath);
  if (request.files.size > limits.files) {
    throw fault("too-large", `the commit to ${branch} has more than ${limits.files} files`);
  }
  for (const [path, text] of request.files) {
    const shown = JSON.stringify(path.slice(0, 200));
    if (!isSafePath(path)) throw fault("malformed", `${shown} can't be committed: it is not a relative path`);
    if (!owns.some((owner) => isBelow(path, owner))) {
      throw fault("malformed", `${shown} is outside the folders of this commit (${owns.join(", ")})`);
    }
    if (parentsOf(path).some((parent) => request.files.has(parent))) {
      throw fault("malformed", `${shown} would need a folder where another committed file is`);
    }
    // Three bytes of UTF-8 for one UTF-16 unit at most.
    if (text.length * 3 > limits.fileBytes && Buffer.byteLength(text) > limits.fileBytes) {
      throw fault("too-large", `${shown} has more than ${limits.fileBytes} bytes`);
    }
  }
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

/**
 * Compares the wanted files with a tree, by the ids that git would give their content; null when nothing differs. The
 * executable bit of a file that stays is kept: it is not ours. `like` is any id of the repository. Throws `malformed`
 * when a write would displace something outside the owned folders.
 */
export function treeChange(tree: TreeFolder, { owns, files }: SeriesCommit, like: string): TreeChange | null {
  const owners = owns.map(requirePath);
  requireRoom(tree, owners, files);
  const owned = owners.flatMap((owner) => entriesBelow(tree, owner));
  const before = new Map(owned.map((entry) => [entry.path, entry]));
  // A name that can't be written back can't be removed one by one either (it may not even be text).
  const rebuild = owned.some((entry) => !isSafePath(entry.path));
  const writes: TreeWrite[] = [];
  for (const [path, text] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const entry = before.get(path);
    const mode = entry?.mode === "100755" ? "100755" : "100644";
    const content = Buffer.from(text, "utf8");
    const id = blobId(content, like);
    if (rebuild || entry?.mode !== mode || entry.id !== id) writes.push({ path, mode, content, id });
  }
  const removals = rebuild ? owners : [...before.keys()].filter((path) => !files.has(path));
  return writes.length === 0 && removals.length === 0 ? null : { removals, writes };
}

/** Brings the tree to where the commit leaves it, for the next one of the series. */
export function changeTree(tree: TreeFolder, { removals, writes }: TreeChange): void {
  for (const path of removals) removeBelow(tree, path);
  for (const { path, mode, id } of writes) putEntry(tree, { path, mode, id, size: 0 });
}

/**
 * A file outside the owned folders must not sit where a written file needs a folder. The reverse can't be: what is below a
 * written file is below its owner.
 */
function requireRoom(tree: TreeFolder, owners: readonly string[], files: FileTree): void {
  for (const owner of owners) {
    const blocking = owner === "" ? null : fileAbove(tree, owner);
    const path = blocking === null ? undefined : [...files.keys()].find((each) => isBelow(each, owner));
    if (path !== undefined && blocking !== null && !owners.some((each) => isBelow(blocking, each))) {
      throw fault("malformed", `${path} can't be committed: ${blocking} is there and belongs to somebody else`);
    }
  }
}
