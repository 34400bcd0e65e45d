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

export interface NewCommit {
  readonly parent: string | null;
  readonly change: TreeChange;
  readonly message: string;
  readonly author: CommitAuthor;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Sets the temporary ref apart from that of a writer in another process. */
  readonly unique: string;
}

/**
 * Makes one commit with one `git fast-import`, without a work tree or an index, and returns its id. The ref that
 * fast-import insists on is taken back inside the same stream, so nothing but objects is left behind, even by a kill.
 * The same input gives the same id.
 */
export async function writeCommit(run: RunGit, commit: NewCommit): Promise<string> {
  const { stdout } = await run({ args: ["fast-import", "--quiet"], input: importStream(commit) });
  return requireCommit(stdout.toString("utf8").trim());
}

function importStream(commit: NewCommit): Buffer {
  const ref = `refs/drover/pending/${commit.unique}`;
  const who = `${identity(commit.author.name)} <${identity(commit.author.email)}> ${Math.trunc(commit.at / 1000)} +0000`;
  const message = Buffer.from(`${commit.message.trimEnd()}\n`, "utf8");
  const parts: (string | Buffer)[] = ["feature done\n"];
  parts.push(`commit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n`, ...data(message));
  if (commit.parent !== null) parts.push(`from ${requireCommit(commit.parent)}\n`);
  for (const path of commit.change.removals) parts.push(path === "" ? "deleteall\n" : `D ${quoted(path)}\n`);
  for (const { path, mode, content } of commit.change.writes) {
    parts.push(`M ${mode} inline ${quoted(path)}\n`, ...data(content));
  }
  parts.push(`\nget-mark :1\nreset ${ref}\nfrom ${"0".repeat(commit.parent?.length ?? 40)}\n\ndone\n`);
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
