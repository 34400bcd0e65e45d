/**
 * Runs the test files of one tier: `node test/run.ts fast|genuine|kill [FILE…]`. Ends non-zero when a test failed, or when
 * none ran. The tiers and what they need are described in `README.md`.
 */
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { SUITES } from "./suites/folders.ts";

const TIERS = ["fast", "genuine", "kill"] as const;
type Tier = (typeof TIERS)[number];

const root = fileURLToPath(new URL("..", import.meta.url));
const guard = new URL("tools/loopback-only.ts", import.meta.url).href;

/** Test files that share a process each, and the folders whose files they load; see `suites/import-tests.ts`. */
const ENTRIES = Object.keys(SUITES).map((suite) => `test/suites/${suite}.ts`);
const TOGETHER = Object.values(SUITES)
  .flat()
  .map((folder) => `test/${folder}/`);

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...files] = args;
  const tier = TIERS.find((known) => known === name);
  if (tier === undefined) return complain(`usage: node test/run.ts ${TIERS.join("|")} [FILE…]`, 64);
  if (Number(process.versions.node.split(".")[0]) < 24) {
    return complain(`Tests need Node 24 or newer, and this is ${process.version}: run them with npm test.`, 1);
  }
  if (tier === "genuine") {
    const ready = await prepareGenuine();
    if (ready !== null) return ready;
  }
  const chosen = files.length > 0 ? files.map((file) => resolve(file)) : filesOf(tier);
  if (chosen.length === 0) return complain(`The tier ${tier} has no test files.`, 1);
  const tally = await runFiles(tier, chosen);
  if (tier === "kill") process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
  if (tally.passed + tally.failed === 0) return complain("No test ran.", 1);
  return tally.failed > 0 ? 1 : 0;
}

/** The files of a tier, in a stable order. */
function filesOf(tier: Tier): readonly string[] {
  const all = globSync("test/**/*.test.ts", { cwd: root }).sort();
  const special = ["test/genuine/", "test/kill/", "test/bench/", "test/histories/"];
  if (tier === "fast") {
    const own = all.filter((file) => ![...special, ...TOGETHER].some((folder) => file.startsWith(folder)));
    return [...ENTRIES, ...own].map(inRoot);
  }
  return all.filter((file) => file.startsWith(`test/${tier}/`)).map(inRoot);
}

function inRoot(file: string): string {
  return join(root, file);
}

/** null: ready. Otherwise the exit code: a machine without Go skips the tier, CI fails. */
async function prepareGenuine(): Promise<number | null> {
  const { prepareGenuineTier } = await import("./genuine/setup.ts");
  const setup = await prepareGenuineTier(process.env, (line) => process.stderr.write(`${line}\n`));
  if (setup.outcome === "ready") {
    Object.assign(process.env, setup.environment);
    return null;
  }
  const inCi = process.env["CI"] === "true";
  return complain(`${inCi ? "failed" : "skipped"}: ${setup.message}`, inCi ? 1 : 0);
}

async function runFiles(tier: Tier, files: readonly string[]): Promise<Tally> {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Ends the test files' processes too; the second signal ends this one at once.
    process.once(signal, () => {
      process.exitCode = signal === "SIGINT" ? 130 : 143;
      abort.abort();
    });
  }
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  // A hundred processes load the same modules: what one compiled, the next ones read.
  process.env["NODE_COMPILE_CACHE"] ??= join(root, "node_modules/.cache/drover-tests");
  const stream = run({
    cwd: root,
    files: [...files],
    // Genuine control planes take a machine for themselves.
    concurrency: tier === "fast" ? Math.min(2, availableParallelism()) : 1,
    execArgv: [`--import=${guard}`],
    signal: abort.signal,
    timeout: tier === "fast" ? 300_000 : 900_000,
  });
  stream.on("data", (event: TestEvent) => count(event, tally));
  const report = stream.compose(new spec());
  report.pipe(process.stdout);
  await finished(report, { writable: false });
  return tally;
}

/** Counts tests, not the suites and files around them; a file that could not even start is a failure. */
function count(event: TestEvent, tally: Tally): void {
  if (event.type !== "test:pass" && event.type !== "test:fail") return;
  const { data } = event;
  if (data.details.type === "suite") return;
  // Node reports a file without any test as one test that passed, under the file's own name.
  if (event.type === "test:pass" && data.file?.endsWith(data.name) === true) return;
  if (data.skip !== undefined || data.todo !== undefined) tally.skipped += 1;
  else if (event.type === "test:pass") tally.passed += 1;
  else tally.failed += 1;
}

function complain(message: string, code: number): number {
  process.stderr.write(`${message}\n`);
  return code;
}

const code = await main(process.argv.slice(2));
process.exitCode ??= code;
