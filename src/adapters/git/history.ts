import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { CommitInfo } from "../../ports/git.ts";
import { fault } from "./git-faults.ts";
import { requireCommit, requirePath } from "./paths.ts";
import type { RunGit } from "./run-git.ts";

/** What reading history needs. */
export interface HistoryReader {
  readonly run: RunGit;
  readonly isShallow: () => Promise<boolean>;
}

/** Most commits that one call returns. */
const maxCommits = 100_000;

/** Resolves a revision as git-rev-parse(1) does, to the full id of a commit. Throws `unknown-revision`. */
export async function resolveRevision(run: RunGit, revision: string): Promise<string> {
  if (revision === "" || revision.length > 1024 || /\p{Cc}/u.test(revision)) {
    throw fault("unknown-revision", `${JSON.stringify(revision.slice(0, 80))} is not a revision`);
  }
  const { stdout } = await run({ args: ["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`] });
  return requireCommit(stdout.toString("utf8").trim());
}

/**
 * Whether the first commit is the second or one of its ancestors. In a shallow clone a "no" can't be told from a cut
 * history: throws `shallow`.
 */
export async function isAncestor(git: HistoryReader, ancestor: string, descendant: string): Promise<boolean> {
  const args = ["merge-base", requireCommit(ancestor), requireCommit(descendant)];
  // Not `--is-ancestor`: it answers without output, for which simple-git waits 50 ms longer.
  const { stdout, exitCode } = await git.run({ args, exits: [0, 1] });
  if (exitCode === 0 && stdout.toString("utf8").trim() === ancestor) return true;
  await requireFullHistory(git, `whether ${ancestor} is an ancestor of ${descendant}`);
  return false;
}

export async function requireFullHistory(git: HistoryReader, question: string): Promise<void> {
  if (await git.isShallow()) throw fault("shallow", `the clone is shallow, so ${question} is unknown`);
}

/**
 * Looks at the file in which git lists where a history was cut off, each time: the user may deepen the clone meanwhile.
 * Its place is asked for once.
 */
export function shallowCheck(run: RunGit, directory: string): () => Promise<boolean> {
  let file: Promise<string> | null = null;
  const locate = async (): Promise<string> => {
    const { stdout } = await run({ args: ["rev-parse", "--git-path", "shallow"] });
    return resolve(directory, stdout.toString("utf8").replace(/\n$/, ""));
  };
  return async () => {
    const found = await (file ??= locate());
    return (await stat(found).catch(() => null)) !== null;
  };
}

/** Newest first; see the port. Throws `shallow` when the listing reaches the edge of a shallow clone. */
export async function readLog(
  git: HistoryReader,
  from: string,
  options: { readonly firstParent: boolean; readonly paths?: readonly string[]; readonly limit: number },
): Promise<readonly CommitInfo[]> {
  const limit = Math.min(Math.max(Math.trunc(options.limit), 0), maxCommits);
  if (limit === 0) return [];
  const paths = (options.paths ?? []).map(requirePath);
  const args = [
    "log",
    "-z",
    "--format=%H%n%P%n%B",
    "--encoding=UTF-8",
    "--no-color",
    "--no-notes",
    "--no-mailmap",
    "--no-show-signature",
    `--max-count=${String(limit)}`,
    ...(options.firstParent ? ["--first-parent"] : []),
    requireCommit(from),
    "--",
    ...(paths.includes("") ? [] : paths),
  ];
  const { stdout } = await git.run({ args });
  const records = stdout.toString("utf8").split("\0");
  const commits = records.filter((record) => record !== "").map(parseRecord);
  // git shows the cut-off commits of a shallow clone as if they had no parents.
  if (commits.length < limit || commits.some((commit) => commit.parents.length === 0)) {
    await requireFullHistory(git, `the history before ${commits.at(-1)?.commit ?? from}`);
  }
  return commits;
}

function parseRecord(record: string): CommitInfo {
  const [commit = "", parents = "", ...message] = record.split("\n");
  return {
    commit: requireCommit(commit),
    parents: parents === "" ? [] : parents.split(" ").map(requireCommit),
    subject: message[0] ?? "",
    trailers: trailersOf(message.join("\n")),
  };
}

/**
 * Trailers of a commit message: its last paragraph, when it is not the subject and every line is `Key: value` or the
 * indented continuation of one (git-interpret-trailers(1), without its tolerance for mixed paragraphs, so that prose
 * that merely contains a colon is never taken for a record).
 */
export function trailersOf(message: string): CommitInfo["trailers"] {
  const paragraphs = message.replace(/\s+$/, "").split(/\n[^\S\n]*\n/);
  const last = paragraphs.length > 1 ? (paragraphs.at(-1) ?? "") : "";
  const unfolded = last.replace(/\n[^\S\n]+/g, " ").split("\n");
  const pairs = unfolded.map((line) => /^([A-Za-z0-9][A-Za-z0-9-]*)[^\S\n]*:[^\S\n]*(.*)$/.exec(line));
  if (pairs.some((pair) => pair === null)) return [];
  return pairs.map((pair) => ({ key: pair?.[1] ?? "", value: (pair?.[2] ?? "").trim() }));
}
