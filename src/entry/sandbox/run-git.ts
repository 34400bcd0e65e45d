import { execFile } from "node:child_process";

/** Milliseconds after which a git process of the sandbox is ended. */
const TIMEOUT = 60_000;

/**
 * Environment of git in the sandbox: the machine's own configuration stays outside, so that the story runs alike
 * everywhere (git(1), "Environment Variables").
 */
export function gitVariables(path: string | undefined, home: string): Readonly<Record<string, string>> {
  return {
    PATH: path ?? "/usr/bin:/bin",
    HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
  };
}

export type RunGit = (args: readonly string[]) => Promise<string>;

/** Runs git in one folder and gives what it printed. Throws with git's own words. */
export function gitIn(folder: string, variables: Readonly<Record<string, string>>): RunGit {
  return (args) =>
    new Promise((resolve, reject) => {
      execFile("git", [...args], { cwd: folder, env: variables, timeout: TIMEOUT }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout.trimEnd());
        else reject(new Error(`git ${args[0] ?? ""} in ${folder}: ${stderr.trim() || error.message}`));
      });
    });
}
