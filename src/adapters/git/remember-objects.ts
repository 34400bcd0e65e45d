import type { GitPort } from "../../ports/git.ts";

/** Answers about commits, by question. Commits never change, so an answer is true for ever. */
export type ObjectMemory = Map<string, Promise<unknown>>;

const FULL_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const MAX_ANSWERS = 2_000;

/**
 * The same port, asking git only once about what a full commit id already decides: content, history and ancestry. Each
 * saved question is a process that need not start, and a pass asks most of them again. Branches are always asked.
 */
export function rememberObjects(git: GitPort, memory: ObjectMemory): GitPort {
  const once = <T>(key: readonly unknown[], ask: () => Promise<T>): Promise<T> => {
    const name = JSON.stringify(key);
    const known = memory.get(name);
    // The key names the method and its parameters, so the answer has that method's type.
    if (known !== undefined) return known as Promise<T>;
    const asked = ask();
    if (memory.size >= MAX_ANSWERS) memory.delete(memory.keys().next().value ?? "");
    memory.set(name, asked);
    asked.catch(() => memory.delete(name));
    return asked;
  };
  return {
    ...git,
    readTree: (commit, paths) =>
      FULL_ID.test(commit)
        ? once(["tree", commit, paths], () => git.readTree(commit, paths))
        : git.readTree(commit, paths),
    listTree: (commit, paths) =>
      FULL_ID.test(commit)
        ? once(["list", commit, paths], () => git.listTree(commit, paths))
        : git.listTree(commit, paths),
    isAncestor: (ancestor, descendant) =>
      FULL_ID.test(ancestor) && FULL_ID.test(descendant)
        ? once(["ancestor", ancestor, descendant], () => git.isAncestor(ancestor, descendant))
        : git.isAncestor(ancestor, descendant),
    lastChanges: (from, files) =>
      FULL_ID.test(from)
        ? once(["changes", from, files], () => git.lastChanges(from, files))
        : git.lastChanges(from, files),
    log: (from, options) =>
      FULL_ID.test(from) ? once(["log", from, options], () => git.log(from, options)) : git.log(from, options),
  };
}
