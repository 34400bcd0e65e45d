import { asNumber } from "../../core/model/fields.ts";
import type { EmbeddedClusters, SiteName } from "./embedded-clusters.ts";
import { APPROVERS, AUTHOR, type SandboxForge } from "./forge.ts";
import { describePlane } from "./plane-text.ts";

/** One line of `help`, and of the command's own help. */
export const CONSOLE_HELP = `  kill east|west       power off: the API server breaks off, pods and storage of the site stop
  restore east|west    power on again; its pods come back to life and try to write
  pulls                open pull requests
  approve N            approves pull request N as the next person who has not (${APPROVERS.join(", ")})
  merge N              merges pull request N into main
  report               what the volumes counted: acknowledged, lost, refused, split brain
  help, quit
`;

/** What a line that somebody typed leads to. */
export type ConsoleAnswer = { readonly type: "text"; readonly text: string } | { readonly type: "quit" };

export type Console = (line: string) => Promise<ConsoleAnswer>;

/** Reads the commands of the sandbox's console. Never throws for what people type; GitHub's refusals are answers. */
export function createConsole(stage: { readonly clusters: EmbeddedClusters; readonly forge: SandboxForge }): Console {
  const approved = new Map<number, number>();
  return async (line) => {
    const [word = "", argument = "", ...rest] = line.trim().split(/\s+/);
    if (rest.length > 0) return text(`too many words; type help`);
    switch (word) {
      case "":
        return text("");
      case "kill":
      case "restore":
        return power(stage.clusters, word, argument);
      case "pulls":
        return pulls(stage.forge);
      case "approve":
        return approve(stage.forge, approved, argument);
      case "merge":
        return merge(stage.forge, argument);
      case "report":
        return text(describePlane(stage.clusters.world.plane.report()));
      case "help":
        return text(CONSOLE_HELP);
      case "quit":
      case "exit":
        return { type: "quit" };
      default:
        return text(`unknown: ${JSON.stringify(word.slice(0, 40))}; type help`);
    }
  };
}

function text(message: string): ConsoleAnswer {
  return { type: "text", text: message };
}

function power(clusters: EmbeddedClusters, word: "kill" | "restore", argument: string): ConsoleAnswer {
  const site = siteOf(argument);
  if (site === null) return text(`${word} east or ${word} west`);
  const alive = clusters.world.isReachable(site);
  if (word === "kill") {
    if (!alive) return text(`${site} is down already`);
    clusters.kill(site);
    return text(`${site} is down; next: drover failover --from ${site} --reason "…"`);
  }
  if (alive) return text(`${site} is up already`);
  clusters.restore(site);
  return text(`${site} is up again; next: drover apply`);
}

function siteOf(argument: string): SiteName | null {
  return argument === "east" || argument === "west" ? argument : null;
}

async function pulls(forge: SandboxForge): Promise<ConsoleAnswer> {
  const open = await forge.people.pulls();
  if (open.length === 0) return text("no open pull requests");
  return text(open.map((pull) => `#${String(pull.number)} ${pull.title} (by ${pull.author})`).join("\n"));
}

async function approve(forge: SandboxForge, approved: Map<number, number>, argument: string): Promise<ConsoleAnswer> {
  const number = numberOf(argument);
  if (number === null) return text("approve which? pulls lists them");
  const turn = approved.get(number) ?? 0;
  const login = APPROVERS[turn % APPROVERS.length] ?? APPROVERS[0];
  return orRefusal(async () => {
    await forge.people.approve(login, number);
    approved.set(number, turn + 1);
    return `${login} approved #${String(number)}; next: approve ${String(number)} again, or merge ${String(number)}`;
  });
}

async function merge(forge: SandboxForge, argument: string): Promise<ConsoleAnswer> {
  const number = numberOf(argument);
  if (number === null) return text("merge which? pulls lists them");
  return orRefusal(async () => {
    const commit = await forge.people.merge(AUTHOR, number);
    return `#${String(number)} is merged as ${commit.slice(0, 12)}; next: git pull, then drover apply`;
  });
}

function numberOf(argument: string): number | null {
  return /^#?[1-9]\d{0,8}$/.test(argument) ? asNumber(Number(argument.replace("#", ""))) : null;
}

async function orRefusal(act: () => Promise<string>): Promise<ConsoleAnswer> {
  try {
    return text(await act());
  } catch (error) {
    return text(error instanceof Error ? error.message : String(error));
  }
}
