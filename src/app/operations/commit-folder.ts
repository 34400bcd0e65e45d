import type { Operation } from "../../core/model/operation.ts";
import { branchFiles } from "../../core/render/branch-files.ts";
import { readFolder } from "../../core/render/read-folder.ts";
import { isActivated } from "../../core/render/activation.ts";
import { isSealedPath } from "../../core/render/sealed-objects.ts";
import type { BranchApplication } from "../../core/render/branch-files.ts";
import type { GitPort } from "../../ports/git.ts";
import type { StepOutcome } from "../events.ts";
import { APPLICATIONS_FOLDER, splitFolders } from "../gather-branches.ts";

const ATTEMPTS = 5;
const ROOT_FILES = [".gitattributes", "README.md", "hydrator.metadata"];

export interface BranchContext {
  readonly git: GitPort;
  readonly cluster: string;
  readonly protectedBranch: string;
  /** Commit of the protected branch that this run carries out. */
  readonly tip: string;
}

/**
 * Writes one application's folder, with the branch's front page brought up to date in the same commit. Somebody else
 * who was faster on another application is no conflict: fetch, and write on top. Never forced.
 */
export async function commitFolder(
  context: BranchContext,
  operation: Extract<Operation, { type: "commit-folder" }>,
): Promise<StepOutcome> {
  const folder = `${APPLICATIONS_FOLDER}/${operation.application}`;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const parent = await context.git.tip(operation.branch);
    const own = new Map([...operation.files].map(([path, text]) => [`${folder}/${path}`, text]));
    const others =
      parent === null ? new Map<string, string>() : await context.git.readTree(parent, [APPLICATIONS_FOLDER]);
    const files = new Map([...own, ...frontPage(context, operation, others)]);
    const result = await context.git.commitAndPush({
      branch: operation.branch,
      parent,
      owns: [folder, ...ROOT_FILES],
      files,
      message: operation.message,
    });
    switch (result.outcome) {
      case "pushed":
        return { state: "done", detail: `commit ${result.commit.slice(0, 12)}` };
      case "unchanged":
        return { state: "done", detail: "nothing to commit" };
      case "moved":
        await context.git.fetch();
    }
  }
  return { state: "again", why: `${operation.branch} moved on ${ATTEMPTS} times` };
}

function frontPage(
  context: BranchContext,
  operation: Extract<Operation, { type: "commit-folder" }>,
  tree: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const folders = new Map(splitFolders(tree));
  folders.set(operation.application, operation.files);
  return branchFiles({
    branch: operation.branch,
    cluster: context.cluster,
    protectedBranch: context.protectedBranch,
    applications: [...folders].map(([name, files]) => describe(name, files)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    source: { drySha: context.tip, repoUrl: null, author: null, date: null, subject: null, body: null },
  });
}

function describe(name: string, files: ReadonlyMap<string, string>): BranchApplication {
  const record = readFolder(files)?.record;
  return {
    name,
    sourceCluster: record?.sourceCluster ?? "unknown",
    namespaces: record?.namespaces.map((namespace) => namespace.name) ?? [],
    objects: [...files.keys()].filter(
      (path) => isSealedPath(path) || (path.startsWith("base/") && !path.endsWith("kustomization.yaml")),
    ).length,
    sealed: [...files.keys()].some(isSealedPath),
    claims: record?.claims.length ?? 0,
    activated: isActivated(files),
  };
}
