import { readFileSync } from "node:fs";

/** What something took: wall clock and processor time, the ended child processes included, in milliseconds. */
export interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Runs it and says what it took. */
export async function costOf<T>(work: () => Promise<T>): Promise<{ readonly cost: Cost; readonly value: T }> {
  const [started, before] = [performance.now(), processorTime()];
  const value = await work();
  return { cost: { ms: performance.now() - started, cpuMs: processorTime() - before }, value };
}

/** Ticks of 10 ms in `/proc/self/stat` (proc(5)): fields 16 and 17 are those of children that ended. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  return (user + system) / 1000 + (Number(fields[13]) + Number(fields[14])) * 10;
}

/** The most memory that this process ever held, in bytes (`VmHWM`, proc(5)). */
export function peakMemory(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}
