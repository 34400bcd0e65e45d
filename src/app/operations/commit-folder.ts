import type { Operation } from "../../core/model/operation.ts";
import { isActivated } from "../../core/render/activation.ts";
import { type BranchApplication, branchFiles } from "../../core/render/branch-files.ts";
import { isObjectFile } from "../../core/render/file-names.ts";
import { RECORD_FILE, readRecordFile } from "../../core/render/read-folder.ts";
import { isSealedPath } from "../../core/render/sealed-objects.ts";
import type { GitPort, SeriesCommit } from "../../ports/git.ts";
import type { StepOutcome } from "../events.ts";
import { APPLICATIONS_FOLDER, splitFolders } from "../gather-branches.ts";

const ATTEMPTS = 5;
const ROOT_FILES = [".gitattributes", "README.md", "hydrator.metadata"];
const TOP_FILE = "kustomization.yaml";

export interface BranchContext {
  readonly git: GitPort;
  readonly cluster: string;
  readonly protectedBranch: string;
  /** Commit of the protected branch that this run carries out. */
  readonly tip: string;
}

type FolderOperation = Extract<Operation, { type: "commit-folder" }>;

/** What became of each application's folder, or why the branch could not be written at all. */
export type FoldersOutcome =
  | { readonly state: "done"; readonly commits: readonly (string | null)[] }
  | { readonly state: "again"; readonly why: string };

/** Writes one application's folder; see `commitFolders`. */
export async function commitFolder(context: BranchContext, operation: FolderOperation): Promise<StepOutcome> {
  const outcome = await commitFolders(context, operation.branch, [operation]);
  if (outcome.state === "again") return outcome;
  const commit = outcome.commits[0] ?? null;
  return { state: "done", detail: commit === null ? "nothing to commit" : `commit ${commit.slice(0, 12)}` };
}

/**
 * Writes folders of one branch: a commit for each application, with the branch's front page brought up to date in it, and
 * one push for all. Somebody else who was faster on another application is no conflict: fetch, and write on top. Never
 * forced.
 */
export async function commitFolders(
  context: BranchContext,
  branch: string,
  operations: readonly FolderOperation[],
): Promise<FoldersOutcome> {
  const { git } = context;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const parent = await git.tip(branch);
    const others = parent === null ? new Map<string, BranchApplication>() : await applicationsAt(git, parent);
    const commits = operations.map((operation) => seriesCommit(context, operation, others));
    const result = await git.commitSeriesAndPush({ branch, parent, commits });
    switch (result.outcome) {
      case "pushed":
        return { state: "done", commits: result.commits };
      case "unchanged":
        return { state: "done", commits: operations.map(() => null) };
      case "moved":
        await git.fetch();
    }
  }
  return { state: "again", why: `${branch} moved on ${ATTEMPTS} times` };
}

/** The table of applications is brought up to date on the way: the next commit's front page shows this one. */
function seriesCommit(
  context: BranchContext,
  operation: FolderOperation,
  applications: Map<string, BranchApplication>,
): SeriesCommit {
  const folder = `${APPLICATIONS_FOLDER}/${operation.application}`;
  applications.set(operation.application, describe(operation.application, operation.files, operation.files.keys()));
  const own = [...operation.files].map(([path, text]): [string, string] => [`${folder}/${path}`, text]);
  const front = branchFiles({
    branch: operation.branch,
    cluster: context.cluster,
    protectedBranch: context.protectedBranch,
    applications: [...applications.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    source: { drySha: context.tip, repoUrl: null, author: null, date: null, subject: null, body: null },
  });
  return { owns: [folder, ...ROOT_FILES], files: new Map([...own, ...front]), message: operation.message };
}

/** The rows of the table as a commit has them. Of each folder only the record and the top file are read. */
async function applicationsAt(git: GitPort, commit: string): Promise<Map<string, BranchApplication>> {
  const ids = await git.listTree(commit, [APPLICATIONS_FOLDER]);
  const folders = splitFolders(ids);
  const wanted = [...folders.keys()].flatMap((name) =>
    [RECORD_FILE, TOP_FILE].map((file) => `${APPLICATIONS_FOLDER}/${name}/${file}`).filter((path) => ids.has(path)),
  );
  const texts = splitFolders(await git.readTree(commit, wanted));
  return new Map(
    [...folders].map(([name, paths]) => [name, describe(name, texts.get(name) ?? new Map(), paths.keys())]),
  );
}

/** One row: `files` holds the record and the top file at least, `paths` are all of the folder. */
function describe(name: string, files: ReadonlyMap<string, string>, paths: Iterable<string>): BranchApplication {
  const record = readRecordFile(files);
  const all = [...paths];
  return {
    name,
    sourceCluster: record?.sourceCluster ?? "unknown",
    namespaces: record?.namespaces.map((namespace) => namespace.name) ?? [],
    objects: all.filter((path) => isSealedPath(path) || isObjectFile(path)).length,
    sealed: all.some(isSealedPath),
    claims: record?.claims.length ?? 0,
    activated: files.has(TOP_FILE) && isActivated(files),
  };
}
