import { gitText } from "./git-process.ts";
import type { GitProcess } from "./git-process.ts";
import { readRefFiles } from "./ref-files.ts";

/** A person in a commit. */
export interface Signature {
  readonly name: string;
  readonly email: string;
}

export interface CommitDetail {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature & { readonly date: string };
  readonly committer: Signature & { readonly date: string };
  readonly message: string;
}

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature & { readonly date: string };
  readonly committer: Signature & { readonly date: string };
  readonly message: string;
}

export interface ChangedFile {
  readonly filename: string;
  readonly status: "added" | "removed" | "modified";
  /** Blob at the head; at the base for a removed file. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
}

/** What the embedded GitHub asks of the bare repository. Refs are full names; what takes two commits takes full ids. */
export interface BareRepository {
  readonly git: GitProcess;
  /** All refs below a prefix. */
  readonly refs: (prefix: string) => Promise<ReadonlyMap<string, string>>;
  readonly commit: (revision: string) => Promise<CommitDetail | null>;
  readonly isAncestor: (ancestor: string, descendant: string) => Promise<boolean>;
  /** Commits reachable from `head` and not from `base`, oldest first. */
  readonly commitsBetween: (base: string, head: string) => Promise<readonly string[]>;
  readonly details: (commits: readonly string[]) => Promise<readonly CommitDetail[]>;
  /** Files that differ between the merge base and the head. */
  readonly changedFiles: (base: string, head: string) => Promise<readonly ChangedFile[]>;
  /** Tree of the merge of two commits; null when they conflict. */
  readonly mergedTree: (ours: string, theirs: string) => Promise<string | null>;
  readonly createCommit: (commit: NewCommit) => Promise<string>;
  /** Moves a ref if it is still at `before` (null: must not exist); false when it is not. */
  readonly moveRef: (ref: string, after: string, before: string | null) => Promise<boolean>;
}

const zeros = "0".repeat(40);
const detailFormat = "%H%n%T%n%P%n%an%n%ae%n%aI%n%cn%n%ce%n%cI%n%B";

/** Opens the bare repository in a folder, in which `git` runs; nothing is read yet. */
export function bareRepository(directory: string, git: GitProcess): BareRepository {
  const commits = new Map<string, CommitDetail>();
  const details = async (wanted: readonly string[]): Promise<readonly CommitDetail[]> => {
    if (wanted.length === 0) return [];
    const args = ["log", "-z", "--no-walk=unsorted", "--no-color", `--format=${detailFormat}`, "--stdin"];
    const { stdout } = await git({ args, input: `${wanted.join("\n")}\n` });
    return parseDetails(stdout.toString("utf8"));
  };
  return {
    git,
    details,
    refs: (prefix) => readRefFiles(directory, prefix),
    commit: async (revision) => {
      const known = commits.get(revision);
      if (known !== undefined) return known;
      const args = ["log", "-z", "--no-walk", "--no-color", `--format=${detailFormat}`, "--end-of-options"];
      const { code, stdout } = await git({ args: [...args, `${revision}^{commit}`] });
      const detail = code === 0 ? (parseDetails(stdout.toString("utf8"))[0] ?? null) : null;
      // What a full id names never changes; a branch does.
      if (detail !== null && detail.sha === revision) commits.set(revision, detail);
      return detail;
    },
    isAncestor: rememberPairs(
      async (ancestor, descendant) =>
        (await git({ args: ["merge-base", "--is-ancestor", ancestor, descendant] })).code === 0,
    ),
    commitsBetween: rememberPairs(async (base, head) => {
      const text = await gitText(git, ["rev-list", "--reverse", "--topo-order", head, `^${base}`]);
      return text === "" ? [] : text.split("\n");
    }),
    changedFiles: rememberPairs((base, head) => changedFiles(git, base, head)),
    mergedTree: rememberPairs(async (ours, theirs) => {
      const { code, stdout } = await git({ args: ["merge-tree", "--write-tree", ours, theirs] });
      return code === 0 ? stdout.toString("utf8").trim() : null;
    }),
    createCommit: (commit) => createCommit(git, commit),
    moveRef: async (ref, after, before) =>
      (await git({ args: ["update-ref", ref, after, before ?? zeros] })).code === 0,
  };
}

/** Answers about two commits never change, so each is asked once; forgotten all at once when there are too many. */
function rememberPairs<T>(
  ask: (first: string, second: string) => Promise<T>,
): (first: string, second: string) => Promise<T> {
  const answers = new Map<string, T>();
  return async (first, second) => {
    const key = `${first} ${second}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = await ask(first, second);
    if (answers.size >= 1_000) answers.clear();
    answers.set(key, answer);
    return answer;
  };
}

function parseDetails(text: string): readonly CommitDetail[] {
  return text
    .split("\0")
    .filter((record) => record !== "")
    .map(parseDetail);
}

function parseDetail(record: string): CommitDetail {
  const lines = record.split("\n");
  const line = (index: number): string => lines[index] ?? "";
  return {
    sha: line(0),
    tree: line(1),
    parents: line(2) === "" ? [] : line(2).split(" "),
    author: { name: line(3), email: line(4), date: utc(line(5)) },
    committer: { name: line(6), email: line(7), date: utc(line(8)) },
    message: lines.slice(9).join("\n").trimEnd(),
  };
}

function utc(date: string): string {
  return new Date(date).toISOString().replace(".000Z", "Z");
}

async function createCommit(git: GitProcess, commit: NewCommit): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ["-p", parent]);
  const { code, stdout, stderr } = await git({
    args: ["commit-tree", commit.tree, ...parents, "-F", "-"],
    input: commit.message,
    variables: {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: commit.author.date,
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: commit.committer.date,
    },
  });
  if (code !== 0) throw new Error(`git commit-tree ended with ${String(code)}: ${stderr}`);
  return stdout.toString("utf8").trim();
}

async function changedFiles(git: GitProcess, base: string, head: string): Promise<readonly ChangedFile[]> {
  const options = ["-z", "-r", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-abbrev"];
  const text = await gitText(git, ["diff", "--raw", "--numstat", ...options, `${base}...${head}`]);
  const counts = new Map(
    [...text.matchAll(/(?<=^|\0)(\d+|-)\t(\d+|-)\t([^\0]*)\0/g)].map((match) => [match[3] ?? "", match] as const),
  );
  return [...text.matchAll(/:\d+ \d+ (\w+) (\w+) ([A-Z])\0([^\0]*)\0/g)].map((match) => {
    const [, before = "", after = "", letter = "", filename = ""] = match;
    const count = counts.get(filename);
    return {
      filename,
      status: statusOf(letter),
      sha: letter === "D" ? before : after,
      // A binary file counts no lines.
      additions: Number(count?.[1]) || 0,
      deletions: Number(count?.[2]) || 0,
    };
  });
}

function statusOf(letter: string): ChangedFile["status"] {
  if (letter === "A") return "added";
  return letter === "D" ? "removed" : "modified";
}
