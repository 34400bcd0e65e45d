import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import { isBelow } from "../../src/adapters/git/paths.ts";
import type { CommitRequest, FileTree } from "../../src/ports/git.ts";

/** A commit that was made here: what git would say of it, without asking git. */
export interface KnownCommit {
  readonly parent: string | null;
  readonly message: string;
  /** All its files. */
  readonly files: FileTree;
}

/** Commits of one bare repository that this process made, by id. */
export type CommitStore = Map<string, KnownCommit>;

interface Signature {
  readonly name: string;
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Writes one commit as loose objects, byte for byte what git would write (gitformat-loose, git-commit-tree(1)), and
 * remembers it. Regular files only: the stories have no others.
 */
export function storeCommit(directory: string, commit: KnownCommit, signature: Signature): string {
  const tree = storeTree(directory, commit.files);
  const who = `${signature.name} <${signature.email}> ${String(Math.trunc(signature.at / 1000))} +0000`;
  const parents = commit.parent === null ? "" : `parent ${commit.parent}\n`;
  const text = `tree ${tree}\n${parents}author ${who}\ncommitter ${who}\n\n${commit.message.trimEnd()}\n`;
  return storeObject(directory, "commit", Buffer.from(text, "utf8"));
}

/** The files of a commit request on top of its parent's files; null when nothing differs. */
export function requestedFiles(parent: FileTree, request: CommitRequest): FileTree | null {
  const isOwned = (path: string): boolean => request.owns.some((owner) => isBelow(path, owner));
  const files = new Map([...[...parent].filter(([path]) => !isOwned(path)), ...request.files]);
  const same = files.size === parent.size && [...files].every(([path, text]) => parent.get(path) === text);
  return same && request.parent !== null ? null : files;
}

/** A folder: names to texts and to further folders. */
interface Folder {
  readonly files: Map<string, string>;
  readonly folders: Map<string, Folder>;
}

function storeTree(directory: string, files: FileTree): string {
  const root: Folder = { files: new Map(), folders: new Map() };
  for (const [path, text] of files) {
    const names = path.split("/");
    const name = names.pop() ?? "";
    let folder = root;
    for (const parent of names) {
      const next = folder.folders.get(parent) ?? { files: new Map(), folders: new Map() };
      folder.folders.set(parent, next);
      folder = next;
    }
    folder.files.set(name, text);
  }
  return storeFolder(directory, root);
}

function storeFolder(directory: string, folder: Folder): string {
  const entries: { readonly sort: string; readonly head: string; readonly id: string }[] = [];
  for (const [name, text] of folder.files) {
    const id = storeObject(directory, "blob", Buffer.from(text, "utf8"));
    entries.push({ sort: name, head: `100644 ${name}`, id });
  }
  for (const [name, below] of folder.folders) {
    // git sorts a folder as if its name ended with a slash.
    entries.push({ sort: `${name}/`, head: `40000 ${name}`, id: storeFolder(directory, below) });
  }
  const sorted = entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.sort), Buffer.from(b.sort)));
  const parts = sorted.flatMap(({ head, id }) => [Buffer.from(`${head}\0`, "utf8"), Buffer.from(id, "hex")]);
  return storeObject(directory, "tree", Buffer.concat(parts));
}

function storeObject(directory: string, type: string, content: Buffer): string {
  const bytes = Buffer.concat([Buffer.from(`${type} ${String(content.length)}\0`, "latin1"), content]);
  const id = createHash("sha1").update(bytes).digest("hex");
  const file = join(directory, "objects", id.slice(0, 2), id.slice(2));
  if (existsSync(file)) return id;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, deflateSync(bytes, { level: 1 }));
  renameSync(`${file}.new`, file);
  return id;
}
