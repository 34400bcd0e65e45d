import { resolve } from "node:path";
import { createGit } from "../adapters/git/create-git.ts";
import { rememberObjects } from "../adapters/git/remember-objects.ts";
import { holderName, sha256, systemClock } from "../adapters/node/system.ts";
import { createSealer } from "../adapters/sops/create-sealer.ts";
import type { AppEvent } from "../app/events.ts";
import type { ClusterConnection, Ports } from "../app/ports.ts";
import type { Connection } from "../core/desired/cluster.ts";
import { buildDesiredState } from "../core/desired/desired-state.ts";
import type { Settings } from "../core/desired/settings.ts";
import type { ForgePort } from "../ports/forge.ts";
import type { GitPort } from "../ports/git.ts";
import { PROVIDERS } from "../providers/registry.ts";
import type { CommonOptions } from "./common-options.ts";
import { connectCluster } from "./connect-cluster.ts";
import type { CommandContext } from "./context.ts";
import { UsageFault } from "./describe-fault.ts";
import { packageVersion } from "./version.ts";

export interface Composition {
  readonly ports: Ports;
  readonly settings: Settings;
  /** Milliseconds since the epoch: `--now`, or the clock. */
  readonly now: number;
}

/** Builds everything a command works with from its options and the environment. Only here are adapters made. */
export async function compose(
  context: CommandContext,
  options: CommonOptions,
  events: (event: AppEvent) => void,
): Promise<Composition> {
  const directory = resolve(context.cwd, options.repo);
  const settings = await readSettings(directory, context);
  const git = gitFor(directory, settings.remote, context);
  const now = options.now ?? systemClock.now();
  const clock = options.now === undefined ? systemClock : fixedStart(options.now);
  const ports: Ports = {
    git,
    cluster: clusterConnector(context, options.kubeconfig ?? null),
    forge: settings.forge === null ? null : await forgeFor(settings.forge.repository, context),
    clock,
    providers: PROVIDERS,
    sealer: createSealer(),
    digest: sha256,
    holder: holderName(),
    version: packageVersion(),
    events: options.quiet === true ? () => {} : events,
  };
  return { ports, settings, now };
}

/** `--now` moves the whole clock, so that a run that starts then also goes on from then. */
function fixedStart(start: number): Ports["clock"] {
  const offset = start - systemClock.now();
  return { now: () => systemClock.now() + offset, sleep: systemClock.sleep };
}

/** Which remote and branch to use is read from the checkout; what is applied always comes from the remote's tip. */
async function readSettings(directory: string, context: CommandContext): Promise<Settings> {
  const git = gitFor(directory, "origin", context);
  const state = await git.checkout([]);
  if (state.shallow) {
    throw new UsageFault(
      `${directory} is a shallow clone, so its commits can't be put in order; run git fetch --unshallow there`,
    );
  }
  const { state: desired, findings } = buildDesiredState(await git.readWorkTree(["drover.yaml"]));
  if (desired.settings !== null) return desired.settings;
  const [first] = findings.filter((finding) => finding.severity === "error");
  const why = first === undefined ? "There is no drover.yaml. Run drover init." : `${first.message} ${first.remedy}`;
  throw new UsageFault(`${directory}: ${why}`);
}

function gitFor(directory: string, remote: string, context: CommandContext): GitPort {
  const { env } = context;
  const author = {
    name: env["DROVER_AUTHOR_NAME"] ?? "Drover",
    email: env["DROVER_AUTHOR_EMAIL"] ?? "drover@localhost",
  };
  const git = createGit({ directory, remote, author, now: systemClock.now, environment: env });
  return rememberObjects(git, new Map());
}

/** Without a token nobody can be asked: then nothing counts as approved, and commands that don't ask still work. */
async function forgeFor(repository: string, context: CommandContext): Promise<ForgePort | null> {
  const token = context.env["GITHUB_TOKEN"] ?? context.env["GH_TOKEN"] ?? "";
  if (token === "") return null;
  const { createGitHub } = await import("../adapters/github/create-github.ts");
  const apiUrl = context.env["GITHUB_API_URL"] ?? "https://api.github.com";
  return createGitHub({ repository, apiUrl, token });
}

/** Connections are made once per cluster and process; client-node is loaded only by commands that get here. */
function clusterConnector(context: CommandContext, kubeconfig: string | null): Ports["cluster"] {
  const made = new Map<string, Promise<ClusterConnection>>();
  return (spec) => {
    const known =
      made.get(spec.name) ??
      connectCluster({ name: spec.name, source: sourceOf(spec.connection, context) }, context, kubeconfig);
    made.set(spec.name, known);
    return known;
  };
}

function sourceOf(connection: Connection, context: CommandContext) {
  if (connection.type !== "inCluster") return connection;
  const inside = context.env["KUBERNETES_SERVICE_HOST"] !== undefined;
  return inside || connection.elsewhere === null ? ({ type: "inCluster" } as const) : connection.elsewhere;
}
