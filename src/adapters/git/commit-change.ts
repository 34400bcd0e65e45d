import { Buffer } from "node:buffer";
import type { CommitRequest, FileTree } from "../../ports/git.ts";
import { fault } from "./git-faults.ts";
import type { ReadLimits } from "./limits.ts";
import { blobId } from "./object-ids.ts";
import { isBelow, isSafePath, requireBranch, requireCommit, requirePath } from "./paths.ts";
import type { TreeEntry } from "./tree-entries.ts";

/** What a commit does to its parent's tree. */
export interface TreeChange {
  /** Files and folders that go, `""` for everything; they go before the writes. */
  readonly removals: readonly string[];
  readonly writes: readonly { readonly path: string; readonly mode: string; readonly content: Buffer }[];
}

/** Throws `malformed` or `too-large` for a request that can't be one commit. */
export function requireCommitRequest(request: CommitRequest, limits: ReadLimits): void {
  requireBranch(request.branch);
  if (request.parent !== null) requireCommit(request.parent);
  if (request.message.trim() === "" || request.message.includes("\0") || request.message.length > 100_000) {
    throw fault("malformed", `the commit message for ${request.branch} is empty, too long or not text`);
  }
  const owns = request.owns.map(requirePath);
  if (request.files.size > limits.files) {
    throw fault("too-large", `the commit to ${request.branch} has more than ${limits.files} files`);
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
 * Compares the wanted files with the parent's tree; null when nothing differs. The executable bit of a file that stays is
 * kept: it is not ours. Throws `malformed` when a write would displace something outside the owned folders.
 */
export function treeChange(parent: readonly TreeEntry[], owns: readonly string[], files: FileTree): TreeChange | null {
  const owners = owns.map(requirePath);
  const isOwned = (path: string): boolean => owners.some((owner) => isBelow(path, owner));
  const owned = parent.filter((entry) => isOwned(entry.path));
  requireRoom(
    parent.filter((entry) => !isOwned(entry.path)),
    files,
  );
  const before = new Map(owned.map((entry) => [entry.path, entry]));
  // A name that can't be written back can't be removed one by one either (it may not even be text).
  const rebuild = owned.some((entry) => !isSafePath(entry.path));
  const like = parent[0]?.id ?? "";
  const writes = [...files]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => {
      const mode = before.get(path)?.mode === "100755" ? "100755" : "100644";
      return { path, mode, content: Buffer.from(text, "utf8") };
    })
    .filter(({ path, mode, content }) => {
      const entry = before.get(path);
      return rebuild || entry === undefined || entry.mode !== mode || entry.id !== blobId(content, like);
    });
  const removals = rebuild ? owners : owned.map((entry) => entry.path).filter((path) => !files.has(path));
  return writes.length === 0 && removals.length === 0 ? null : { removals, writes };
}

/** A file outside the owned folders must not sit where a written file needs a folder, nor the reverse. */
function requireRoom(foreign: readonly TreeEntry[], files: FileTree): void {
  const taken = new Set(foreign.map((entry) => entry.path));
  const folders = new Set(foreign.flatMap((entry) => parentsOf(entry.path)));
  for (const path of files.keys()) {
    const blocking = folders.has(path) ? path : parentsOf(path).find((parent) => taken.has(parent));
    if (blocking !== undefined) {
      throw fault("malformed", `${path} can't be committed: ${blocking} is there and belongs to somebody else`);
    }
  }
}
