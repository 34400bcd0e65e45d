import type { Command } from "commander";
import { type CommonOptions, addCommonOptions } from "../common-options.ts";
import type { CommandContext } from "../context.ts";

const EXAMPLES = `
Examples:
  $ drover probe               does every cluster answer, and is it the one the repository means?`;

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command("probe")
    .summary("check the connections and print the clusters' identities")
    .description("Asks every cluster for its version and the UID of kube-system, and compares it with spec.identity.");
  addCommonOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((options: CommonOptions) => run(options, context));
}

async function run(options: CommonOptions, context: CommandContext): Promise<void> {
  const { compose } = await import("../compose.ts");
  const { probe } = await import("../../app/probe.ts");
  const { EXIT } = await import("../exit-codes.ts");
  const { probeText, probeDocument } = await import("../../core/report/probe-views.ts");
  const { paletteFor } = await import("../palette.ts");
  const { ports } = await compose(context, options, () => {});
  const results = await probe(ports);
  if (options.output === "json") context.stdout(`${JSON.stringify(probeDocument(results), null, 2)}\n`);
  else context.stdout(probeText(results, paletteFor(context.colour)));
  context.setExitCode(results.every((result) => result.state === "ok") ? EXIT.done : EXIT.fault);
}
