import type { CommandContext } from "../../../src/entry/context.ts";

/** A command's surroundings whose output a test reads. */
export interface RecordedContext extends CommandContext {
  readonly out: () => string;
  readonly err: () => string;
  readonly exitCode: () => number | null;
}

/** `env` on top of the path that finds git. */
export function recordedContext(
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = { PATH: process.env["PATH"] },
): RecordedContext {
  let out = "";
  let err = "";
  let exitCode: number | null = null;
  return {
    stdout: (text) => void (out += text),
    stderr: (text) => void (err += text),
    cwd,
    env,
    isTerminal: false,
    colour: false,
    setExitCode: (code) => void (exitCode = code),
    out: () => out,
    err: () => err,
    exitCode: () => exitCode,
  };
}
