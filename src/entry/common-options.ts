import { type Command, InvalidArgumentError, Option } from "commander";

export interface CommonOptions {
  readonly repo: string;
  readonly output: "text" | "json" | "markdown";
  readonly kubeconfig?: string;
  /** Milliseconds since the epoch. */
  readonly now?: number;
  readonly quiet?: true;
}

/** The options that every command with clusters shares (contracts.md section 2). */
export function addCommonOptions(command: Command): Command {
  return command
    .addOption(new Option("--repo <dir>", "folder of the DR repository").default("."))
    .addOption(
      new Option("-o, --output <format>", "form of the result").choices(["text", "json", "markdown"]).default("text"),
    )
    .addOption(new Option("--kubeconfig <file>", "kubeconfig with the clusters' contexts (default: $KUBECONFIG)"))
    .addOption(new Option("--now <time>", "take this moment (RFC 3339) for the present").argParser(parseTime))
    .addOption(new Option("--quiet", "no progress on stderr"))
    .addOption(new Option("--no-color", "no colours"));
}

export function parseTime(value: string): number {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError("Write a time as 2026-11-23T02:30:00Z.");
  return time;
}
