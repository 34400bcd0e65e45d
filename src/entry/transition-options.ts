import { type Command, InvalidArgumentError, Option } from "commander";
import type { ProposalRequest } from "../app/propose-transition.ts";
import { type CommonOptions, addCommonOptions, parseTime } from "./common-options.ts";
import type { CommandContext } from "./context.ts";

export interface TransitionOptions extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly select: Readonly<Record<string, string>>;
  readonly attest?: string;
  readonly acceptRecoveryPoint?: number;
  readonly acceptMixedPoints?: true;
  readonly discardDivergedData?: true;
  readonly notAfter?: number;
}

/** Options that fill bounds and proof into the documents (contracts.md section 2). */
export function addTransitionOptions(command: Command, type: "Failover" | "Relocate"): Command {
  addCommonOptions(command)
    .addOption(new Option("--to <cluster>", "where to go (default: the only partner)"))
    .addOption(new Option("--not-after <time>", "the first disruptive step starts before it").argParser(parseTime))
    .addOption(new Option("--discard-diverged-data", "writes that only the old side has may be overwritten"));
  if (type === "Relocate") return command.addOption(new Option("--reason <text>", "why, for the record"));
  return command
    .addOption(new Option("--from <cluster>", "everything that is active on this cluster"))
    .addOption(
      new Option("--select <k=v>", "with --from: only applications with this label; repeatable")
        .argParser(parseLabel)
        .default({}, ""),
    )
    .addOption(new Option("--reason <text>", "why, for the record").makeOptionMandatory())
    .addOption(new Option("--attest <text>", "your word that the old site is off, where no storage can say it"))
    .addOption(
      new Option("--accept-recovery-point <time>", "the oldest state that may be promoted").argParser(parseTime),
    )
    .addOption(new Option("--accept-mixed-points", "volumes may go back to different moments"));
}

function parseLabel(value: string, previous: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [key = "", ...rest] = value.split("=");
  if (key === "" || rest.length === 0) throw new InvalidArgumentError("Write a label as key=value.");
  return { ...previous, [key]: rest.join("=") };
}

/** Runs a proposal from parsed options, and prints what was opened and what comes next. */
export async function runProposal(
  type: ProposalRequest["type"],
  of: { readonly applications: readonly string[]; readonly options: TransitionOptions },
  context: CommandContext,
): Promise<void> {
  const { compose } = await import("./compose.ts");
  const { paletteFor } = await import("./palette.ts");
  const { progressLines } = await import("./progress.ts");
  const { proposeTransition } = await import("../app/propose-transition.ts");
  const { renderProposal, describeChange } = await import("./proposal-output.ts");
  const { options, applications } = of;
  const palette = paletteFor(context.colour);
  const { ports, settings, now } = await compose(context, options, progressLines(context.stderr, palette));
  const by = context.env["GITHUB_ACTOR"] ?? context.env["USER"] ?? "unknown";
  const proposal = await proposeTransition(ports, {
    type,
    applications,
    fromSite: options.from ?? null,
    select: options.select,
    to: options.to ?? null,
    protectedBranch: settings.protectedBranch,
    now,
    reason: options.reason ?? null,
    notAfter: options.notAfter ?? null,
    acceptRecoveryPoint: options.acceptRecoveryPoint ?? null,
    acceptMixedPoints: options.acceptMixedPoints ?? false,
    discardDivergedData: options.discardDivergedData ?? false,
    fence: options.attest === undefined ? null : { attestation: options.attest, by },
    unprotectedNamespaces: [],
    describe: (plan, id) => describeChange({ plan, id, type, reason: options.reason ?? null }),
  });
  context.stdout(renderProposal(proposal, { format: options.output, palette, settings }));
  const { EXIT } = await import("./exit-codes.ts");
  context.setExitCode(proposal.state === "opened" ? EXIT.done : EXIT.refused);
}
