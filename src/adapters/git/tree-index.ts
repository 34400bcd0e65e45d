import { fault } from "./git-faults.ts";
import type { TreeEntry } from "./tree-entries.ts";

/** One folder of a tree, by name. Built once for a series of commits, each of which changes it. */
export type TreeFolder = Map<string, TreeEntry | TreeFolder>;

/** The files of a commit as nested folders. Throws `malformed` when a name is a file and a folder at once. */
export function indexTree(entries: readonly TreeEntry[]): TreeFolder {
  const root: TreeFolder = new Map();
  for (const entry of entries) putEntry(root, entry);
  return root;
}

/** The file at a path or all files below it, in the order in which they were put; `""` is everything. */
export function entriesBelow(root: TreeFolder, path: string): readonly TreeEntry[] {
  const found = path === "" ? root : nodeAt(root, path);
  if (found === null) return [];
  const entries: TreeEntry[] = [];
  collect(found, entries);
  return entries;
}

/** The nearest folder above the path that is a file in the tree; null when nothing is in the way. */
export function fileAbove(root: TreeFolder, path: string): string | null {
  let folder: TreeFolder = root;
  const parts = path.split("/");
  for (const [index, part] of parts.slice(0, -1).entries()) {
    const node = folder.get(part);
    if (node === undefined) return null;
    if (!(node instanceof Map)) return parts.slice(0, index + 1).join("/");
    folder = node;
  }
  return null;
}

export function putEntry(root: TreeFolder, entry: TreeEntry): void {
  const parts = entry.path.split("/");
  const name = parts.pop() ?? "";
  let folder = root;
  for (const part of parts) {
    const node = folder.get(part) ?? new Map<string, TreeEntry | TreeFolder>();
    if (!(node instanceof Map)) throw twice(entry.path);
    folder.set(part, node);
    folder = node;
  }
  if (folder.get(name) instanceof Map) throw twice(entry.path);
  folder.set(name, entry);
}

/** Takes out a file or a folder with everything below it, and the folders that are empty then, as git does. */
export function removeBelow(root: TreeFolder, path: string): void {
  if (path === "") root.clear();
  else removeAt(root, path.split("/"));
}

function removeAt(folder: TreeFolder, parts: readonly string[]): void {
  const [name = "", ...rest] = parts;
  const node = folder.get(name);
  if (rest.length === 0 || !(node instanceof Map)) {
    if (rest.length === 0) folder.delete(name);
    return;
  }
  removeAt(node, rest);
  if (node.size === 0) folder.delete(name);
}

function nodeAt(root: TreeFolder, path: string): TreeEntry | TreeFolder | null {
  let node: TreeEntry | TreeFolder | undefined = root;
  for (const part of path.split("/")) {
    if (!(node instanceof Map)) return null;
    node = node.get(part);
  }
  return node ?? null;
}

function collect(node: TreeEntry | TreeFolder, entries: TreeEntry[]): void {
  if (!(node instanceof Map)) entries.push(node);
  else for (const nested of node.values()) collect(nested, entries);
}

function twice(path: string): Error {
  return fault("malformed", `the tree has a file and a folder of one name: ${JSON.stringify(path.slice(0, 200))}`);
}
