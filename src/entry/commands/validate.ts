import { resolve } from "node:path";
import type { Command } from "commander";
import { Option } from "commander";
import type { DesiredResult } from "../../core/desired/desired-state.ts";
import type { FilesPort } from "../../ports/files.ts";
import type { CommandContext } from "../context.ts";

const FORMATS = ["text", "json", "markdown", "sarif"] as const;

interface ValidateOptions {
  readonly repo: string;
  readonly revision?: string;
  readonly output: (typeof FORMATS)[number];
  readonly color: boolean;
}

export function register(program: Command, context: CommandContext): void {
  program
    .command("validate")
    .summary("check every document of a repository")
    .description(
      "Checks every document of a DR repository and reports all errors at once, each with file, line, reason and remedy.\n" +
        "Reads the working tree, and needs neither git nor network. Ends with 1 when there is an error.",
    )
    .addOption(new Option("--repo <dir>", "folder of the repository").default("."))
    .addOption(new Option("--revision <rev>", "check a commit, branch or tag instead of the working tree (needs git)"))
    .addOption(new Option("-o, --output <format>", "form of the result").choices(FORMATS).default("text"))
    .addOption(new Option("--no-color", "no colours"))
    // Common to all commands, so that one set of options fits every call; nothing here depends on them.
    .addOption(new Option("--quiet").hideHelp())
    .addOption(new Option("--kubeconfig <file>").hideHelp())
    .addOption(new Option("--now <time>").hideHelp())
    .addHelpText("after", EXAMPLES)
    .action((options: ValidateOptions) => run(options, context, program.version() ?? "0.0.0"));
}

const EXAMPLES = `
Examples:
  $ drover validate                          the repository in the current folder
  $ drover validate --repo ../dr -o json     for a script
  $ drover validate -o sarif > drover.sarif  for code scanning
  $ drover validate --revision origin/main   what is on the server, after git fetch`;

// Imports inside, because every command's help is shown without loading what only one of them needs.
async function run(options: ValidateOptions, context: CommandContext, version: string): Promise<void> {
  const { validateRepository } = await import("../../app/validate.ts");
  const { hasErrors } = await import("../../core/model/finding.ts");
  const result = await validateRepository(await source(options, context));
  context.stdout(await view(result, { format: options.output, colour: context.colour && options.color, version }));
  context.setExitCode(hasErrors(result.findings) ? 1 : 0);
}

async function source(options: ValidateOptions, context: CommandContext): Promise<Pick<FilesPort, "read">> {
  const directory = resolve(context.cwd, options.repo);
  const { revision } = options;
  if (revision === undefined) {
    const { createFiles } = await import("../../adapters/node/files.ts");
    return createFiles(directory);
  }
  const { createGit } = await import("../../adapters/git/create-git.ts");
  const author = { name: "Drover", email: "drover@localhost" };
  const git = createGit({ directory, remote: "origin", author, now: () => Date.now(), environment: context.env });
  const commit = await git.resolve(revision);
  return { read: async (paths) => ({ files: await git.readTree(commit, paths), problems: [] }) };
}

async function view(
  result: DesiredResult,
  how: { readonly format: ValidateOptions["output"]; readonly colour: boolean; readonly version: string },
): Promise<string> {
  switch (how.format) {
    case "text": {
      const { validationText } = await import("../../core/report/validation-text.ts");
      return validationText(result, how.colour);
    }
    case "markdown": {
      const { validationMarkdown } = await import("../../core/report/validation-text.ts");
      return validationMarkdown(result);
    }
    case "json": {
      const { validationReport } = await import("../../core/report/validation-report.ts");
      return `${JSON.stringify(validationReport(result.findings), null, 2)}\n`;
    }
    case "sarif": {
      const { validationSarif } = await import("../../core/report/validation-sarif.ts");
      return `${JSON.stringify(validationSarif(result.findings, how.version), null, 2)}\n`;
    }
  }
}
