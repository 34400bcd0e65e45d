import type { GitProcess } from "./git-process.ts";
import type { GitHubState } from "./state.ts";

/**
 * The embedded GitHub at one moment. Objects of the bare repository are not copied: git never changes one and nothing
 * here deletes any, so the refs are all there is to bring back.
 */
export interface GitHubSnapshot {
  readonly state: GitHubState;
  readonly refs: ReadonlyMap<string, string>;
}

/** Makes the refs exactly those of the snapshot, in one transaction. */
export async function restoreRefs(
  git: GitProcess,
  current: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): Promise<void> {
  const updates = [...wanted].filter(([ref, id]) => current.get(ref) !== id).map(([ref, id]) => `update ${ref} ${id}`);
  const deletions = [...current.keys()].filter((ref) => !wanted.has(ref)).map((ref) => `delete ${ref}`);
  const commands = [...deletions, ...updates];
  if (commands.length === 0) return;
  const result = await git({ args: ["update-ref", "--stdin"], input: `${commands.join("\n")}\n` });
  if (result.code !== 0) throw new Error(`git update-ref ended with ${String(result.code)}: ${result.stderr}`);
}
