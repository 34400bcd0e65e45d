import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { UsageFault } from "../describe-fault.ts";
import { type TransitionOptions, addTransitionOptions, runProposal } from "../transition-options.ts";

const EXAMPLES = `
Examples:
  $ drover failover --from east --reason "east lost power"          everything that ran there, one pull request
  $ drover failover shop --to west --reason "storage of east dies"  one application

Opens the change; people approve and merge it; drover apply executes it.`;

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command("failover")
    .summary("open the change that moves applications away from a lost site")
    .description("Edits the documents, fills id, bounds and deadline, and opens one branch and one pull request.")
    .argument("[application...]", "applications to move; or use --from");
  addTransitionOptions(command, "Failover")
    .addHelpText("after", EXAMPLES)
    .action((applications: readonly string[], options: TransitionOptions) => {
      if ((applications.length === 0) === (options.from === undefined)) {
        throw new UsageFault("name the applications, or the lost site with --from CLUSTER; not both");
      }
      return runProposal("Failover", { applications, options }, context);
    });
}
