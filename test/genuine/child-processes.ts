import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Servers of one test run: each writes a log into a private folder, and none outlives this process. */
export interface ChildProcesses {
  readonly folder: string;
  /** Starts a program; its output goes to `<name>.log` in the folder. */
  start(name: string, program: string, args: readonly string[]): void;
  /** Throws, with the end of its log, when that program has ended. */
  requireAlive(name: string): void;
  /** Stops a program where it stands: its sockets stay open, and nobody answers on them. */
  freeze(name: string): void;
  /** Ends a program as a power cut does; resolves when it is gone. */
  kill(name: string): Promise<void>;
  /** Starts a program that was killed again, with the arguments it had; its log goes on. */
  startAgain(name: string): void;
  /** Ends everything by process id and removes the folder. Nothing here is worth a graceful goodbye. */
  stop(): Promise<void>;
}

interface Child {
  readonly process: ChildProcess;
  readonly program: string;
  readonly args: readonly string[];
}

const TAIL_LINES = 25;

/** When the test process fails, the ends of all logs are printed to stderr at its exit. */
export async function createChildProcesses(label: string): Promise<ChildProcesses> {
  const folder = await mkdtemp(join(tmpdir(), `drover-${label}-`));
  const children = new Map<string, Child>();
  const tails = new Map<string, string>();
  const guard = startGuard(folder);

  const rememberTails = (): void => {
    for (const name of children.keys()) tails.set(name, tailOf(join(folder, `${name}.log`)));
  };
  process.once("exit", (code) => {
    if (children.size > 0) rememberTails();
    if (code !== 0) for (const [name, tail] of tails) process.stderr.write(`--- end of ${name}.log\n${tail}\n`);
    for (const child of children.values()) child.process.kill("SIGKILL");
  });
  const start = (name: string, program: string, args: readonly string[]): void => {
    const child = spawnLogged(join(folder, `${name}.log`), program, args);
    children.set(name, { process: child, program, args });
    if (child.pid !== undefined) guard.stdin?.write(`${child.pid}\n`);
  };
  const find = (name: string): Child => {
    const child = children.get(name);
    if (child === undefined) throw new Error(`${name} was never started`);
    return child;
  };

  return {
    folder,
    start,
    requireAlive: (name) => {
      const child = children.get(name)?.process;
      if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) return;
      throw new Error(`${name} is not running:\n${tailOf(join(folder, `${name}.log`))}`);
    },
    freeze: (name) => {
      find(name).process.kill("SIGSTOP");
    },
    kill: async (name) => {
      const child = find(name).process;
      await end(child);
      guard.stdin?.write(`-${child.pid ?? 0}\n`); // its number may be somebody else's soon
    },
    startAgain: (name) => {
      const { program, args } = find(name);
      start(name, program, args);
    },
    stop: async () => {
      rememberTails();
      await Promise.all([...children.values()].map((child) => end(child.process)));
      children.clear();
      guard.ref();
      await end(guard);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function spawnLogged(file: string, program: string, args: readonly string[]): ChildProcess {
  const log = openSync(file, "a");
  const child = spawn(program, args, { cwd: dirname(file), stdio: ["ignore", log, log] });
  closeSync(log);
  child.on("error", () => undefined); // `requireAlive` reports a program that did not start
  return child;
}

/**
 * A shell that waits for our end of its input to close, which happens however this process dies, and then ends what we
 * started and removes the folder. It reads process ids; one with a minus is forgotten.
 */
function startGuard(folder: string): ChildProcess {
  const forget = 'left=; for other in $pids; do [ "-$other" = "$pid" ] || left="$left $other"; done; pids=$left';
  const collect = `while read -r pid; do case $pid in -*) ${forget};; *) pids="$pids $pid";; esac; done`;
  const script = `${collect}; kill -9 $pids 2>/dev/null; sleep 0.2; rm -rf "$1"`;
  const guard = spawn("/bin/sh", ["-c", script, "guard", folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  guard.stdin?.on("error", () => undefined);
  return guard;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

function tailOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
  } catch {
    return "(no log)";
  }
}
