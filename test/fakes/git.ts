import { mkdir, rename, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createGit } from "../../src/adapters/git/create-git.ts";
import type { GitOptions } from "../../src/adapters/git/create-git.ts";
import { gitEnvironment } from "../../src/adapters/git/environment.ts";
import { makeCommit } from "../../src/adapters/git/make-commit.ts";
import { rememberObjects } from "../../src/adapters/git/remember-objects.ts";
import type { ObjectMemory } from "../../src/adapters/git/remember-objects.ts";
import { createGitRunner } from "../../src/adapters/git/run-git.ts";
import type { CommitRequest, GitPort, PushResult } from "../../src/ports/git.ts";
import { readRefFiles } from "../../src/sandbox/github/ref-files.ts";

/** What all ports of one repository know: answers about commits, and what the requests for commits became. */
export interface DirectMemory {
  readonly objects: ObjectMemory;
  /** The commit of a request; null when it would change nothing. */
  readonly commits: Map<string, string | null>;
}

export interface DirectGitOptions extends Omit<GitOptions, "remote" | "directory"> {
  /** The bare repository that is the remote. */
  readonly bare: string;
  /** A clone of it: whose work tree is read. */
  readonly checkout: string;
}

const HEADS = "refs/heads/";

/**
 * The git port straight on the bare repository that is the remote, for stories that make thousands of calls in one
 * process. Objects are git's own, made as the real port makes them, once for each request; a fetch is a look at the ref
 * files, and a push is the move of one. Everything else that reads the repository, the
 * embedded GitHub too, sees what git would show. `git.test.ts` compares this port with the real one.
 */
export function createDirectGit(options: DirectGitOptions, memory: DirectMemory): GitPort {
  const { bare: directory } = options;
  const real = createGit({ ...options, directory, remote: directory });
  const clone = createGit({ ...options, directory: options.checkout, remote: "origin" });
  let heads: Map<string, string> | null = null;
  const load = async (): Promise<Map<string, string>> => (heads ??= await headsOf(directory));
  const objects = rememberObjects(real, memory.objects);
  const environment = gitEnvironment(options.environment ?? {}, []);
  const run = createGitRunner({ directory, environment, timeoutMs: 120_000, maxOutputBytes: 64 * 1024 * 1024 });
  const commitOf = async (request: CommitRequest): Promise<string | null> => {
    const at = options.now();
    const key = JSON.stringify([request, [...request.files], Math.trunc(at / 1000)]);
    const known = memory.commits.get(key);
    if (known !== undefined) return known;
    const made = await makeCommit(run, request, { author: options.author, at });
    memory.commits.set(key, made);
    return made;
  };
  return {
    ...objects,
    checkout: clone.checkout,
    readWorkTree: clone.readWorkTree,
    fetch: async () => {
      heads = await headsOf(directory);
    },
    tip: async (branch) => (await load()).get(branch) ?? null,
    branches: async (prefix) =>
      [...(await load())]
        .filter(([branch]) => branch.startsWith(prefix))
        .map(([branch, commit]) => ({ branch, commit })),
    commitAndPush: async (request): Promise<PushResult> => {
      const commit = await commitOf(request);
      if (commit === null) return { outcome: "unchanged" };
      const from = async (tip: string): Promise<boolean> => tip === request.parent || objects.isAncestor(tip, commit);
      if (await moveHead(directory, request.branch, { to: commit, from })) {
        (await load()).set(request.branch, commit);
        return { outcome: "pushed", commit };
      }
      heads = await headsOf(directory);
      return { outcome: "moved", tip: heads.get(request.branch) ?? null };
    },
  };
}

interface Forward {
  readonly to: string;
  /** Whether a tip is the commit or one before it. */
  readonly from: (tip: string) => Promise<boolean>;
}

async function headsOf(directory: string): Promise<Map<string, string>> {
  const refs = await readRefFiles(directory, HEADS);
  return new Map([...refs].map(([ref, commit]) => [ref.slice(HEADS.length), commit]));
}

/** Moves a branch forward to the commit, under the lock that git takes; false: that would not be forward. */
async function moveHead(directory: string, branch: string, forward: Forward): Promise<boolean> {
  const file = join(directory, HEADS, branch);
  const lock = `${file}.lock`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(lock, `${forward.to}\n`, { flag: "wx" });
  const current = (await headsOf(directory)).get(branch);
  const allowed = current === undefined || (await forward.from(current));
  await (allowed ? rename(lock, file) : unlink(lock));
  return allowed;
}
