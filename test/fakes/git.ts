import { createGit } from "../../src/adapters/git/create-git.ts";
import type { GitOptions } from "../../src/adapters/git/create-git.ts";
import { blobId } from "../../src/adapters/git/object-ids.ts";
import { trailersOf } from "../../src/adapters/git/history.ts";
import { isBelow } from "../../src/adapters/git/paths.ts";
import { rememberObjects } from "../../src/adapters/git/remember-objects.ts";
import type { ObjectMemory } from "../../src/adapters/git/remember-objects.ts";
import type {
  CommitInfo,
  CommitRequest,
  CommitSeries,
  FileTree,
  GitPort,
  PushResult,
  SeriesResult,
} from "../../src/ports/git.ts";
import { readRefFiles, writeRefFile } from "../../src/sandbox/github/ref-files.ts";
import type { CommitStore, KnownCommit } from "./commit-store.ts";
import { requestedFiles, storeCommit } from "./commit-store.ts";

/** What all ports of one repository know of it; a commit never changes, so none of it goes stale. */
export interface DirectMemory {
  readonly objects: ObjectMemory;
  readonly commits: CommitStore;
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
 * process: no call on what this process committed itself starts git. The objects and refs are git's own, so that
 * everything else that reads the repository, the embedded GitHub too, sees them; `git.test.ts` compares this port with
 * the real one, ids included.
 */
export function createDirectGit(options: DirectGitOptions, memory: DirectMemory): GitPort {
  const { bare } = options;
  const real = rememberObjects(createGit({ ...options, directory: bare, remote: bare }), memory.objects);
  const clone = createGit({ ...options, directory: options.checkout, remote: "origin" });
  const history: History = { real, commits: memory.commits };
  let heads: Map<string, string> | null = null;
  const load = async (): Promise<Map<string, string>> => (heads ??= await headsOf(bare));
  const write = async ({ branch, parent, commits }: CommitSeries): Promise<SeriesResult> => {
    const made: (string | null)[] = [];
    let last: string | null = null;
    for (const commit of commits) {
      const id = await makeCommit(history, { branch, parent: last ?? parent, ...commit }, options);
      made.push(id);
      last = id ?? last;
    }
    if (last === null) return { outcome: "unchanged" };
    const commit = last;
    const from = (tip: string): Promise<boolean> => isAncestor(history, tip, commit);
    if (await moveHead(bare, branch, { to: commit, from })) {
      (await load()).set(branch, commit);
      return { outcome: "pushed", commits: made };
    }
    heads = await headsOf(bare);
    return { outcome: "moved", tip: heads.get(branch) ?? null };
  };
  return {
    checkout: clone.checkout,
    readWorkTree: clone.readWorkTree,
    resolve: real.resolve,
    fetch: async () => {
      heads = await headsOf(bare);
    },
    tip: async (branch) => (await load()).get(branch) ?? null,
    branches: async (prefix) =>
      [...(await load())]
        .filter(([branch]) => branch.startsWith(prefix))
        .map(([branch, commit]) => ({ branch, commit })),
    readTree: async (commit, paths) => below(await filesOf(history, commit), paths),
    listTree: async (commit, paths) =>
      new Map([...below(await filesOf(history, commit), paths)].map(([path, text]) => [path, blobId(text, commit)])),
    isAncestor: (ancestor, descendant) => isAncestor(history, ancestor, descendant),
    lastChanges: async (from, files) => {
      const found = new Map<string, string>();
      for (const file of files) {
        const [entry] = await log(history, from, { firstParent: true, paths: [file], limit: 1 });
        if (entry !== undefined) found.set(file, entry.commit);
      }
      return found;
    },
    log: (from, query) => log(history, from, query),
    commitAndPush: async ({ branch, parent, ...commit }): Promise<PushResult> => {
      const result = await write({ branch, parent, commits: [commit] });
      return result.outcome === "pushed" ? { outcome: "pushed", commit: result.commits[0] ?? "" } : result;
    },
    commitSeriesAndPush: write,
  };
}

interface History {
  readonly real: GitPort;
  readonly commits: CommitStore;
}

async function makeCommit(history: History, request: CommitRequest, options: DirectGitOptions): Promise<string | null> {
  const { parent, message } = request;
  const files = requestedFiles(await filesOf(history, parent), request);
  if (files === null) return null;
  const commit = { parent, message, files };
  const id = storeCommit(options.bare, commit, { ...options.author, at: options.now() });
  history.commits.set(id, commit);
  return id;
}

function below(files: FileTree, paths: readonly string[]): FileTree {
  const wanted = (path: string): boolean => paths.some((owner) => isBelow(path, owner));
  return new Map([...files].filter(([path]) => wanted(path)));
}

async function isAncestor({ real, commits }: History, ancestor: string, descendant: string): Promise<boolean> {
  let current: string | null = descendant;
  while (current !== null && current !== ancestor) {
    const known = commits.get(current);
    if (known === undefined) return real.isAncestor(ancestor, current);
    current = known.parent;
  }
  return current !== null;
}

async function log(
  history: History,
  from: string,
  query: Parameters<GitPort["log"]>[1],
): Promise<readonly CommitInfo[]> {
  const { real, commits } = history;
  const found: CommitInfo[] = [];
  let current: string | null = from;
  while (current !== null && found.length < query.limit) {
    const known = commits.get(current);
    if (known === undefined) {
      return [...found, ...(await real.log(current, { ...query, limit: query.limit - found.length }))];
    }
    const { parent, message } = known;
    if (query.paths === undefined || (await touches(history, known, query.paths))) {
      const parents = parent === null ? [] : [parent];
      found.push({ commit: current, parents, subject: message.split("\n")[0] ?? "", trailers: trailersOf(message) });
    }
    current = parent;
  }
  return found;
}

/** All files, whichever folder is asked for: the port remembers the answer, and one question is better than one each. */
async function filesOf({ real, commits }: History, commit: string | null): Promise<FileTree> {
  if (commit === null) return new Map();
  return commits.get(commit)?.files ?? real.readTree(commit, [""]);
}

async function touches(history: History, commit: KnownCommit, paths: readonly string[]): Promise<boolean> {
  const then = below(await filesOf(history, commit.parent), paths);
  const now = below(commit.files, paths);
  return then.size !== now.size || [...now].some(([path, text]) => then.get(path) !== text);
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

/** Moves a branch forward to the commit; false: that would not be forward. */
async function moveHead(directory: string, branch: string, forward: Forward): Promise<boolean> {
  const ref = `${HEADS}${branch}`;
  const current = (await readRefFiles(directory, ref)).get(ref);
  const allowed = current === undefined || (await forward.from(current));
  if (allowed) await writeRefFile(directory, ref, forward.to);
  return allowed;
}
