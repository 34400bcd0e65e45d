import { type ApplyResult, apply } from "../../../app/apply.ts";
import type { AppEvent } from "../../../app/events.ts";
import { type Proposal, type ProposalRequest, proposeTransition } from "../../../app/propose-transition.ts";
import { type StatusResult, status } from "../../../app/status.ts";
import { type Composition, compose } from "../../compose.ts";
import type { CommandContext } from "../../context.ts";
import { describeChange } from "../../proposal-output.ts";
import type { Stage } from "../stage.ts";

/** Drover's commands as the story uses them: each one composed from nothing, as a process of its own would be. */
export interface DroverCommands {
  apply(events: (event: AppEvent) => void): Promise<ApplyResult>;
  status(): Promise<StatusResult>;
  failover(from: string, reason: string): Promise<Proposal>;
  relocate(applications: readonly string[], to: string): Promise<Proposal>;
}

export function droverCommands(stage: Pick<Stage, "environment" | "forge">): DroverCommands {
  const context: CommandContext = {
    stdout: () => undefined,
    stderr: () => undefined,
    cwd: stage.forge.checkout,
    env: stage.environment,
    isTerminal: false,
    colour: false,
    setExitCode: () => undefined,
  };
  const start = (events: (event: AppEvent) => void = () => undefined): Promise<Composition> =>
    compose(context, { repo: ".", output: "text" }, events);
  return {
    apply: async (events) => {
      const { ports, settings } = await start(events);
      return apply(ports, { protectedBranch: settings.protectedBranch });
    },
    status: async () => {
      const { ports, settings, now } = await start();
      return status(ports, { protectedBranch: settings.protectedBranch, now });
    },
    failover: async (from, reason) =>
      propose(await start(), { type: "Failover", applications: [], fromSite: from, to: null, reason }),
    relocate: async (applications, to) =>
      propose(await start(), { type: "Relocate", applications, fromSite: null, to, reason: null }),
  };
}

function propose(
  { ports, settings, now }: Composition,
  move: Pick<ProposalRequest, "type" | "applications" | "fromSite" | "to" | "reason">,
): Promise<Proposal> {
  const { type, reason } = move;
  return proposeTransition(ports, {
    ...move,
    select: {},
    protectedBranch: settings.protectedBranch,
    now,
    notAfter: null,
    acceptRecoveryPoint: null,
    acceptMixedPoints: false,
    discardDivergedData: false,
    fence: null,
    unprotectedNamespaces: [],
    describe: (plan, id) => describeChange({ plan, id, type, reason }),
  });
}
