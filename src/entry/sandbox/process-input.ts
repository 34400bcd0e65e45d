import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/**
 * Resolves with the name of the first signal that asks the process to end, or SIGTERM when nobody reads its output any
 * more. A second signal ends it the hard way.
 */
export function processSignals(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.stdout.on("error", () => resolve("SIGTERM"));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(signal));
  });
}

/** Lines of stdin; none when it must not be read. Reading never keeps the process alive by itself. */
export function processLines(): AsyncIterable<string> {
  if (process.stdin.isTTY && !isForeground()) return nothing();
  const lines = createInterface({ input: process.stdin, terminal: false });
  process.stdin.unref?.();
  return lines;
}

async function* nothing(): AsyncGenerator<string> {}

/** A job in the background that reads its terminal is stopped by the kernel. proc(5): fields 5 and 8 of `stat`. */
function isForeground(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[2] === fields[5];
  } catch {
    // Not Linux: the shells there are the user's own business.
    return true;
  }
}
