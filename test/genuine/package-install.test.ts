import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { packCheckout } from "../builders/packed.ts";

const call = promisify(execFile);

test("the package installs from its tarball with npm, and runs in an empty folder", async (t) => {
  const packed = await packCheckout();
  t.after(packed.close);
  const cwd = join(packed.folder, "elsewhere");
  await mkdir(cwd);
  await writeFile(join(cwd, "package.json"), JSON.stringify({ name: "elsewhere", version: "1.0.0", private: true }));
  // This Node first, so that npx runs the command with it. INIT_CWD of the run that started this one means nothing there.
  const path = [join(process.execPath, ".."), process.env["PATH"]].join(":");
  const { INIT_CWD: _, ...inherited } = process.env;
  const run = (program: string, args: readonly string[]) =>
    call(program, args, { cwd, env: { ...inherited, PATH: path }, maxBuffer: 2 ** 24 });
  await run("npm", ["install", "--omit=dev", "--no-audit", "--no-fund", packed.tarball]);
  assert.match((await run("npx", ["--no-install", "drover", "--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
  await run("npx", ["--no-install", "drover", "init", "--dir", "dr", "--kubeconfig", join(cwd, "none")]);
  const { stdout } = await run("npx", ["--no-install", "drover", "validate", "--repo", "dr"]);
  assert.match(stdout, /^Valid: 2 clusters/m);
});
