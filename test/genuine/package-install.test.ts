import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { asString, at } from "../../src/core/model/fields.ts";
import { packCheckout } from "../builders/packed.ts";
import { assertFitsSchema } from "../builders/schema-check.ts";

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
  await opensSandbox(cwd);
});

/** The sandbox reads its data from the package, says where it is, and leaves nothing at the end. */
async function opensSandbox(cwd: string): Promise<void> {
  const home = join(cwd, "home");
  await mkdir(home);
  const main = join(cwd, "node_modules/drover/lib/entry/main.mjs");
  const child = spawn(process.execPath, [main, "sandbox", "-o", "json"], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: home, TMPDIR: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const document = await Promise.race([
    firstDocument(child.stdout),
    ended.then((code) => assert.fail(`ended with ${String(code)}: ${errors}`)),
  ]);
  assertFitsSchema("Sandbox", document);
  child.kill("SIGTERM");
  await ended;
  assert.equal(existsSync(asString(at(document, "directory")) ?? ""), false);
}

async function firstDocument(stream: AsyncIterable<Buffer>): Promise<unknown> {
  let text = "";
  for await (const chunk of stream) {
    text += chunk.toString();
    if (text.endsWith("}\n")) return JSON.parse(text);
  }
  return assert.fail(`the output ended: ${text}`);
}
