import { createHash } from "node:crypto";
import { stat, unlink } from "node:fs/promises";
import { GitFault } from "../../ports/git.ts";
import { requireBranch, requireCommit } from "./paths.ts";
import { fault } from "./git-faults.ts";
import type { RunGit } from "./run-git.ts";

/** The branches of the remote as of the last fetch. */
export interface RemoteBranches {
  readonly fetch: () => Promise<void>;
  readonly tip: (branch: string) => Promise<string | null>;
  readonly branches: (prefix: string) => Promise<readonly { readonly branch: string; readonly commit: string }[]>;
  /** Remembers what a push of ours put there, so that the next commit of this pass builds on it. */
  readonly pushed: (branch: string, commit: string) => void;
}

export interface RemoteBranchesOptions {
  readonly run: RunGit;
  readonly remote: string;
  /** Milliseconds after which a lock that a dead process left in our name space is removed. */
  readonly staleAfterMs: number;
}

/**
 * Keeps a copy of the remote's branches in a name space of our own (`refs/drover/<remote>/`): there a branch that is
 * gone can be pruned, while the user's remote-tracking branches, tags and `FETCH_HEAD` stay as they are.
 */
export function remoteBranches(options: RemoteBranchesOptions): RemoteBranches {
  const { run, remote } = options;
  const space = `refs/drover/${spaceName(remote)}/`;
  let known: Map<string, string> | null = null;
  const ours = new Map<string, string>();
  const load = async (): Promise<Map<string, string>> => new Map([...(known ??= await readSpace(run, space)), ...ours]);
  return {
    fetch: async () => {
      try {
        await fetchInto(run, remote, space);
      } catch (error) {
        if (!(await removeStaleLock(error, options.staleAfterMs))) throw error;
        await fetchInto(run, remote, space);
      } finally {
        known = null;
        ours.clear();
      }
    },
    tip: async (branch) => (await load()).get(requireBranch(branch)) ?? null,
    branches: async (prefix) =>
      [...(await load())]
        .filter(([branch]) => branch.startsWith(prefix))
        .map(([branch, commit]) => ({ branch, commit })),
    pushed: (branch, commit) => {
      ours.set(branch, commit);
    },
  };
}

/** `--verbose`: an answer without output makes simple-git wait 50 ms longer. */
async function fetchInto(run: RunGit, remote: string, space: string): Promise<void> {
  const options = ["--verbose", "--no-tags", "--prune", "--no-write-fetch-head", "--no-recurse-submodules"];
  const refspecs = ["--refmap=", remote, `+refs/heads/*:${space}*`];
  await run({ args: ["fetch", ...options, "--no-auto-maintenance", ...refspecs], remote: true });
}

/**
 * A git that was killed leaves the lock of a ref behind, and every later fetch would fail. In our own name space, a lock
 * older than any git process of ours may live is removed; locks elsewhere belong to the user.
 */
async function removeStaleLock(error: unknown, staleAfterMs: number): Promise<boolean> {
  if (!(error instanceof GitFault)) return false;
  const path = /Unable to create '([^']*\/refs\/drover\/[^']*\.lock)'/.exec(error.message)?.[1];
  if (path === undefined || path.includes("/../")) return false;
  const lock = await stat(path).catch(() => null);
  if (lock === null || !lock.isFile() || Date.now() - lock.mtimeMs < staleAfterMs) return false;
  await unlink(path).catch(() => null);
  return true;
}

/** A remote given by address can't be part of a ref name: its digest is. */
function spaceName(remote: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(remote)) return remote;
  return createHash("sha256").update(remote).digest("hex").slice(0, 32);
}

async function readSpace(run: RunGit, space: string): Promise<Map<string, string>> {
  const { stdout } = await run({ args: ["for-each-ref", "--format=%(objectname) %(refname)", space] });
  const lines = stdout
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(" ");
      const ref = line.slice(at + 1);
      if (!ref.startsWith(space)) throw fault("malformed", "git for-each-ref printed a ref that was not asked for");
      return [ref.slice(space.length), requireCommit(line.slice(0, at))];
    }),
  );
}
