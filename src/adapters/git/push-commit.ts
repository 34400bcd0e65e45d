import type { GitFaultCode } from "../../ports/git.ts";
import { fault, fullDisk, redact } from "./git-faults.ts";
import { requireBranch, requireCommit } from "./paths.ts";
import type { RunGit } from "./run-git.ts";

/** `rejected`: the branch is not where the commit's parent was. */
export type PushOutcome = "pushed" | "rejected";

/**
 * Pushes exactly one commit to one branch, by fast-forward only: no `+`, no force option, whatever the user's
 * configuration says. Throws `denied` when the remote's rules refuse, else what `run` throws.
 */
export async function pushCommit(
  run: RunGit,
  remote: string,
  target: { readonly branch: string; readonly commit: string },
): Promise<PushOutcome> {
  const refspec = `${requireCommit(target.commit)}:refs/heads/${requireBranch(target.branch)}`;
  const options = ["--porcelain", "--no-verify", "--no-signed", "--no-follow-tags", "--recurse-submodules=no"];
  const { stdout, stderr, exitCode } = await run({
    args: ["push", ...options, remote, refspec],
    exits: [0, 1],
    remote: true,
  });
  const line = stdout
    .toString("utf8")
    .split("\n")
    .find((text) => /^[ +\-*!=]\t/.test(text));
  const [flag = "", , summary = ""] = line?.split("\t") ?? [];
  if (exitCode === 0 && (flag === " " || flag === "*" || flag === "=")) return "pushed";
  if (flag === "!" && isLostRace(summary)) return "rejected";
  throw fault(
    fullDisk.test(stderr) ? "no-space" : refusalCode(summary),
    `the remote refused ${target.branch}: ${redact(`${summary} ${stderr}`, [])}`,
  );
}

function refusalCode(summary: string): GitFaultCode {
  if (/shallow/i.test(summary)) return "shallow";
  return /declined|protected|denied|not allowed|prohibited/i.test(summary) ? "denied" : "failed";
}

/** git's own refusal before sending, or the remote's when the ref moved between its advertisement and the update. */
function isLostRace(summary: string): boolean {
  if (summary.startsWith("[rejected]")) return true;
  const reason =
    /cannot lock ref|failed to update ref|incorrect old value|already exists|non-fast-forward|fetch first/i;
  return summary.startsWith("[remote rejected]") && reason.test(summary);
}
