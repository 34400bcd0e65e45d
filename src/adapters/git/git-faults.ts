import { GitFault } from "../../ports/git.ts";
import type { GitFaultCode } from "../../ports/git.ts";

/** What a failed git process left behind. `exitCode` is null when it was killed or never started. */
export interface GitFailure {
  readonly args: readonly string[];
  readonly directory: string;
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly secrets: readonly string[];
}

/** What git 2.39 says of ENOSPC and EDQUOT, its own or a remote's. */
export const fullDisk = /no space left on device|out of disk ?space|disk quota exceeded/i;

/** In order: the first that matches decides. git prints these in the C locale (`LC_ALL=C`). */
const patterns: readonly (readonly [GitFaultCode, RegExp])[] = [
  ["no-space", fullDisk],
  [
    "denied",
    /authentication failed|could not read (username|password)|permission denied|access denied|terminal prompts disabled|returned error: 40[13]|repository not found|invalid username or (password|token)|host key verification failed/i,
  ],
  [
    "unreachable",
    /could not resolve host|connection (refused|timed out|reset)|failed to connect|couldn't connect|could not read from remote repository|unable to access|hung up unexpectedly|early eof|does not appear to be a git repository|remote error|returned error: 5\d\d|no such remote/i,
  ],
  ["not-a-repository", /not a git repository|dubious ownership|must be run in a work tree/i],
  ["shallow", /shallow/i],
  [
    "unknown-revision",
    /unknown revision|bad revision|not a valid (object|commit) name|not a tree object|bad object|needed a single revision|ambiguous argument|invalid object name|not a valid commit|missing \S+$|could not get object info|no such ref/im,
  ],
];

const remedies: Readonly<Record<GitFaultCode, string>> = {
  "not-a-repository":
    "Run inside a clone of the DR repository, name one with --repo DIR, or start one with drover init; a clone owned by another user needs git's safe.directory.",
  "unknown-revision": "Fetch the remote, or name a commit or branch that exists there.",
  unreachable: "Check the remote's address (git remote -v) and the network.",
  denied: "Check that GITHUB_TOKEN, the credential helper or the ssh key may read and push to the remote.",
  shallow: "Fetch the whole history: git fetch --unshallow.",
  "too-large": "Keep other data out of the folders that Drover reads.",
  "no-space":
    "Free space on the disk that the message names (the branch is as it was before), then run the same command again.",
  malformed: "Check the repository with git fsck.",
  failed: "Run the same git command by hand to see more.",
};

/** Turns the failure of a git process into the port's fault, without credentials in the text. */
export function faultOf(failure: GitFailure): GitFault {
  const code = patterns.find(([, pattern]) => pattern.test(failure.stderr))?.[0] ?? "failed";
  const said = redact(telling(failure.stderr), failure.secrets);
  const status = failure.exitCode === null ? "was stopped" : `ended with ${String(failure.exitCode)}`;
  const why = said === "" ? "" : `: ${said}`;
  return fault(code, `git ${failure.args[0] ?? ""} in ${failure.directory} ${status}${why}`);
}

/** The lines in which git says what went wrong; all of them where it marked none. */
function telling(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => !line.startsWith("hint:"));
  const marked = lines.filter((line) => /^\s*(?:fatal|error|remote|ssh):|^ ! /.test(line));
  return (marked.length > 0 ? marked : lines).join("\n");
}

/** A fault whose message ends with what to do about it. */
export function fault(code: GitFaultCode, what: string, options?: ErrorOptions): GitFault {
  return new GitFault(code, `${what.replace(/[.\s]+$/, "")}. ${remedies[code]}`, options);
}

/**
 * One line of at most 400 characters: credentials masked (known tokens, userinfo of addresses, authorisation
 * headers), control characters removed, git's prefixes kept.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, "***");
  masked = masked
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi, "$1***@")
    .replace(/(authorization:\s*)[^\r\n]*/gi, "$1***")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  return masked.length > 400 ? `${masked.slice(0, 400)} [shortened]` : masked;
}
