import type { Command } from "commander";
import { Argument } from "commander";
import type { CommandContext } from "../context.ts";

export function register(program: Command, context: CommandContext): void {
  program
    .command("schema")
    .summary("print the JSON Schema of a kind")
    .description(
      "Prints the JSON Schema of a kind: of a document that people write, or of one that Drover prints.\n" +
        "Without a kind: the schema of any document, for an editor's YAML plugin.",
    )
    .addArgument(new Argument("[kind]", "such as Cluster, or a list of all kinds with `list`"))
    .addHelpText("after", EXAMPLES)
    .action((kind: string | undefined) => run(kind ?? null, context));
}

const EXAMPLES = `
Examples:
  $ drover schema list                       the kinds that have a schema
  $ drover schema ProtectedApplication       one of them
  $ drover schema > .drover/document.schema.json
      then begin each file with:  # yaml-language-server: $schema=../.drover/document.schema.json`;

async function run(kind: string | null, context: CommandContext): Promise<void> {
  const { ANY_DOCUMENT, SCHEMA_KINDS, schemaOf } = await import("../../core/report/schemas.ts");
  if (kind === "list") {
    context.stdout(`${SCHEMA_KINDS.join("\n")}\n`);
    return;
  }
  const schema = schemaOf(kind ?? ANY_DOCUMENT);
  if (schema === null) {
    const { nearest } = await import("../../core/desired/nearest.ts");
    const guess = nearest(kind ?? "", SCHEMA_KINDS);
    const hint = guess === null ? `Kinds: ${SCHEMA_KINDS.join(", ")}.` : `Did you mean ${guess}?`;
    context.stderr(`error: there is no schema of the kind ${JSON.stringify(kind)}. ${hint}\n`);
    context.setExitCode(64);
    return;
  }
  context.stdout(`${JSON.stringify(schema, null, 2)}\n`);
}
