import type { Command } from "commander";
import { type CommonOptions, addCommonOptions } from "../common-options.ts";
import type { CommandContext } from "../context.ts";

const EXAMPLES = `
Examples:
  $ drover status                if the site died now: what would be lost, and how long would it take?
  $ drover status -o json        the same for a script; unknown values are null`;

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command("status")
    .summary("what would be lost now, and can we fail over")
    .description("Answers one question for every application: if its site died now, what would be lost?");
  addCommonOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((options: CommonOptions) => run(options, context));
}

async function run(options: CommonOptions, context: CommandContext): Promise<void> {
  const { compose } = await import("../compose.ts");
  const { status } = await import("../../app/status.ts");
  const { EXIT } = await import("../exit-codes.ts");
  const { paletteFor } = await import("../palette.ts");
  const { progressLines } = await import("../progress.ts");
  const views = await import("../../core/report/status-views.ts");
  const { hasErrors } = await import("../../core/model/finding.ts");
  const palette = paletteFor(context.colour);
  const { ports, settings, now } = await compose(context, options, progressLines(context.stderr, palette));
  const result = await status(ports, { protectedBranch: settings.protectedBranch, now });
  const report = { ...result, observedAt: new Date(result.observedAt).toISOString() };
  if (options.output === "json") context.stdout(`${JSON.stringify(views.statusDocument(report), null, 2)}\n`);
  else if (options.output === "markdown") context.stdout(views.statusMarkdown(report));
  else context.stdout(views.statusText(report, palette));
  const incomplete = result.unreadable.length > 0 || hasErrors(result.findings);
  context.setExitCode(incomplete ? EXIT.fault : EXIT.done);
}
