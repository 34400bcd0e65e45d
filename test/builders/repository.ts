import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readRefFiles, writeRefFile } from "../../src/sandbox/github/ref-files.ts";
import { storeCommit } from "../fakes/commit-store.ts";

/** A bare repository with one commit and a clone of it, in a private folder that `close` removes. */
export interface TestRepository {
  /** The private folder; also `HOME` of every git process. */
  readonly root: string;
  /** The bare repository: what a forge would host. */
  readonly bare: string;
  /** A clone with a work tree; its remote is `origin`. */
  readonly checkout: string;
  /** Variables that keep git away from the machine's configuration. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs git in the checkout, or in `cwd`, and returns standard output without the last line end. */
  readonly git: (args: readonly string[], options?: GitCallOptions) => Promise<string>;
  /** Writes files into the checkout, commits and pushes them to `branch`; returns the commit. */
  readonly commit: (files: Readonly<Record<string, string>>, options?: CommitOptions) => Promise<string>;
  readonly close: () => Promise<void>;
}

export interface GitCallOptions {
  readonly cwd?: string;
  readonly input?: string;
}

export interface CommitOptions {
  readonly message?: string;
  readonly push?: boolean;
}

/** Content of a repository whose first commit nobody looks at. */
const firstFiles: Readonly<Record<string, string>> = { "README.md": "# DR\n" };

/**
 * Environment of an isolated git: no system or user configuration, fixed identity and dates, no prompts. Follows
 * git(1), "Environment Variables".
 */
export function gitIsolation(home: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Jo Doe",
    GIT_AUTHOR_EMAIL: "jo@example.com",
    GIT_AUTHOR_DATE: "2026-11-23T00:00:00Z",
    GIT_COMMITTER_NAME: "Jo Doe",
    GIT_COMMITTER_EMAIL: "jo@example.com",
    GIT_COMMITTER_DATE: "2026-11-23T00:00:00Z",
  };
}

/** Makes the repositories; `files` are the content of the first commit on `main`. */
export async function createTestRepository(
  files: Readonly<Record<string, string>> = firstFiles,
): Promise<TestRepository> {
  const root = await mkdtemp(join(tmpdir(), "drover-git-"));
  const environment = gitIsolation(root);
  const bare = join(root, "origin.git");
  const checkout = join(root, "checkout");
  const git: TestRepository["git"] = (args, options = {}) =>
    runGit({ args, cwd: options.cwd ?? checkout, environment, input: options.input ?? "" });
  const first = await makeBare(bare, files);
  await makeCheckout({ bare, checkout, first });
  await git(["reset", "--quiet", "--hard"]);
  return {
    root,
    bare,
    checkout,
    environment,
    git,
    commit: async (changed, options = {}) => {
      await writeFiles(checkout, changed);
      await git(["add", "--all"]);
      await git(["commit", "--quiet", "--allow-empty", "--message", options.message ?? "Change"]);
      const head = await readFile(join(checkout, ".git/HEAD"), "utf8");
      const ref = /^ref: (\S+)/.exec(head)?.[1];
      if (ref === undefined) return head.trim();
      const commit = (await readRefFiles(join(checkout, ".git"), ref)).get(ref) ?? "";
      if (options.push !== false) await pushFiles({ bare, checkout, ref, commit });
      return commit;
    },
    close: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Writes text files below a folder, parents included. A name that ends with `.sh` becomes executable. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    if (path.endsWith(".sh")) await chmod(file, 0o755);
  }
}

/** When the first commit was made. */
const FIRST = 1_795_392_000_000;

/** What `git init --bare` and one push make, without a process for each (gitrepository-layout(5)). */
async function makeBare(bare: string, files: Readonly<Record<string, string>>): Promise<string> {
  const settings = "[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n[maintenance]\n\tauto = false\n";
  for (const folder of ["objects", "refs/heads"]) await mkdir(join(bare, folder), { recursive: true });
  const who = { name: "Jo Doe", email: "jo@example.com", at: FIRST };
  const first = storeCommit(bare, { parent: null, message: "First", files: new Map(Object.entries(files)) }, who);
  await writeFiles(bare, {
    HEAD: "ref: refs/heads/main\n",
    config: `[core]\n\trepositoryformatversion = 0\n\tbare = true\n${settings}`,
    "refs/heads/main": `${first}\n`,
  });
  return first;
}

/** A clone as `git clone` leaves it, its work tree still empty. */
async function makeCheckout(clone: {
  readonly bare: string;
  readonly checkout: string;
  readonly first: string;
}): Promise<void> {
  const { bare, checkout, first } = clone;
  const remote = `[remote "origin"]\n\turl = ${bare}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`;
  const branch = '[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n';
  const core = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n";
  await cp(join(bare, "objects"), join(checkout, ".git/objects"), { recursive: true });
  for (const folder of ["hooks", "info"]) await mkdir(join(checkout, ".git", folder), { recursive: true });
  await writeFiles(join(checkout, ".git"), {
    HEAD: "ref: refs/heads/main\n",
    config: `${core}[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n${remote}${branch}`,
    "refs/heads/main": `${first}\n`,
    "refs/remotes/origin/HEAD": "ref: refs/remotes/origin/main\n",
    "refs/remotes/origin/main": `${first}\n`,
  });
}

/** What `git push` of a branch forward leaves on both sides, in five processes less. */
async function pushFiles(push: {
  readonly bare: string;
  readonly checkout: string;
  readonly ref: string;
  readonly commit: string;
}): Promise<void> {
  const own = join(push.checkout, ".git");
  await cp(join(own, "objects"), join(push.bare, "objects"), { recursive: true, force: false });
  await writeRefFile(push.bare, push.ref, push.commit);
  await writeRefFile(own, push.ref.replace("refs/heads/", "refs/remotes/origin/"), push.commit);
}

interface GitCall {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly input: string;
}

function runGit(call: GitCall): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: call.cwd, env: call.environment, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile("git", [...call.args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.replace(/\n$/, ""));
      else reject(new Error(`git ${call.args.join(" ")}: ${stderr}`, { cause: error }));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(call.input);
  });
}
