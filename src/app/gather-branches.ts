import type { DesiredState } from "../core/desired/desired-state.ts";
import type { BranchFacts } from "../core/plan/plan-input.ts";
import { type TransitionTrailer, transitionsIn } from "../core/render/commit-message.ts";
import type { GitPort } from "../ports/git.ts";
import { changesByHand } from "./changes-by-hand.ts";

/** Commits of a DR branch that are searched for trailers. Activations are rare; renders in between are many. */
const HISTORY = 2000;
export const APPLICATIONS_FOLDER = "applications";

export interface Branch {
  readonly facts: BranchFacts;
  /** Newest first. */
  readonly transitions: readonly TransitionTrailer[];
}

/** The DR branch of every cluster, as of the last fetch. */
export async function gatherBranches(git: GitPort, state: DesiredState): Promise<ReadonlyMap<string, Branch>> {
  const prefix = state.settings?.branchPrefix ?? "dr/";
  const branches = new Map<string, Branch>();
  for (const name of state.clusters.keys()) branches.set(name, await readBranch(git, `${prefix}${name}`));
  return branches;
}

async function readBranch(git: GitPort, branch: string): Promise<Branch> {
  const tip = await git.tip(branch);
  if (tip === null) return { facts: { branch, tip, folders: new Map(), byHand: new Map() }, transitions: [] };
  const tree = await git.readTree(tip, [APPLICATIONS_FOLDER]);
  const folders = splitFolders(tree);
  const log = await git.log(tip, { firstParent: true, limit: HISTORY });
  const paths = [...folders.keys()].map((name): [string, string] => [name, `${APPLICATIONS_FOLDER}/${name}`]);
  const byHand = await changesByHand(git, { tip, log, folders: new Map(paths) });
  return {
    facts: { branch, tip, folders, byHand },
    transitions: log.flatMap((entry) => transitionsIn(entry.trailers)),
  };
}

/** `applications/<application>/<path>` → application → path → text, or whatever else stands for the file. */
export function splitFolders(tree: ReadonlyMap<string, string>): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const folders = new Map<string, Map<string, string>>();
  for (const [path, text] of tree) {
    const [top, application, ...rest] = path.split("/");
    if (top !== APPLICATIONS_FOLDER || application === undefined || rest.length === 0) continue;
    const folder = folders.get(application) ?? new Map<string, string>();
    folder.set(rest.join("/"), text);
    folders.set(application, folder);
  }
  return folders;
}
