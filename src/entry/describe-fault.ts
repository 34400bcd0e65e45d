/** A fault as a person reads it: what, and what to do. A bug shows where it happened; nothing else prints a stack. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return `drover failed: ${String(error)}`;
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  switch (error.name) {
    case "GitFault":
    case "FilesFault":
    case "ForgeFault":
    case "ClusterFault":
      return `error: ${error.message}${code === null ? "" : ` [${code}]`}${remedyOf(error.name, code)}`;
    case "UsageFault":
      return `error: ${error.message}`;
    default:
      return `drover failed unexpectedly; please report this:\n${error.stack ?? error.message}`;
  }
}

/** For faults whose own message says no remedy; those of git do. */
function remedyOf(name: string, code: string | null): string {
  switch (`${name} ${code}`) {
    case "ForgeFault unauthorized":
    case "ForgeFault forbidden":
      return "\n  → set GITHUB_TOKEN to a token that may read pull requests and reviews of the repository";
    case "ClusterFault misconfigured":
      return "\n  → check spec.connection of the cluster and your kubeconfig";
    default:
      return "";
  }
}

/** Something that a person asked for and can't have; the message says what to do instead. */
export class UsageFault extends Error {
  override readonly name = "UsageFault";
}
