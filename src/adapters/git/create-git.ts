import type { CommitSeries, GitPort, SeriesResult } from "../../ports/git.ts";
import { requireSeries } from "./commit-change.ts";
import { gitEnvironment } from "./environment.ts";
import { readLastChanges } from "./last-changes.ts";
import { isAncestor, readLog, resolveRevision, shallowCheck } from "./history.ts";
import { defaultLimits } from "./limits.ts";
import type { ReadLimits } from "./limits.ts";
import { makeCommits } from "./make-commit.ts";
import { requireCommit, requireRemote } from "./paths.ts";
import { pushCommit } from "./push-commit.ts";
import { createBlobCache, listFiles, readTree } from "./read-tree.ts";
import { remoteBranches } from "./remote-branches.ts";
import type { RemoteBranches } from "./remote-branches.ts";
import { createGitRunner } from "./run-git.ts";
import type { RunGit } from "./run-git.ts";
import { readCheckout, readWorkTree } from "./work-tree.ts";
import type { CommitAuthor } from "./write-commit.ts";

export interface GitOptions {
  /** A clone of the DR repository (the top or any folder of its work tree), or a bare mirror. */
  readonly directory: string;
  /** Name of a configured remote, its address, or the folder of a repository. */
  readonly remote: string;
  readonly author: CommitAuthor;
  /** Milliseconds since the epoch: the date of commits. */
  readonly now: () => number;
  /**
   * Variables of the caller. `PATH`, `HOME`, proxy, TLS and ssh settings and git's configuration files are passed on;
   * `GITHUB_TOKEN` becomes a header for the host of `GITHUB_API_URL`. Absent: none, git then works from its defaults.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly limits?: ReadLimits;
  /** Milliseconds after which one git process is killed. Default two minutes. */
  readonly timeoutMs?: number;
}

const maxCacheCharacters = 16 * 1024 * 1024;

/**
 * The DR repository through the `git` program. Reads are made from objects; a commit is made from objects and pushed by
 * fast-forward; the user's work tree, index, branches and remote-tracking branches are never written. Whatever dies in
 * the middle leaves unreferenced objects at worst, and the same call can be made again.
 */
export function createGit(options: GitOptions): GitPort {
  const remote = requireRemote(options.remote);
  const limits = options.limits ?? defaultLimits;
  const named = /^[A-Za-z0-9._-]+$/.test(remote);
  // A clone made with `--mirror` refuses to push a single branch unless this is off.
  const environment = gitEnvironment(options.environment ?? {}, named ? [[`remote.${remote}.mirror`, "false"]] : []);
  const timeoutMs = options.timeoutMs ?? 120_000;
  const runAt = (directory: string): RunGit =>
    createGitRunner({
      directory,
      environment,
      timeoutMs,
      maxOutputBytes: limits.totalBytes * 2,
    });
  const run = runAt(options.directory);
  const cache = createBlobCache(maxCacheCharacters);
  const remotes = remoteBranches({ run, remote, staleAfterMs: timeoutMs });
  const history = { run, isShallow: shallowCheck(run, options.directory) };
  const workTree = { run, runAt, limits };
  const write = async (series: CommitSeries): Promise<SeriesResult> => {
    requireSeries(series, limits);
    return commitAndPush({ run, remote, remotes, options }, series);
  };
  return {
    checkout: (folders) => readCheckout(workTree, folders),
    fetch: remotes.fetch,
    tip: remotes.tip,
    branches: remotes.branches,
    resolve: (revision) => resolveRevision(run, revision),
    readTree: (commit, paths) => readTree(run, { commit, paths }, { limits, cache }),
    listTree: (commit, paths) => listFiles(run, { commit, paths }, limits),
    readWorkTree: (paths) => readWorkTree(workTree, paths),
    isAncestor: (ancestor, descendant) => isAncestor(history, ancestor, descendant),
    lastChanges: (from, files) => readLastChanges(history, from, files),
    log: (from, query) => readLog(history, from, query),
    commitAndPush: async ({ branch, parent, ...commit }) => {
      const result = await write({ branch, parent, commits: [commit] });
      if (result.outcome !== "pushed") return result;
      return { outcome: "pushed", commit: requireCommit(result.commits[0] ?? "") };
    },
    commitSeriesAndPush: write,
  };
}

interface Writer {
  readonly run: RunGit;
  readonly remote: string;
  readonly remotes: RemoteBranches;
  readonly options: GitOptions;
}

async function commitAndPush(writer: Writer, series: CommitSeries): Promise<SeriesResult> {
  const { run, remotes } = writer;
  const { branch } = series;
  const commits = await makeCommits(run, series, { author: writer.options.author, at: writer.options.now() });
  const last = commits.findLast((commit) => commit !== null) ?? null;
  if (last === null) return { outcome: "unchanged" };
  const outcome = await pushCommit(run, writer.remote, { branch, commit: last });
  if (outcome === "pushed") {
    remotes.pushed(branch, last);
    return { outcome: "pushed", commits };
  }
  await remotes.fetch();
  return { outcome: "moved", tip: await remotes.tip(branch) };
}
