import type { GitProcess } from "./git-process.ts";
import { hasPackedRefs, readRefFiles, writeRefFile } from "./ref-files.ts";
import type { GitHubState } from "./state.ts";

/**
 * The embedded GitHub at one moment. Objects of the bare repository are not copied: git never changes one and nothing
 * here deletes any, so the refs are all there is to bring back.
 */
export interface GitHubSnapshot {
  readonly state: GitHubState;
  readonly refs: ReadonlyMap<string, string>;
}

/** Makes the refs exactly those of the snapshot; as files where that can be done, else by one transaction of git. */
export async function restoreRefs(directory: string, git: GitProcess, wanted: GitHubSnapshot["refs"]): Promise<void> {
  try {
    if (!(await hasPackedRefs(directory))) {
      const { gone, moved } = await changesTo(directory, wanted);
      for (const ref of gone) await writeRefFile(directory, ref, null);
      for (const [ref, id] of moved) await writeRefFile(directory, ref, id);
      return;
    }
  } catch {
    // An empty folder is where a ref must be: git takes such folders away.
  }
  const { gone, moved } = await changesTo(directory, wanted);
  const commands = [...gone.map((ref) => `delete ${ref}`), ...moved.map(([ref, id]) => `update ${ref} ${id}`)];
  if (commands.length === 0) return;
  const result = await git({ args: ["update-ref", "--stdin"], input: `${commands.join("\n")}\n` });
  if (result.code !== 0) throw new Error(`git update-ref ended with ${String(result.code)}: ${result.stderr}`);
}

async function changesTo(directory: string, wanted: GitHubSnapshot["refs"]) {
  const current = await readRefFiles(directory);
  return {
    gone: [...current.keys()].filter((ref) => !wanted.has(ref)),
    moved: [...wanted].filter(([ref, id]) => current.get(ref) !== id),
  };
}
