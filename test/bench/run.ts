import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import type { BenchResult } from "./bench-result.ts";
import { GENUINE_BENCHES } from "./genuine-benches.ts";
import { openStage } from "./genuine-stage.ts";
import { median, medianOfPairs } from "./median.ts";
import { sealSecretsBench } from "./seal-bench.ts";
import { writeSmallRepository } from "./small-repository.ts";

const SAMPLES = 20;
const MAIN = new URL("../../src/entry/main.mjs", import.meta.url).pathname;

/** Commands timed in pairs with an empty script on the same Node, so that the machine's mood cancels out. */
const BENCHES: readonly { readonly name: string; readonly bound: number; readonly argv: readonly string[] }[] = [
  { name: "start-help", bound: 2, argv: ["--help"] },
  { name: "start-validate", bound: 5, argv: ["validate", "--repo", "REPOSITORY"] },
];

/** Benches in this process, by name. */
const IN_PROCESS: Readonly<Record<string, () => Promise<BenchResult>>> = { seal: sealSecretsBench };

function milliseconds(argv: readonly string[], cwd: string): number {
  const started = process.hrtime.bigint();
  const run = spawnSync(process.execPath, argv, { cwd, stdio: "ignore", env: { ...process.env, INIT_CWD: cwd } });
  if (run.status !== 0) throw new Error(`${argv.join(" ")} ended with ${String(run.status)}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

function measure(bench: (typeof BENCHES)[number], folder: string): BenchResult {
  const empty = join(folder, "empty.mjs");
  const argv = [MAIN, ...bench.argv.map((word) => (word === "REPOSITORY" ? join(folder, "repository") : word))];
  for (let warm = 0; warm < 3; warm += 1) {
    milliseconds([empty], folder);
    milliseconds(argv, folder);
  }
  const pairs = Array.from(
    { length: SAMPLES },
    () => [milliseconds(argv, folder), milliseconds([empty], folder)] as const,
  );
  process.stderr.write(`${bench.name}: ${median(pairs.map(([ours]) => ours)).toFixed(0)} ms\n`);
  return { name: bench.name, against: "empty .mjs", ratio: medianOfPairs(pairs), bound: bench.bound, samples: SAMPLES };
}

function table(results: readonly BenchResult[]): string {
  const rows = results.map(({ name, against, ratio, bound, samples }) =>
    [
      name.padEnd(16),
      against.padEnd(12),
      ratio.toFixed(2).padStart(6),
      `≤ ${bound}`.padStart(6),
      String(samples).padStart(8),
    ].join("  "),
  );
  return ["name              against        ratio   bound   samples", ...rows].join("\n");
}

/** Objects that are captured; contracts and bounds are about this many. */
const OBJECTS = 10_000;

async function measureInProcess(asked: readonly string[]): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const [name, bench] of Object.entries(IN_PROCESS)) {
    if (asked.length === 0 || asked.includes(name)) results.push(await bench());
  }
  return results;
}

/** Only where one of them was asked for, or nothing in particular: a control plane has to be started and filled. */
async function measureGenuine(asked: readonly string[]): Promise<readonly BenchResult[]> {
  const chosen = Object.entries(GENUINE_BENCHES).filter(([name]) => asked.length === 0 || asked.includes(name));
  if (chosen.length === 0) return [];
  const stage = await openStage(Number(process.env["DROVER_BENCH_OBJECTS"] ?? OBJECTS));
  try {
    const results: BenchResult[] = [];
    for (const [, bench] of chosen) results.push(await bench(stage));
    return results;
  } finally {
    await stage.close();
  }
}

const words = process.argv.slice(2);
const json = words.includes("-o") && words[words.indexOf("-o") + 1] === "json";
const names = words.filter((word, index) => word !== "-o" && words[index - 1] !== "-o");
const known = [...BENCHES.map(({ name }) => name), ...Object.keys(IN_PROCESS), ...Object.keys(GENUINE_BENCHES)];
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`unknown bench ${unknown.join(", ")}; there are ${known.join(", ")}\n`);
  process.exitCode = 64;
} else {
  const folder = mkdtempSync(join(tmpdir(), "drover-bench-"));
  try {
    writeFileSync(join(folder, "empty.mjs"), "");
    writeSmallRepository(join(folder, "repository"));
    const chosen = BENCHES.filter((bench) => names.length === 0 || names.includes(bench.name));
    const results = [
      ...chosen.map((bench) => measure(bench, folder)),
      ...(await measureInProcess(names)),
      ...(await measureGenuine(names)),
    ];
    const machine = { cores: cpus().length, memoryBytes: totalmem(), node: process.version };
    const document = {
      apiVersion: "drover.dev/v1alpha1",
      kind: "Benchmark",
      results: results.map((result) => ({ ...result, machine })),
    };
    process.stdout.write(`${json ? JSON.stringify(document, null, 2) : table(results)}\n`);
    const over = results.filter((result) => result.ratio > result.bound);
    if (over.length > 0) process.stderr.write(`over the bound: ${over.map((result) => result.name).join(", ")}\n`);
    process.exitCode = over.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
