import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { asString, at } from "../../src/core/model/fields.ts";

const MAIN = fileURLToPath(new URL("../../src/entry/main.mjs", import.meta.url));

/** A `drover sandbox` of its own, spoken to as a person would: lines in, lines out. */
export interface SandboxProcess {
  readonly checkout: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Types a line and returns the answer's lines up to the one that matches. */
  say(line: string, until: RegExp): Promise<string>;
  stop(): Promise<void>;
}

export async function startSandbox(directory: string): Promise<SandboxProcess> {
  const argv = [MAIN, "sandbox", "--dir", directory, "--speed", "20", "-o", "json"];
  const child = spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "pipe"] });
  const heard: string[] = [];
  let wake: () => void = () => undefined;
  const hear = (line: string): void => {
    heard.push(line);
    wake();
  };
  createInterface({ input: child.stdout }).on("line", hear);
  createInterface({ input: child.stderr }).on("line", hear);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.once("exit", () => wake());

  /** Waits until what was heard since `from` matches; the process must not end meanwhile. */
  const until = async (from: number, pattern: RegExp): Promise<string> => {
    for (;;) {
      const text = heard.slice(from).join("\n");
      if (pattern.test(text)) return text;
      assert.equal(child.exitCode, null, `the sandbox ended: ${heard.join("\n")}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const text = await until(0, /^\}$/m);
  const document: unknown = JSON.parse(text.slice(text.indexOf("{"), text.indexOf("\n}") + 2));
  return {
    checkout: asString(at(document, "repository", "path")) ?? `${directory}/dr`,
    environment: await environmentOf(document),
    say: async (line, pattern) => {
      const from = heard.length;
      child.stdin.write(`${line}\n`);
      return until(from, pattern);
    },
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** What the sandbox tells people to source: `export NAME=value` lines. */
async function environmentOf(document: unknown): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(asString(at(document, "environmentFile")) ?? "", "utf8");
  const pairs = [...text.matchAll(/^export ([A-Z_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]);
  const home = asString(at(document, "directory")) ?? "";
  return { PATH: process.env["PATH"] ?? "", HOME: home, ...Object.fromEntries(pairs) };
}

/** Runs a drover command in the sandbox's checkout as a process of its own. */
export function drover(sandbox: SandboxProcess, argv: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...argv], {
    cwd: sandbox.checkout,
    env: sandbox.environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** git in the sandbox's checkout, as a person would use it. */
export function git(sandbox: SandboxProcess, argv: readonly string[]): ChildProcess {
  return spawn("git", [...argv], {
    cwd: sandbox.checkout,
    env: sandbox.environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Waits for the end of a process and returns what it printed; `onLine` sees its progress. */
export function finish(child: ChildProcess, onLine: (line: string) => void = () => undefined): Promise<Ended> {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      onLine(line);
    });
  }
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, output: lines.join("\n") }));
  });
}
