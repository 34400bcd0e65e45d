import { resolve } from "node:path";
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { InitResult, NamedContext, ReadIdentities } from "../../app/init.ts";
import { counted } from "../../core/model/counted.ts";
import type { CommandContext } from "../context.ts";

interface InitOptions {
  readonly dir: string;
  readonly cluster: readonly NamedContext[];
  readonly forge?: string;
  readonly kubeconfig?: string;
}

/** Builds the reader of identities from the kubeconfig that was given, or from the default ones. */
export type IdentitiesOf = (kubeconfig: string | null) => ReadIdentities;

/** `identitiesOf` absent: identities stay to be filled in by hand or by `drover probe`. */
export function register(program: Command, context: CommandContext, identitiesOf?: IdentitiesOf): void {
  program
    .command("init")
    .summary("write a new DR repository")
    .description(
      "Writes a DR repository that validates: settings, two clusters, a policy between them, and an application to copy.\n" +
        "Comments explain every field. Files that exist are never overwritten.",
    )
    .addOption(new Option("--dir <dir>", "folder to write into").default("."))
    .addOption(
      new Option(
        "--cluster <name[=context]>",
        "a cluster and its kubeconfig context; give it twice (default: east, west)",
      )
        .argParser(addCluster)
        .default([] as readonly NamedContext[], ""),
    )
    .addOption(new Option("--forge <owner/name>", "the GitHub repository whose pull requests approve changes"))
    .addOption(new Option("--kubeconfig <file>", "kubeconfig to read the clusters' identities with"))
    .addHelpText("after", EXAMPLES)
    .action((options: InitOptions) => run(options, context, identitiesOf));
}

const EXAMPLES = `
Examples:
  $ drover init --dir dr
  $ drover init --cluster east=prod-east/admin --cluster west=prod-west/admin --forge acme/dr`;

function addCluster(value: string, previous: readonly NamedContext[]): readonly NamedContext[] {
  const equals = value.indexOf("=");
  const name = equals < 0 ? value : value.slice(0, equals);
  const context = equals < 0 ? value : value.slice(equals + 1);
  if (!/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name)) {
    throw new InvalidArgumentError("A cluster's name has at most 40 lower-case letters, digits and dashes.");
  }
  if (!/^[^\p{Cc}]{1,253}$/u.test(context)) throw new InvalidArgumentError("The context's name is empty or too long.");
  return [...previous, { name, context }];
}

async function run(
  options: InitOptions,
  context: CommandContext,
  identitiesOf: IdentitiesOf | undefined,
): Promise<void> {
  const [first, second, ...others] = options.cluster.length === 0 ? DEFAULT_CLUSTERS : options.cluster;
  const wrong = usageError(options, [first, second, ...others]);
  if (wrong !== null || first === undefined || second === undefined) {
    context.stderr(`error: ${wrong ?? "two clusters are needed"}\n`);
    context.setExitCode(64);
    return;
  }
  const { initialise } = await import("../../app/init.ts");
  const { createFiles } = await import("../../adapters/node/files.ts");
  const directory = resolve(context.cwd, options.dir);
  const request = { clusters: [first, second] as const, forge: options.forge ?? null };
  const kubeconfig = options.kubeconfig === undefined ? null : resolve(context.cwd, options.kubeconfig);
  const identities = identitiesOf?.(kubeconfig) ?? null;
  report(await initialise(request, createFiles(directory), identities), { directory: options.dir, context });
}

const DEFAULT_CLUSTERS: readonly NamedContext[] = [
  { name: "east", context: "east" },
  { name: "west", context: "west" },
];

function usageError(options: InitOptions, clusters: readonly (NamedContext | undefined)[]): string | null {
  const [first, second] = clusters;
  if (clusters.length !== 2 || first === undefined || second === undefined) {
    return "give --cluster exactly twice, once for each site, such as --cluster east --cluster west.";
  }
  if (first.name === second.name || first.context === second.context) {
    return "the two clusters need different names and different contexts.";
  }
  const { forge } = options;
  if (forge === undefined || /^[A-Za-z0-9][A-Za-z0-9-]{0,99}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(forge))
    return null;
  return "--forge takes owner and name of a GitHub repository, such as acme/dr.";
}

function report(result: InitResult, to: { readonly directory: string; readonly context: CommandContext }): void {
  const { directory, context } = to;
  if (result.outcome === "refused") {
    const files = result.existing.join(", ");
    context.stderr(`error: nothing was written, because these files exist in ${directory}: ${files}\n`);
    context.stderr("Choose another folder with --dir, or move them away.\n");
    context.setExitCode(1);
    return;
  }
  context.stdout(
    `Wrote ${counted(result.files.length, "file")} to ${directory}:\n${result.files.map((file) => `  ${file}\n`).join("")}`,
  );
  if (result.unidentified.length > 0) {
    context.stdout(`\nNot reached, so their identity is to be added: ${result.unidentified.join(", ")}.\n`);
  }
  const repo = directory === "." ? "" : ` --repo ${directory}`;
  context.stdout(
    `\nNext: check the cluster domains in clusters/, copy apps/shop.yaml.example to apps/shop.yaml, then\n  drover validate${repo}\n`,
  );
}
