import { Buffer } from "node:buffer";
import type { TreeChange } from "./commit-change.ts";
import { fault } from "./git-faults.ts";
import { requireCommit } from "./paths.ts";
import type { RunGit } from "./run-git.ts";

/** Who appears as author and committer. */
export interface CommitAuthor {
  readonly name: string;
  readonly email: string;
}

/** One commit of a series, on top of the one before it. */
export interface NewCommit {
  readonly change: TreeChange;
  readonly message: string;
}

export interface SeriesOptions {
  /** Commit below the first one; null begins a branch. */
  readonly parent: string | null;
  readonly author: CommitAuthor;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Sets the temporary ref apart from that of a writer in another process. */
  readonly unique: string;
}

/**
 * Makes commits with one `git fast-import`, without a work tree or an index, and returns their ids. The ref that
 * fast-import insists on is taken back inside the same stream, so nothing but objects is left behind, even by a kill.
 * The same input gives the same ids.
 */
export async function writeCommits(
  run: RunGit,
  commits: readonly NewCommit[],
  options: SeriesOptions,
): Promise<readonly string[]> {
  const { stdout } = await run({ args: ["fast-import", "--quiet"], input: importStream(commits, options) });
  const ids = stdout.toString("utf8").trim().split("\n");
  if (ids.length !== commits.length) throw fault("malformed", "git fast-import did not say what it made");
  return ids.map(requireCommit);
}

function importStream(commits: readonly NewCommit[], { parent, author, at, unique }: SeriesOptions): Buffer {
  const ref = `refs/drover/pending/${unique}`;
  const who = `${identity(author.name)} <${identity(author.email)}> ${Math.trunc(at / 1000)} +0000`;
  const parts: (string | Buffer)[] = ["feature done\n"];
  for (const [index, { change, message }] of commits.entries()) {
    const text = Buffer.from(`${message.trimEnd()}\n`, "utf8");
    parts.push(`commit ${ref}\nmark :${index + 1}\nauthor ${who}\ncommitter ${who}\n`, ...data(text));
    // Later commits stand on the ref, where the one before has just been made.
    if (index === 0 && parent !== null) parts.push(`from ${requireCommit(parent)}\n`);
    for (const path of change.removals) parts.push(path === "" ? "deleteall\n" : `D ${quoted(path)}\n`);
    for (const { path, mode, content } of change.writes) {
      parts.push(`M ${mode} inline ${quoted(path)}\n`, ...data(content));
    }
    parts.push(`\nget-mark :${index + 1}\n`);
  }
  parts.push(`reset ${ref}\nfrom ${"0".repeat(parent?.length ?? 40)}\n\ndone\n`);
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "utf8") : part)));
}

function data(content: Buffer): readonly (string | Buffer)[] {
  return [`data ${String(content.length)}\n`, content, "\n"];
}

/** Paths were checked before: no control characters and no backslash, so only the quote needs an escape. */
function quoted(path: string): string {
  return `"${path.replaceAll('"', '\\"')}"`;
}

function identity(text: string): string {
  const clean = text.replace(/[\p{Cc}<>]/gu, "").trim();
  if (clean === "") throw fault("malformed", "the commit author needs a name and an address");
  return clean;
}
