import { type DesiredResult, buildDesiredState } from "../core/desired/desired-state.ts";
import type { ProtectedApplication } from "../core/desired/protected-application.ts";
import { type FileTree, GitFault, type GitPort } from "../ports/git.ts";

const SETTINGS_FILE = "drover.yaml";
const HISTORY = 200;

export interface Repository {
  readonly desired: DesiredResult;
  /** Commit id, `-dirty` appended for a work tree that differs from it. */
  readonly revision: string;
  readonly commit: string;
  readonly files: FileTree;
}

/** The desired state as a commit holds it. */
export async function readRepositoryAt(git: GitPort, commit: string): Promise<Repository> {
  const files = await readDocuments((paths) => git.readTree(commit, paths));
  const previous = await lastParsable(git, commit, files);
  return { desired: buildDesiredState(files, previous), revision: commit, commit, files };
}

/** The desired state as the work tree holds it, for previews. */
export async function readWorkTree(git: GitPort): Promise<Repository> {
  const files = await readDocuments((paths) => git.readWorkTree(paths));
  const desired = buildDesiredState(files);
  const state = await git.checkout([SETTINGS_FILE, ...(desired.state.settings?.folders ?? [])]);
  const commit = state.head ?? "uncommitted";
  return { desired, revision: state.dirty ? `${commit}-dirty` : commit, commit, files };
}

async function readDocuments(read: (paths: readonly string[]) => Promise<FileTree>): Promise<FileTree> {
  const top = await read([SETTINGS_FILE]);
  const folders = buildDesiredState(top).state.settings?.folders ?? [];
  if (folders.length === 0) return top;
  const documents = await read([SETTINGS_FILE, ...folders]);
  return new Map([...documents].filter(([path]) => path === SETTINGS_FILE || /\.ya?ml$/.test(path)));
}

/** For files that no longer parse: their text when they last did, so that the applications they named are blocked. */
async function lastParsable(git: GitPort, commit: string, files: FileTree): Promise<ReadonlyMap<string, string>> {
  const broken = buildDesiredState(files)
    .findings.filter((finding) => finding.code.startsWith("yaml-"))
    .flatMap((finding) => finding.file ?? []);
  const previous = new Map<string, string>();
  for (const file of new Set(broken)) {
    for (const entry of await git.log(commit, { firstParent: true, paths: [file], limit: HISTORY })) {
      const text = (await git.readTree(entry.commit, [file])).get(file);
      const parses =
        text !== undefined &&
        !buildDesiredState(new Map([[file, text]])).findings.some((finding) => finding.code.startsWith("yaml-"));
      if (text === undefined || !parses) continue;
      previous.set(file, text);
      break;
    }
  }
  return previous;
}

/** One application's document at a commit, e.g. the verified one of a begun transition; null when it is not there. */
export async function documentAt(
  git: GitPort,
  commit: string,
  application: string,
): Promise<ProtectedApplication | null> {
  try {
    const files = await readDocuments((paths) => git.readTree(commit, paths));
    return buildDesiredState(files).state.applications.get(application) ?? null;
  } catch (error) {
    if (error instanceof GitFault && error.code === "unknown-revision") return null;
    throw error;
  }
}
