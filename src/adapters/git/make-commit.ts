import { randomUUID } from "node:crypto";
import type { CommitSeries } from "../../ports/git.ts";
import { changeTree, treeChange } from "./commit-change.ts";
import type { RunGit } from "./run-git.ts";
import { listTree } from "./tree-entries.ts";
import { indexTree } from "./tree-index.ts";
import { writeCommits } from "./write-commit.ts";
import type { CommitAuthor, NewCommit } from "./write-commit.ts";

/** Files of a parent's tree that a commit may look at; only their names are held. */
const maxParentFiles = 1_000_000;

/**
 * Makes the commits that a series asks for, as objects that no branch has yet, and returns their ids; null for each that
 * would change nothing. The first commit of a new branch is made even if it is empty. `at` is in milliseconds since the
 * epoch. Throws what `treeChange` throws.
 */
export async function makeCommits(
  run: RunGit,
  series: CommitSeries,
  signature: { readonly author: CommitAuthor; readonly at: number },
): Promise<readonly (string | null)[]> {
  const { parent } = series;
  const listing = { paths: [], maxFiles: maxParentFiles, sizes: false };
  const entries = parent === null ? [] : await listTree(run, parent, listing);
  const tree = indexTree(entries);
  const like = entries[0]?.id ?? parent ?? "";
  const commits: NewCommit[] = [];
  const made = series.commits.map((request) => {
    const change = treeChange(tree, request, like);
    if (change !== null) changeTree(tree, change);
    else if (parent !== null || commits.length > 0) return false;
    commits.push({ change: change ?? { removals: [], writes: [] }, message: request.message });
    return true;
  });
  if (commits.length === 0) return made.map(() => null);
  const ids = (await writeCommits(run, commits, { parent, ...signature, unique: randomUUID() })).values();
  return made.map((isMade) => (isMade ? (ids.next().value ?? null) : null));
}
