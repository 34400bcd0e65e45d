import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { asFields, asList, asString, at } from "../../../src/core/model/fields.ts";
import { createProgram } from "../../../src/entry/cli.ts";
import { openPrivateFolder } from "../../../src/entry/sandbox/private-folder.ts";
import { runSandbox } from "../../../src/entry/sandbox/run-sandbox.ts";
import { exportLines } from "../../../src/entry/sandbox/stage.ts";
import { recordedContext } from "./command-context.ts";

const call = promisify(execFile);

/** A console that a test types into and reads from, one answer for each line. */
function typing() {
  const waiting: ((line: string) => void)[] = [];
  async function* lines(): AsyncGenerator<string> {
    for (;;) yield await new Promise<string>((resolve) => waiting.push(resolve));
  }
  const ready = async (): Promise<(line: string) => void> => {
    for (;;) {
      const [next] = waiting;
      if (next !== undefined) return next;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  /** Types a line and resolves when the console asks for the next one. */
  const type = async (line: string): Promise<void> => {
    (await ready())(line);
    waiting.shift();
    if (line !== "quit") await ready();
  };
  return { lines: lines(), type };
}

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test("a sandbox says where it is, answers drover's own commands, obeys its console and leaves nothing", async () => {
  const context = recordedContext("/");
  const { lines, type } = typing();
  const ended = runSandbox(
    { directory: null, keep: false, speed: 50, output: "json" },
    { context, ended: new Promise(() => undefined), lines },
  );
  await Promise.race([type("help"), ended]);
  const document: unknown = JSON.parse(context.out());
  const directory = asString(at(document, "directory")) ?? "";
  const kubeconfig = asString(at(document, "kubeconfig")) ?? "";
  const checkout = asString(at(document, "repository", "path")) ?? "";
  assert.equal(at(document, "kind"), "Sandbox");
  assert.deepEqual(
    asList(at(document, "clusters")).map((cluster) => [at(cluster, "name"), at(cluster, "context")]),
    [
      ["east", "east"],
      ["west", "west"],
    ],
  );
  assert.equal(kubeconfig, join(directory, "kubeconfig"));
  assert.equal(await modeOf(directory), 0o700);
  for (const file of [kubeconfig, join(directory, "env"), join(checkout, ".git", "config")]) {
    assert.equal(await modeOf(file), 0o600, file);
  }
  assert.match(await readFile(kubeconfig, "utf8"), /current-context: east/);

  const environment = await readFile(join(directory, "env"), "utf8");
  const variables = Object.fromEntries([...environment.matchAll(/^export (\w+)=(\S+)$/gm)].map((m) => [m[1], m[2]]));
  assert.equal(variables["GITHUB_API_URL"], at(document, "forge", "apiUrl"));
  assert.equal(typeof variables[asString(at(document, "forge", "tokenEnv")) ?? ""], "string");
  assert.ok(!context.out().includes(variables["GITHUB_TOKEN"] ?? "?"), "no token is printed");

  const version = await call("sh", ["-c", '. "$1/env" && cd "$2" && drover --version', "sh", directory, checkout]);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/, "the file defines the command for the shell that reads it");

  const inside = recordedContext(checkout, { PATH: process.env["PATH"], HOME: directory, ...variables });
  await createProgram(inside).parseAsync(["validate", "-o", "json"], { from: "user" });
  assert.equal(asFields(JSON.parse(inside.out()))["valid"], true);
  const probing = recordedContext(checkout, { PATH: process.env["PATH"], HOME: directory, ...variables });
  await createProgram(probing).parseAsync(["probe"], { from: "user" });
  assert.equal(probing.exitCode(), 0, probing.out() + probing.err());

  for (const line of ["pulls", "approve 1", "approve", "merge 99", "kill east", "kill east", "kill north", "report"]) {
    await type(line);
  }
  await type("restore east");
  await type("nonsense");
  for (const answer of [
    /no open pull requests/,
    /approve which\?/,
    /Not Found/,
    /east is down; next: drover failover/,
    /east is down already/,
    /kill east or kill west/,
    /appns\/data-cassandra-0 +\d+/,
    /Split brain: 0 volumes/,
    /east is up again; next: drover apply/,
    /unknown: "nonsense"; type help/,
  ]) {
    assert.match(context.err(), answer);
  }
  await type("quit");
  await ended;
  await assert.rejects(access(directory), "the folder is gone");
});

test("a named folder must be new or empty, and stays", async () => {
  const parent = await mkdtemp(join(tmpdir(), "drover-test-"));
  try {
    const given = join(parent, "new");
    const folder = await openPrivateFolder({ given, keep: false });
    assert.equal(await modeOf(given), 0o700);
    await folder.close();
    await access(given);
    await writeFile(join(given, "mine"), "");
    await assert.rejects(openPrivateFolder({ given, keep: false }), /not empty; name a new or empty folder/);
    await assert.rejects(openPrivateFolder({ given: join(given, "mine"), keep: false }), /can't be used/);
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
});

test("exported values are one word of a shell whatever is in them", () => {
  assert.equal(exportLines({ A: "/tmp/dr", B: "it's a $HOME" }), "export A=/tmp/dr\nexport B='it'\\''s a $HOME'\n");
});
