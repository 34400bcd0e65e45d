import { type HistoryReader, readLog, requireFullHistory } from "./history.ts";
import { requireCommit, requirePath } from "./paths.ts";

/** Commits that are looked at together; a file that none of them touched is asked for by itself. */
const WINDOW = 500;
/** Marks the line of a commit among the names of files, where no control character can stand. */
const MARK = "\u0001";

/**
 * Each file to the newest first-parent commit that touched it; a file that was never there is missing. One `git log` for
 * all of them, where one for each would be a process for each. Throws `shallow` when the edge of a shallow clone hides it.
 */
export async function readLastChanges(
  git: HistoryReader,
  from: string,
  files: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(files.map(requirePath));
  const found = new Map<string, string>();
  if (wanted.size === 0) return found;
  for (const change of await readWindow(git, from, [...wanted])) {
    const touched = change.files.filter((file) => wanted.has(file) && !found.has(file));
    // git shows the cut-off commits of a shallow clone as if they had added everything.
    if (touched.length > 0 && change.isRoot) await requireFullHistory(git, `the history before ${change.commit}`);
    for (const file of touched) found.set(file, change.commit);
  }
  const changes = new Map<string, string>();
  for (const file of wanted) {
    const commit = found.get(file) ?? (await newestOf(git, from, file));
    if (commit !== null) changes.set(file, commit);
  }
  return changes;
}

async function newestOf(git: HistoryReader, from: string, file: string): Promise<string | null> {
  const [entry] = await readLog(git, from, { firstParent: true, paths: [file], limit: 1 });
  return entry?.commit ?? null;
}

interface Change {
  readonly commit: string;
  readonly isRoot: boolean;
  readonly files: readonly string[];
}

async function readWindow(git: HistoryReader, from: string, files: readonly string[]): Promise<readonly Change[]> {
  const shape = ["-z", `--format=${MARK}%H %P`, "--name-only", "--no-renames", "-m", "--first-parent"];
  const quiet = ["--no-color", "--no-notes", "--no-mailmap", "--no-show-signature"];
  const args = ["log", ...shape, ...quiet, `--max-count=${WINDOW}`, requireCommit(from), "--", ...files];
  const { stdout } = await git.run({ args });
  const changes: Change[] = [];
  for (const block of stdout.toString("utf8").split(MARK).slice(1)) {
    const [head = "", ...names] = block.split("\0").map((part) => part.replace(/^\n/, ""));
    const [commit = "", ...parents] = head.trim().split(" ");
    changes.push({ commit: requireCommit(commit), isRoot: parents.length === 0, files: names });
  }
  return changes;
}
