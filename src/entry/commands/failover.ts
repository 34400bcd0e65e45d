import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
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
      const wrong = usageError(applications, options);
      if (wrong !== null) command.error(`error: ${wrong}`, { exitCode: EXIT.usage });
      return runProposal("Failover", { applications, options }, context);
    });
}

function usageError(applications: readonly string[], { from, select }: TransitionOptions): string | null {
  if ((applications.length === 0) === (from === undefined)) {
    return "name the applications, or the lost site with --from CLUSTER; not both";
  }
  return from === undefined && Object.keys(select).length > 0
    ? "--select chooses among the applications of a site; name the site with --from CLUSTER"
    : null;
}
