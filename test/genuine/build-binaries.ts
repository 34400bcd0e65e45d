import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { GENUINE_PROGRAMS, LINKER_FLAGS, programFolder, TOOLCHAIN_FOLDER } from "./toolchain-cache.ts";
import type { GenuineProgram } from "./toolchain-cache.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Either every program is there, or a sentence says what is missing and how to get it. */
export type BuildResult =
  | { readonly outcome: "ready"; readonly folder: string; readonly built: readonly string[] }
  | { readonly outcome: "missing"; readonly message: string };

const OLDEST_GO = [1, 26] as const;

/**
 * Builds what the cache does not have yet. Each program is linked into a temporary folder beside its place and moved
 * there in one step, so an interrupted or a second run at the same time never leaves half a file behind. A cold build
 * takes about ten minutes on two cores and needs the Go module proxy; afterwards nothing is run at all.
 */
export async function buildBinaries(environment: Environment, say: (line: string) => void): Promise<BuildResult> {
  const folder = programFolder(environment);
  const wanted = GENUINE_PROGRAMS.filter((program) => !existsSync(join(folder, program.name)));
  if (wanted.length === 0) return { outcome: "ready", folder, built: [] };
  const missing = await explainMissingGo(environment);
  if (missing !== null) return { outcome: "missing", message: missing };
  await mkdir(folder, { recursive: true });
  for (const [index, program] of wanted.entries()) {
    say(`building ${program.name} (${index + 1} of ${wanted.length}) into ${folder}`);
    const seconds = await buildOne(program, folder, environment);
    say(`built ${program.name} in ${seconds.toFixed(0)} s`);
  }
  return { outcome: "ready", folder, built: wanted.map((program) => program.name) };
}

async function buildOne(program: GenuineProgram, folder: string, environment: Environment): Promise<number> {
  const started = performance.now();
  const scratch = await mkdtemp(join(folder, ".building-"));
  try {
    const file = await compile(program, scratch, environment);
    await rename(file, join(folder, program.name));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return (performance.now() - started) / 1000;
}

async function compile(program: GenuineProgram, scratch: string, environment: Environment): Promise<string> {
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags", LINKER_FLAGS];
  switch (program.origin) {
    case "module": {
      const file = join(scratch, program.name);
      await runGo(["build", ...flags, "-o", file, program.package], TOOLCHAIN_FOLDER, environment);
      return file;
    }
    case "install": {
      const target = `${program.package}@${program.version}`;
      await runGo(["install", ...flags, target], scratch, { ...environment, GOBIN: scratch });
      return join(scratch, program.name);
    }
  }
}

async function explainMissingGo(environment: Environment): Promise<string | null> {
  const wanted = `Go ${OLDEST_GO.join(".")} or newer`;
  const remedy = "install it (https://go.dev/doc/install) and see that `go` is on PATH, then run again";
  let text: string;
  try {
    text = await runGo(["env", "GOVERSION"], TOOLCHAIN_FOLDER, environment);
  } catch (error) {
    const found = isMissingCommand(error) ? "there is none" : `this one refuses (${String(error)})`;
    return `The genuine tier needs ${wanted} to build Kubernetes; ${found}: ${remedy}.`;
  }
  const version = /^go(\d+)\.(\d+)/.exec(text.trim());
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  const enough = major > OLDEST_GO[0] || (major === OLDEST_GO[0] && minor >= OLDEST_GO[1]);
  return enough ? null : `The genuine tier needs ${wanted} to build Kubernetes; found ${text.trim()}: ${remedy}.`;
}

function isMissingCommand(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Runs `go` and returns what it printed; its complaints become the error. */
function runGo(args: readonly string[], cwd: string, environment: Environment): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("go", args, { cwd, env: { ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let complaints = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-8000)));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`go ${args.join(" ")} ended with ${code ?? "a signal"}:\n${complaints}`));
    });
  });
}

if (import.meta.main) {
  const result = await buildBinaries(process.env, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${result.outcome === "ready" ? result.folder : result.message}\n`);
  process.exitCode = result.outcome === "ready" ? 0 : 1;
}
