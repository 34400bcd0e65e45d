import type { Declared } from "./source.ts";

export interface Forge {
  readonly type: "github";
  /** `owner/name`. */
  readonly repository: string;
}

/** How many distinct people, never the author, must approve a change of that risk: 0 to 10. */
export interface Approvals {
  readonly verify: "forge" | "merge";
  readonly routine: number;
  readonly disruptive: number;
  readonly destructive: number;
  /** Logins that count. With `teams` empty too: anyone with write permission. */
  readonly users: readonly string[];
  /** `org/slug`. */
  readonly teams: readonly string[];
}

/** The repository's own settings: the one document of kind Settings, in `drover.yaml` at the root. */
export interface Settings extends Declared {
  /** Relative to the root, normalised: no `.`, no trailing slash. */
  readonly folders: readonly string[];
  readonly policies: string;
  readonly remote: string;
  readonly protectedBranch: string;
  /** Ends with `/`. */
  readonly branchPrefix: string;
  /** null: no forge. */
  readonly forge: Forge | null;
  readonly approvals: Approvals;
  readonly executor: "action" | "controller" | "cli";
}
