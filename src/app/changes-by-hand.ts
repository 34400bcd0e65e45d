import type { CommitInfo, GitPort } from "../ports/git.ts";
import { VERSION_TRAILER } from "../core/render/commit-message.ts";

/** Commits of a folder that are searched for the last one of Drover's. */
const FOLDER_HISTORY = 100;

/**
 * Folders of applications that somebody else than Drover left as they are now: application to what is known of the commit.
 * Drover's own commits carry its version as a trailer. A change that was taken back again is none.
 *
 * `log` is the branch's history, newest first; where it names nobody else, nothing more is asked.
 */
export async function changesByHand(
  git: GitPort,
  branch: { readonly tip: string; readonly log: readonly CommitInfo[]; readonly folders: ReadonlyMap<string, string> },
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (branch.log.every(isOwn)) return found;
  for (const [application, folder] of branch.folders) {
    const query = { firstParent: true, paths: [folder], limit: FOLDER_HISTORY };
    const entries = await git.log(branch.tip, query);
    const own = entries.find(isOwn);
    const [newest] = entries;
    if (newest === undefined || newest === own) continue;
    if (own !== undefined && (await isSame(git, folder, [branch.tip, own.commit]))) continue;
    found.set(application, `commit ${newest.commit.slice(0, 12)} (${shortened(newest.subject)}) changed it by hand`);
  }
  return found;
}

function isOwn({ trailers }: CommitInfo): boolean {
  return trailers.some(({ key }) => key === VERSION_TRAILER);
}

async function isSame(git: GitPort, folder: string, commits: readonly [string, string]): Promise<boolean> {
  const [one, other] = await Promise.all(commits.map((commit) => git.listTree(commit, [folder])));
  if (one === undefined || other === undefined || one.size !== other.size) return false;
  return [...one].every(([path, id]) => other.get(path) === id);
}

/** A subject is somebody else's text in one of our lines. */
function shortened(subject: string): string {
  const clean = subject.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
  return clean.length > 60 ? `${clean.slice(0, 60)}…` : clean;
}
