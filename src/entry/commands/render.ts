import type { Command } from "commander";
import { type CommonOptions, addCommonOptions } from "../common-options.ts";
import type { CommandContext } from "../context.ts";

const EXAMPLES = `
Examples:
  $ drover render              bring the branches dr/* up to date with what runs now; nothing else
  $ drover render --explain    and show for each object what was left out or changed, by which rule, and why
  $ drover render -o json      one RenderReportList: a RenderReport for each application, refusals and notes

A render without a change makes no commit. Clusters are only read; for secrets: sops the Secret drover-system/drover-seal
is created once on the active cluster, so that unchanged values can be told without decrypting.`;

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command("render")
    .summary("capture the applications into the DR branches")
    .description("Captures what runs on the active clusters and commits it to the DR branch of each standby.");
  addCommonOptions(command)
    .option("--explain", "show each object with the rules that changed it or left it out")
    .addHelpText("after", EXAMPLES)
    .action((options: RenderCommandOptions) => run(options, context));
}

interface RenderCommandOptions extends CommonOptions {
  readonly explain?: boolean;
}

async function run(options: RenderCommandOptions, context: CommandContext): Promise<void> {
  const { compose } = await import("../compose.ts");
  const { renderBranches } = await import("../../app/render-branches.ts");
  const { EXIT } = await import("../exit-codes.ts");
  const { paletteFor } = await import("../palette.ts");
  const { renderCapture } = await import("../render-output.ts");
  const { progressLines } = await import("../progress.ts");
  const palette = paletteFor(context.colour);
  const { ports, settings } = await compose(context, options, progressLines(context.stderr, palette));
  const result = await renderBranches(ports, { protectedBranch: settings.protectedBranch });
  const shown = { result, format: options.output, explain: options.explain === true };
  context.stdout(renderCapture(shown, palette));
  context.setExitCode(result.refused.size > 0 ? EXIT.refused : EXIT.done);
}
