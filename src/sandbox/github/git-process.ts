import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";

/** One git process in the bare repository. */
export interface GitCall {
  readonly args: readonly string[];
  readonly input?: Uint8Array | string;
  /** Variables beside the isolated environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export type GitProcess = (call: GitCall) => Promise<GitResult>;

/** Milliseconds after which a git process is killed. */
const timeoutMs = 60_000;

/** The repository belongs to the sandbox alone: no machine configuration, no hooks, no maintenance in the background. */
const isolation: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_CONFIG_COUNT: "5",
  GIT_CONFIG_KEY_0: "core.hooksPath",
  GIT_CONFIG_VALUE_0: "/dev/null",
  GIT_CONFIG_KEY_1: "gc.auto",
  GIT_CONFIG_VALUE_1: "0",
  GIT_CONFIG_KEY_2: "receive.autogc",
  GIT_CONFIG_VALUE_2: "false",
  GIT_CONFIG_KEY_3: "safe.directory",
  GIT_CONFIG_VALUE_3: "*",
  GIT_CONFIG_KEY_4: "advice.defaultBranchName",
  GIT_CONFIG_VALUE_4: "false",
};

/** Returns the function that runs git in a folder. It rejects only when git can't be started. */
export function gitProcess(directory: string, path: string | undefined): GitProcess {
  return (call) =>
    new Promise((resolve, reject) => {
      const env = { ...isolation, ...(path === undefined ? {} : { PATH: path }), ...call.variables };
      const child = spawn("git", call.args, { cwd: directory, env, stdio: ["pipe", "pipe", "pipe"] });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
      child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
      child.stdin.on("error", () => undefined);
      child.on("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
      child.on("close", (code) => {
        clearTimeout(timer);
        resolve({ code: code ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("utf8") });
      });
      child.stdin.end(call.input ?? "");
    });
}

/** Runs git and returns its output as text; throws when it fails. For what can only fail by a fault of the sandbox. */
export async function gitText(git: GitProcess, args: readonly string[]): Promise<string> {
  const result = await git({ args });
  if (result.code !== 0) throw new Error(`git ${args.join(" ")} ended with ${String(result.code)}: ${result.stderr}`);
  return result.stdout.toString("utf8").trimEnd();
}
