import { Buffer } from "node:buffer";
import { simpleGit } from "simple-git";
import type { SimpleGitOptions } from "simple-git";
import type { GitFault } from "../../ports/git.ts";
import type { GitEnvironment } from "./environment.ts";
import { fault, faultOf } from "./git-faults.ts";

/** One git process. */
export interface GitCommand {
  readonly args: readonly string[];
  /** Bytes for standard input. */
  readonly input?: Buffer;
  /** Exit codes that are answers; any other is a fault. Default: 0. */
  readonly exits?: readonly number[];
  /**
   * A command that talks to a remote may leave a helper behind that keeps the pipes open (an ssh master connection);
   * for it the exit of git itself ends the wait. Everything that lists content waits for the pipes to close instead:
   * a list that was cut short would read like a deletion.
   */
  readonly remote?: boolean;
}

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export type RunGit = (command: GitCommand) => Promise<GitAnswer>;

export interface GitRunnerOptions {
  readonly directory: string;
  readonly environment: GitEnvironment;
  /** Milliseconds after which a process is killed. */
  readonly timeoutMs: number;
  /** Bytes of output after which a process is killed. */
  readonly maxOutputBytes: number;
}

/** Milliseconds that a killed process gets before the call fails without it. */
const killGraceMs = 5_000;

/**
 * Milliseconds after git's exit in which the pipes of a remote command may still bring something. simple-git holds the
 * process for that long even when they close at once, so every command of the user would end so much later.
 */
const pipesGraceMs = 200;

/** Guards of simple-git that concern what `environment.ts` sets on purpose, with fixed or checked values. */
const ownConfiguration: NonNullable<SimpleGitOptions["unsafe"]> = {
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeHooksPath: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeDiffExternal: true,
  allowUnsafeAskPass: true,
  allowUnsafePager: true,
  allowUnsafeSshCommand: true,
};

/**
 * Returns the function that starts every git process of this adapter: argument arrays, isolated environment, a time and
 * an output limit that kill. Throws `GitFault`; text of the process appears in it without credentials.
 */
export function createGitRunner(options: GitRunnerOptions): RunGit {
  return async (command) => {
    const answer = await runOnce(options, command);
    if (answer.stopped !== null) throw answer.stopped;
    if (!(command.exits ?? [0]).includes(answer.exitCode)) {
      throw faultOf({
        args: command.args,
        directory: options.directory,
        exitCode: answer.exitCode < 0 ? null : answer.exitCode,
        stderr: answer.stderr,
        secrets: options.environment.secrets,
      });
    }
    return answer;
  };
}

interface RawAnswer extends GitAnswer {
  readonly stopped: GitFault | null;
}

async function runOnce(options: GitRunnerOptions, command: GitCommand): Promise<RawAnswer> {
  const name = `git ${command.args[0] ?? ""} in ${options.directory}`;
  const stopper = createStopper();
  const timer = setTimeout(() => {
    const code = command.remote === true ? "unreachable" : "failed";
    stopper.stop(fault(code, `${name} took longer than ${options.timeoutMs} ms`));
  }, options.timeoutMs);
  try {
    const answer = await Promise.race([start(options, command, stopper), afterGrace(stopper.signal)]);
    return { ...answer, stopped: stopper.reason() };
  } catch (error) {
    throw (
      stopper.reason() ??
      fault("not-a-repository", `${name} could not start: there is no such folder, or no git`, {
        cause: error,
      })
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Stops one process, and remembers the first reason. */
interface Stopper {
  readonly signal: AbortSignal;
  readonly stop: (reason: GitFault) => void;
  readonly reason: () => GitFault | null;
}

function createStopper(): Stopper {
  const abort = new AbortController();
  let first: GitFault | null = null;
  return {
    signal: abort.signal,
    stop: (reason) => {
      first ??= reason;
      abort.abort();
    },
    reason: () => first,
  };
}

/** Settles only after an abort, and then only when the killed process did not end by itself. */
function afterGrace(signal: AbortSignal): Promise<GitAnswer> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      setTimeout(() => {
        resolve({ exitCode: -1, stdout: Buffer.alloc(0), stderr: "" });
      }, killGraceMs).unref();
    });
  });
}

async function start(options: GitRunnerOptions, command: GitCommand, stopper: Stopper): Promise<GitAnswer> {
  const { variables } = options.environment;
  const { input } = command;
  let answer: GitAnswer = { exitCode: -1, stdout: Buffer.alloc(0), stderr: "" };
  const git = simpleGit({
    baseDir: options.directory,
    abort: stopper.signal,
    allowEnvironment: Object.keys(variables),
    unsafe: ownConfiguration,
    completion: { onClose: true, onExit: command.remote === true ? pipesGraceMs : false },
    ...(input === undefined ? {} : { input: () => input }),
    // Called for every process: the one place where simple-git shows exit code and bytes.
    errors: (_error, result) => {
      answer = {
        exitCode: result.exitCode,
        stdout: Buffer.concat(result.stdOut),
        stderr: Buffer.concat(result.stdErr).toString("utf8"),
      };
      return undefined;
    },
  });
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > options.maxOutputBytes) {
      const limit = `${options.maxOutputBytes} bytes`;
      stopper.stop(
        fault("too-large", `git ${command.args[0] ?? ""} in ${options.directory} printed more than ${limit}`),
      );
    }
  };
  git.outputHandler((_command, stdout, stderr) => {
    stdout.on("data", count);
    stderr.on("data", count);
  });
  await git.env(variables).raw([...command.args]);
  return answer;
}
