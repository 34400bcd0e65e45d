import { mkdir, chmod } from "node:fs/promises";
import { join } from "node:path";
import { newToken } from "./embedded-clusters.ts";
import { type People, createPeople } from "./people.ts";
import { writePrivateFile } from "./private-folder.ts";
import { type RunGit, gitIn, gitVariables } from "./run-git.ts";
import { type ServedForge, serveForge } from "./serve-forge.ts";

/** Who works with the repository: one opens changes and runs Drover, the others approve. */
export const AUTHOR = "dana";
export const APPROVERS = ["ada", "ben"] as const;

/** The forge of a sandbox: an embedded GitHub on a loopback socket over a bare repository, and a checkout of it. */
export interface SandboxForge {
  readonly apiUrl: string;
  readonly cloneUrl: string;
  /** Token of the author, for `GITHUB_TOKEN`. */
  readonly token: string;
  /** Absolute path of the checkout of `main`. */
  readonly checkout: string;
  readonly people: People;
  /** git in the checkout, as the author. */
  readonly git: RunGit;
  close(): Promise<void>;
}

/** Makes the repository with `documents` as its first commit, serves it and clones it. */
export async function openForge(
  folder: string,
  options: { readonly documents: Readonly<Record<string, string>>; readonly path: string | undefined },
): Promise<SandboxForge> {
  const bare = join(folder, "dr.git");
  const checkout = join(folder, "dr");
  const variables = gitVariables(options.path, folder);
  const git = gitIn(checkout, variables);
  await mkdir(bare, { mode: 0o700 });
  await mkdir(checkout, { mode: 0o700 });
  await gitIn(bare, variables)(["init", "--quiet", "--bare", "--initial-branch=main"]);
  const tokens = Object.fromEntries([AUTHOR, ...APPROVERS].map((login) => [login, newToken()]));
  const committing = firstCommit(git, { checkout, bare, documents: options.documents });
  committing.catch(() => undefined);
  const served = await serveForge({ directory: bare, tokens, author: AUTHOR, searchPath: options.path });
  try {
    await committing;
    const token = tokens[AUTHOR] ?? "";
    await connect(git, { served, token });
    const { apiUrl, cloneUrl, close } = served;
    return { apiUrl, cloneUrl, token, checkout, people: createPeople(apiUrl, tokens), git, close };
  } catch (error) {
    await served.close();
    throw error;
  }
}

/** Everything before the first pull request is one commit, pushed straight into the bare repository. */
async function firstCommit(
  git: RunGit,
  of: {
    readonly checkout: string;
    readonly bare: string;
    readonly documents: Readonly<Record<string, string>>;
  },
): Promise<void> {
  await git(["init", "--quiet", "--initial-branch=main"]);
  await chmod(join(of.checkout, ".git", "config"), 0o600);
  await setIdentity(git);
  for (const [path, text] of Object.entries(of.documents)) await writePrivateFile(join(of.checkout, path), text);
  await git(["add", "--all"]);
  await git(["commit", "--quiet", "--message", "Two sites, one policy"]);
  await git(["push", "--quiet", of.bare, "main"]);
}

async function setIdentity(git: RunGit): Promise<void> {
  await git(["config", "user.name", "Dana"]);
  await git(["config", "user.email", `${AUTHOR}@acme.example`]);
  await git(["config", "gc.auto", "0"]);
  await git(["config", "maintenance.auto", "false"]);
}

/** The token stands in the checkout's own configuration, so that a plain `git pull` works there. */
async function connect(git: RunGit, to: { readonly served: ServedForge; readonly token: string }): Promise<void> {
  const { cloneUrl } = to.served;
  const credentials = Buffer.from(`x-access-token:${to.token}`, "utf8").toString("base64");
  await git(["remote", "add", "origin", cloneUrl]);
  await git(["config", `http.${new URL(cloneUrl).origin}/.extraHeader`, `Authorization: Basic ${credentials}`]);
  await git(["fetch", "--quiet", "origin"]);
  await git(["branch", "--quiet", "--set-upstream-to=origin/main", "main"]);
}
