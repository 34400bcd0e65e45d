import { type Command, Option } from "commander";
import { type CommonOptions, addCommonOptions } from "../common-options.ts";
import type { CommandContext } from "../context.ts";

interface PlanOptions extends CommonOptions {
  readonly revision?: string;
  readonly detailedExitcode?: true;
}

const EXAMPLES = `
Examples:
  $ drover plan                              what the working tree would do; read only
  $ drover plan --revision origin/main       what the merged state would do
  $ drover plan -o markdown > comment.md     for a pull request
  $ drover plan --detailed-exitcode          0 nothing, 2 changes, 3 needs approval or refused`;

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command("plan")
    .summary("show what would be done, and to which cluster")
    .description("Compares the desired state with both clusters and shows every step. Writes nothing anywhere.");
  addCommonOptions(command)
    .addOption(new Option("--revision <rev>", "plan a commit, branch or tag instead of the working tree"))
    .addOption(new Option("--detailed-exitcode", "end with 2 for changes, 3 when approval is needed or it is refused"))
    .addHelpText("after", EXAMPLES)
    .action((options: PlanOptions) => run(options, context));
}

async function run(options: PlanOptions, context: CommandContext): Promise<void> {
  const { compose } = await import("../compose.ts");
  const { preview } = await import("../../app/preview.ts");
  const { planExitCode } = await import("../exit-codes.ts");
  const { paletteFor } = await import("../palette.ts");
  const { progressLines } = await import("../progress.ts");
  const palette = paletteFor(context.colour);
  const { ports, now } = await compose(context, options, progressLines(context.stderr, palette));
  const plan = await preview(ports, { revision: options.revision ?? null, now });
  const { renderPlan } = await import("../plan-output.ts");
  context.stdout(renderPlan(plan, options.output, palette));
  context.setExitCode(planExitCode(plan, options.detailedExitcode === true));
}
