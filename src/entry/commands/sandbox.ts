import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { CommandContext } from "../context.ts";

export interface SandboxOptions {
  readonly dir?: string;
  readonly speed: number;
  readonly keep?: true;
  readonly output: "text" | "json";
}

const HELP = `
Commands that it reads on stdin, one per line:
  kill east|west       power off: the API server breaks off, pods and storage of the site stop
  restore east|west    power on again; its pods come back to life and try to write
  pulls                open pull requests
  approve N            approves pull request N as the next person who has not (ada, ben)
  merge N              merges pull request N into main
  report               what the volumes counted: acknowledged, lost, refused, split brain
  help, quit

Examples:
  $ drover sandbox --dir /tmp/dr              then, in another terminal:
  $ . /tmp/dr/env && cd /tmp/dr/dr            KUBECONFIG, GITHUB_API_URL, GITHUB_TOKEN; the checkout
  $ drover apply && drover status
  $ kubectl --context west get pods -A        any Kubernetes client works
  $ drover sandbox -o json --speed 20         for scripts; simulated pods and replication are 20 times faster

Ends at SIGINT, SIGTERM or quit. The end of stdin does not end it.`;

export function register(program: Command, context: CommandContext): void {
  program
    .command("sandbox")
    .summary("two embedded clusters, a storage and a GitHub to try things on")
    .description(
      "Serves two clusters with a bank's applications and a stretched storage, a GitHub and a DR repository on this\n" +
        "machine only, and stays in the foreground. Time is real; only the simulators' own waits can be divided.",
    )
    .addOption(new Option("--dir <dir>", "a new or empty folder to keep (default: a private one, removed at the end)"))
    .addOption(new Option("--speed <n>", "divide what the simulators wait").argParser(parseSpeed).default(1))
    .addOption(new Option("--keep", "keep the private folder at the end"))
    .addOption(new Option("-o, --output <format>", "form of the result").choices(["text", "json"]).default("text"))
    .addHelpText("after", HELP)
    .action((options: SandboxOptions) => run(options, context));
}

/** Reads `--speed`. */
export function parseSpeed(value: string): number {
  const speed = /^\d{1,4}(\.\d{1,3})?$/.test(value) ? Number(value) : NaN;
  if (!(speed >= 1 && speed <= 1000)) throw new InvalidArgumentError("Give a number from 1 to 1000.");
  return speed;
}

async function run(options: SandboxOptions, context: CommandContext): Promise<void> {
  const { runSandbox } = await import("../sandbox/run-sandbox.ts");
  const { processSignals, processLines } = await import("../sandbox/process-input.ts");
  const directory = options.dir === undefined ? null : resolve(context.cwd, options.dir);
  const { speed, output } = options;
  await runSandbox(
    { directory, keep: options.keep === true, speed, output },
    { context, ended: processSignals(), lines: processLines() },
  );
}
