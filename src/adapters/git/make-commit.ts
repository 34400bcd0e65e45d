import { randomUUID } from "node:crypto";
import type { CommitRequest } from "../../ports/git.ts";
import { treeChange } from "./commit-change.ts";
import type { RunGit } from "./run-git.ts";
import { listTree } from "./tree-entries.ts";
import { writeCommit } from "./write-commit.ts";
import type { CommitAuthor } from "./write-commit.ts";

/** Files of a parent's tree that a commit may look at; only their names are held. */
const maxParentFiles = 1_000_000;

/**
 * Makes the commit that a request asks for, as an object that no branch has yet, and returns its id; null when the
 * parent's tree is what the request wants. `at` is in milliseconds since the epoch. Throws what `treeChange` throws.
 */
export async function makeCommit(
  run: RunGit,
  request: CommitRequest,
  signature: { readonly author: CommitAuthor; readonly at: number },
): Promise<string | null> {
  const { parent } = request;
  const listing = { paths: [], maxFiles: maxParentFiles, sizes: false };
  const entries = parent === null ? [] : await listTree(run, parent, listing);
  const change = treeChange(entries, request.owns, request.files);
  if (change === null && parent !== null) return null;
  return writeCommit(run, {
    parent,
    change: change ?? { removals: [], writes: [] },
    message: request.message,
    ...signature,
    unique: randomUUID(),
  });
}
