import { fault } from "./git-faults.ts";

const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Throws `malformed` unless the text is a full commit id (SHA-1 or SHA-256). Everything else goes through `resolve`. */
export function requireCommit(text: string): string {
  if (!commitId.test(text)) throw fault("malformed", `${JSON.stringify(text.slice(0, 80))} is not a full commit id`);
  return text;
}

/** What nearly every path is: parts of letters, digits and dashes that don't begin with a dot. */
const ORDINARY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/**
 * Whether a path may be read from or written to a tree: relative, forward slashes, no empty, `.` or `..` part, no `.git`
 * in any part (git itself refuses it in a checkout, also in other letter case), no control characters, valid text.
 */
export function isSafePath(path: string): boolean {
  if (path.length <= 1024 && ORDINARY.test(path)) return true;
  if (path === "" || path.length > 1024 || /[\p{Cc}\\\uFFFD]/u.test(path)) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git");
}

/** A folder or file that the caller names; `""` is the whole tree, a trailing slash is dropped. Throws `malformed`. */
export function requirePath(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  if (trimmed !== "" && !isSafePath(trimmed)) {
    throw fault("malformed", `${JSON.stringify(path.slice(0, 200))} is not a relative path inside the repository`);
  }
  return trimmed;
}

/** Whether `path` is `owner` itself or lies below it; `""` owns everything. */
export function isBelow(path: string, owner: string): boolean {
  return owner === "" || path === owner || path.startsWith(`${owner}/`);
}

/**
 * Throws `malformed` unless the text is a branch name by the rules of git-check-ref-format(1). A leading `-` is refused
 * as `git branch` does, so that no name can be taken for an option.
 */
export function requireBranch(branch: string): string {
  const bad =
    branch.length > 200 ||
    !/^[^\p{Cc}\s~^:?*[\\]+$/u.test(branch) ||
    /^[-/]|\/$|\.$|\/\/|\.\.|@\{|^@$|^HEAD$/.test(branch) ||
    branch.split("/").some((part) => part.startsWith(".") || part.endsWith(".lock"));
  if (bad) throw fault("malformed", `${JSON.stringify(branch.slice(0, 80))} is not a branch name`);
  return branch;
}

/** Throws `malformed` unless the text can name a remote: a configured name, an address or a folder, never an option. */
export function requireRemote(remote: string): string {
  if (remote === "" || remote.startsWith("-") || remote.length > 1024 || /[\p{Cc}\s]/u.test(remote)) {
    throw fault("malformed", `${JSON.stringify(remote.slice(0, 80))} is not the name of a remote`);
  }
  return remote;
}
