import { type Command, Option } from "commander";
import { addCommonOptions } from "../common-options.ts";
import type { CommandContext } from "../context.ts";
import { type TransitionOptions, runProposal } from "../transition-options.ts";

const EXAMPLES = `
Examples:
  $ drover cancel shop --reason "power is back"

Works until the point of no return: before the other cluster was made active. After it, the transition is finished, and
drover relocate brings the application back.`;

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command("cancel")
    .summary("open the change that undoes a begun transition")
    .description("Sets activeCluster back and repeats the begun transition's id with type Cancel.")
    .argument("<application...>", "applications whose transition is undone");
  addCommonOptions(command)
    .addOption(new Option("--reason <text>", "why, for the record").makeOptionMandatory())
    .addHelpText("after", EXAMPLES)
    .action((applications: readonly string[], options: TransitionOptions) =>
      runProposal("Cancel", { applications, options: { ...options, select: {} } }, context),
    );
}
