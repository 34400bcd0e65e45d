import type { Command } from "commander";
import { type CommonOptions, addCommonOptions } from "../common-options.ts";
import type { CommandContext } from "../context.ts";

const EXAMPLES = `
Examples:
  $ drover apply               make both clusters what the protected branch says; safe to repeat at any time
  $ drover apply -o json       the final plan, for a script

Starts from a fresh fetch of the protected branch. What is disruptive runs only if its pull request was merged with the
approvals the settings ask for. A run that died is continued by the next one.`;

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command("apply")
    .summary("carry out what was approved and merged")
    .description("Makes both clusters and the DR branches what the tip of the protected branch asks for.");
  addCommonOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((options: CommonOptions) => run(options, context));
}

async function run(options: CommonOptions, context: CommandContext): Promise<void> {
  const { compose } = await import("../compose.ts");
  const { apply } = await import("../../app/apply.ts");
  const { paletteFor } = await import("../palette.ts");
  const { progressLines } = await import("../progress.ts");
  const palette = paletteFor(context.colour);
  const { ports, settings } = await compose(context, options, progressLines(context.stderr, palette));
  const { Interrupted, interruptible, listenForSignals } = await import("../interruption.ts");
  const { signal, code } = listenForSignals(context.stderr);
  const result = await apply(interruptible(ports, signal), { protectedBranch: settings.protectedBranch }).catch(
    (error: unknown) => {
      if (error instanceof Interrupted) return null;
      throw error;
    },
  );
  if (result === null) {
    context.stderr("Interrupted. The Leases were given back; drover apply goes on from here.\n");
    context.setExitCode(code() ?? 130);
    return;
  }
  const { renderApply } = await import("../apply-output.ts");
  const { applyExitCode } = await import("../exit-codes.ts");
  context.stdout(renderApply(result, options.output, palette));
  context.setExitCode(applyExitCode(result));
}
