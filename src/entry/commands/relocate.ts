import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { type TransitionOptions, addTransitionOptions, runProposal } from "../transition-options.ts";

const EXAMPLES = `
Examples:
  $ drover relocate shop --to east           bring it home, losing nothing

Both clusters must answer. Opens the change; people approve and merge it; drover apply executes it.`;

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command("relocate")
    .summary("open the change that moves applications without loss")
    .description("A planned move: stops the application, takes its last writes along, starts it on the other cluster.")
    .argument("<application...>", "applications to move");
  addTransitionOptions(command, "Relocate")
    .addHelpText("after", EXAMPLES)
    .action((applications: readonly string[], options: TransitionOptions) =>
      runProposal("Relocate", { applications, options: { ...options, select: {} } }, context),
    );
}
