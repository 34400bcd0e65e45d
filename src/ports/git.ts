/** Why git could not do what was asked. */
export type GitFaultCode =
  | "not-a-repository"
  | "unknown-revision"
  | "unreachable" // the remote does not answer
  | "denied" // authentication or authorisation
  | "shallow"
  | "too-large" // more files or bytes than the limits allow
  | "no-space" // the disk of this machine or of the remote is full
  | "malformed" // an answer git would not give, or a path that escapes
  | "failed";

export class GitFault extends Error {
  override readonly name = "GitFault";
  readonly code: GitFaultCode;
  constructor(code: GitFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface CheckoutState {
  /** Absolute path of the work tree's top. */
  readonly root: string;
  /** Full commit id of HEAD; null in a repository without commits. */
  readonly head: string | null;
  readonly branch: string | null;
  /** Tracked files changed, or untracked files present, under the given folders. */
  readonly dirty: boolean;
  readonly shallow: boolean;
}

export interface CommitInfo {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly subject: string;
  /** Trailers in order, as `Key: value` lines at the end of the message. */
  readonly trailers: readonly { readonly key: string; readonly value: string }[];
}

/** Path (relative, forward slashes) to text. */
export type FileTree = ReadonlyMap<string, string>;

/** What one commit changes. */
export interface SeriesCommit {
  /** The files of these folders are exactly `files` afterwards; everything outside stays. `""` is the whole tree. */
  readonly owns: readonly string[];
  readonly files: FileTree;
  readonly message: string;
}

export interface CommitRequest extends SeriesCommit {
  readonly branch: string;
  /** Tip the content is based on; null creates the branch as an orphan. */
  readonly parent: string | null;
}

/** Several commits to one branch, each on top of the one before. */
export interface CommitSeries {
  readonly branch: string;
  readonly parent: string | null;
  readonly commits: readonly SeriesCommit[];
}

/** Ids in the order of the commits; null for each that would have changed nothing and was not made. */
export type SeriesResult =
  | { readonly outcome: "pushed"; readonly commits: readonly (string | null)[] }
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "moved"; readonly tip: string | null };

export type PushResult =
  | { readonly outcome: "pushed"; readonly commit: string }
  | { readonly outcome: "unchanged" } // the tree equals the parent's: no commit was made
  | { readonly outcome: "moved"; readonly tip: string | null }; // somebody else was faster: read again, never force

/** The DR repository. Reads come from objects, never through filters; nothing here touches the work tree. */
export interface GitPort {
  checkout(folders: readonly string[]): Promise<CheckoutState>;
  /** Fetches all branches of the remote (no tags, no pruning of what others own). */
  fetch(): Promise<void>;
  /** Tip of a branch on the remote as of the last fetch; null when there is none. */
  tip(branch: string): Promise<string | null>;
  /** Remote branches below a prefix, as of the last fetch. */
  branches(prefix: string): Promise<readonly { readonly branch: string; readonly commit: string }[]>;
  resolve(revision: string): Promise<string>;
  /** Text files below the given paths at a commit. Symlinks, submodules and over-limit sizes are a fault. */
  readTree(commit: string, paths: readonly string[]): Promise<FileTree>;
  /** Path to blob id of the files that `readTree` would read, for who only asks what is there or differs. */
  listTree(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** As `readTree`, from the work tree. Symlinks that leave it are a fault. */
  readWorkTree(paths: readonly string[]): Promise<FileTree>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** Newest first. `paths` limits to commits that touched them. */
  log(
    from: string,
    options: { readonly firstParent: boolean; readonly paths?: readonly string[]; readonly limit: number },
  ): Promise<readonly CommitInfo[]>;
  /** Each file to the newest first-parent commit that touched it, for many files at once. */
  lastChanges(from: string, files: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Commits to a branch of the remote by fast-forward from `parent`: one commit and one push, or nothing. */
  commitAndPush(request: CommitRequest): Promise<PushResult>;
  /** The same for several commits with one push: all arrive, or none. */
  commitSeriesAndPush(series: CommitSeries): Promise<SeriesResult>;
}
