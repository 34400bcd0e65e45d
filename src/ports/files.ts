import type { FileTree } from "./git.ts";

export type FileProblemCode =
  | "path-escape" // a symbolic link that leaves the repository
  | "file-too-large"
  | "file-unreadable"; // no permission, not a regular file, not UTF-8, or more files than the limits allow

/** Why one file is missing from what was read: an expected outcome, reported together with all others. */
export interface FileProblem {
  readonly code: FileProblemCode;
  /** Relative to the folder that is read. */
  readonly path: string;
  readonly message: string;
}

export interface FilesRead {
  readonly files: FileTree;
  readonly problems: readonly FileProblem[];
}

/** A folder of text files, such as a work tree; needs neither git nor network. */
export interface FilesPort {
  /** The text files at or below the given paths (`*.yaml` and `*.yml` in folders). What does not exist is left out. */
  read(paths: readonly string[]): Promise<FilesRead>;
  /** Creates all the files, or none: the paths that are taken already are returned, and then nothing was written. */
  create(files: FileTree): Promise<readonly string[]>;
}

export type FilesFaultCode =
  | "no-folder" // the folder itself is not there, or is no folder
  | "denied"
  | "failed";

export class FilesFault extends Error {
  override readonly name = "FilesFault";
  readonly code: FilesFaultCode;
  constructor(code: FilesFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
