import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { CommandContext } from "../context.ts";
import { parseSpeed } from "./sandbox.ts";

interface DemoOptions {
  readonly dir?: string;
  readonly keep?: true;
  readonly speed: number;
}

const HELP = `
Protect, lose a site, fail over by an approved change, come home. Two clusters behind HTTPS, a GitHub and a DR repository
run on this machine only, in a private folder; real time, real git, real pull requests. Nothing else is touched.

Ends with 0 if every promise was kept and with 1 if one was broken: lost writes, two writers, a recovery of more than a
minute, a fenced site that was served, a move without approvals, an application that is not home.`;

export function register(program: Command, context: CommandContext): void {
  program
    .command("demo")
    .summary("the whole story on two embedded clusters, in half a minute")
    .description("Plays the loss of a site and the way home through the same code as the real commands, and counts.")
    .addOption(new Option("--dir <dir>", "a new or empty folder to keep (default: a private one, removed at the end)"))
    .addOption(new Option("--keep", "keep the private folder, to look at the repository"))
    .addOption(new Option("--speed <n>", "divide what the simulators wait").argParser(parseSpeed).default(40))
    .addOption(new Option("--no-color", "no colours"))
    .addHelpText("after", HELP)
    .action((options: DemoOptions) => run(options, context));
}

async function run(options: DemoOptions, context: CommandContext): Promise<void> {
  const { runDemo } = await import("../sandbox/demo/run-demo.ts");
  const { processSignals } = await import("../sandbox/process-input.ts");
  const directory = options.dir === undefined ? null : resolve(context.cwd, options.dir);
  const width = context.isTerminal ? process.stdout.columns : DEFAULT_WIDTH;
  const { keep, speed } = options;
  const interrupted = processSignals();
  await runDemo({ directory, keep: keep === true, speed, width, interrupted }, context);
  // Everything is cleared up; what the story still waits for must not keep an interrupted process alive.
  const signal = await Promise.race([interrupted, Promise.resolve(null)]);
  if (signal !== null) process.kill(process.pid, signal);
}

/** Columns where nobody says how many there are. */
const DEFAULT_WIDTH = 80;
