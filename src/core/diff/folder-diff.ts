/** How a folder on a DR branch would change if its application were rendered now. Paths in byte order. */
export interface FolderDifference {
  /** The cluster that was captured. */
  readonly cluster: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

type Files = ReadonlyMap<string, string>;

/** What the source has and the branch does not; null when nothing differs. */
export function uncaptured(cluster: string, rendered: Files, branch: Files): FolderDifference | null {
  const added = [...rendered.keys()].filter((path) => !branch.has(path)).sort();
  const removed = [...branch.keys()].filter((path) => !rendered.has(path)).sort();
  const changed = [...rendered].flatMap(([path, text]) => {
    const before = branch.get(path);
    return before === undefined || before === text ? [] : [path];
  });
  if (added.length + removed.length + changed.length === 0) return null;
  return { cluster, added, changed: changed.sort(), removed };
}
