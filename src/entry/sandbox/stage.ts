import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isFields, at, asNumber } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { kubeconfigText } from "../../sandbox/apiserver/kubeconfig.ts";
import type { CommandContext } from "../context.ts";
import { type EmbeddedClusters, type SiteName, openClusters } from "./embedded-clusters.ts";
import { type SandboxForge, openForge } from "./forge.ts";
import { type PrivateFolder, openPrivateFolder, writePrivateFile } from "./private-folder.ts";
import { gitVariables } from "./run-git.ts";
import { platformDocuments } from "./story-documents.ts";

export interface StageOptions {
  /** Absolute; null: a new private folder, removed at the end. */
  readonly directory: string | null;
  readonly keep: boolean;
  /** Divides what the simulators themselves wait; at least 1. */
  readonly speed: number;
}

/** Everything the story needs, on loopback sockets and in one private folder. */
export interface Stage {
  readonly folder: PrivateFolder;
  readonly kubeconfig: string;
  /** File with `export` lines for a shell; only this user can read it. */
  readonly environmentFile: string;
  readonly clusters: EmbeddedClusters;
  readonly forge: SandboxForge;
  /** What Drover's own commands see as their environment. */
  readonly environment: CommandContext["env"];
  /** Stops everything; removes the folder unless it was given or is to be kept. */
  close(): Promise<void>;
}

/** Variable that holds the author's token, for drover and for git. */
export const TOKEN_VARIABLE = "GITHUB_TOKEN";

/** Opens the stage; the applications run on east when it resolves. `path` finds git. */
export async function openStage(options: StageOptions, path: string | undefined): Promise<Stage> {
  const folder = await openPrivateFolder({ given: options.directory, keep: options.keep });
  const opened: { close(): Promise<void> }[] = [folder];
  try {
    const clusters = await openClusters({ speed: options.speed });
    opened.unshift(clusters);
    const forge = await openForge(folder.path, { documents: platformDocuments(clusters.identities), path });
    opened.unshift(forge);
    const kubeconfig = join(folder.path, "kubeconfig");
    await writePrivateFile(kubeconfig, kubeconfigText(clusters.contexts));
    const environmentFile = join(folder.path, "env");
    const exported = { KUBECONFIG: kubeconfig, GITHUB_API_URL: forge.apiUrl, [TOKEN_VARIABLE]: forge.token };
    await writePrivateFile(environmentFile, exportLines(exported) + droverFunction());
    await applicationsRun(clusters, "east");
    const environment = { ...gitVariables(path, folder.path), ...exported };
    return { folder, kubeconfig, environmentFile, clusters, forge, environment, close: () => closeAll(opened) };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function closeAll(opened: readonly { close(): Promise<void> }[]): Promise<void> {
  const faults: unknown[] = [];
  for (const part of opened) await part.close().catch((error: unknown) => faults.push(error));
  if (faults.length > 0) throw faults[0];
}

/** Lines for a POSIX shell. */
export function exportLines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${shellWord(value)}\n`)
    .join("");
}

/** From a checkout there is no `drover` on the search path, and the tour is walked in another folder. */
function droverFunction(): string {
  const main = fileURLToPath(new URL("../main.mjs", import.meta.url));
  return `drover() { ${shellWord(process.execPath)} ${shellWord(main)} "$@"; }\n`;
}

/** A value as one word of a POSIX shell: quoted only where it has to be. */
export function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

const WORKLOADS = ["StatefulSet", "Deployment"] as const;
const POLL = 25;
/** Milliseconds of real time; a machine that is slower than this is too slow for the story. */
const START_LIMIT = 120_000;

async function applicationsRun(clusters: EmbeddedClusters, site: SiteName): Promise<void> {
  const deadline = Date.now() + START_LIMIT;
  while (!(await isServing(clusters, site))) {
    if (Date.now() > deadline) throw new Error(`the applications did not become ready on ${site} in two minutes`);
    await Promise.race([delay(POLL), clusters.finished]);
  }
}

/** Whether every Deployment and StatefulSet of a site has all the pods it asks for, and asks for some. */
export async function isServing(clusters: EmbeddedClusters, site: SiteName): Promise<boolean> {
  const { client } = clusters.world.site(site);
  const lists = await Promise.all(WORKLOADS.map((kind) => client.list({ apiVersion: "apps/v1", kind })));
  const workloads = lists.flat();
  return workloads.length > 0 && workloads.every(isReady);
}

function isReady(workload: KubeObject): boolean {
  const wanted = isFields(workload["spec"]) ? (asNumber(at(workload, "spec", "replicas")) ?? 1) : 1;
  return wanted > 0 && (asNumber(at(workload, "status", "readyReplicas")) ?? 0) >= wanted;
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}
