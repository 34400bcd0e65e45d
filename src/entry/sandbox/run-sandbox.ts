import type { CommandContext } from "../context.ts";
import { type Console, createConsole } from "./console.ts";
import { protectByPullRequest } from "./protect-by-pull-request.ts";
import { type Stage, TOKEN_VARIABLE, exportLines, openStage, shellWord } from "./stage.ts";

export interface SandboxRequest {
  /** Absolute; null: a new private folder. */
  readonly directory: string | null;
  readonly keep: boolean;
  readonly speed: number;
  readonly output: "text" | "json";
}

/** Where the sandbox is told what to do and when to end. */
export interface SandboxInput {
  readonly context: CommandContext;
  /** Resolves when the sandbox is to end. */
  readonly ended: Promise<string>;
  readonly lines: AsyncIterable<string>;
}

/** Opens the sandbox, says where it is, obeys the console and ends when asked; nothing is left but a folder to keep. */
export async function runSandbox(request: SandboxRequest, input: SandboxInput): Promise<void> {
  const { context } = input;
  const stage = await openStage(request, context.env["PATH"]);
  try {
    await protectByPullRequest(stage);
    if (request.output === "json") context.stdout(`${JSON.stringify(sandboxDocument(stage), null, 2)}\n`);
    else context.stdout(exportLines({ KUBECONFIG: stage.kubeconfig }));
    context.stderr(welcome(stage));
    await Promise.race([input.ended, obey(createConsole(stage), input), stage.clusters.finished]);
  } finally {
    await stage.close();
  }
}

/** The `Sandbox` document of contracts.md section 2. */
function sandboxDocument(stage: Stage): Readonly<Record<string, unknown>> {
  const { folder, kubeconfig, environmentFile, clusters, forge } = stage;
  return {
    apiVersion: "drover.dev/v1alpha1",
    kind: "Sandbox",
    directory: folder.path,
    kubeconfig,
    clusters: clusters.contexts.map(({ name, server }) => ({ name, context: name, server })),
    repository: { path: forge.checkout, url: forge.cloneUrl },
    forge: { apiUrl: forge.apiUrl, tokenEnv: TOKEN_VARIABLE },
    environmentFile,
  };
}

function welcome(stage: Stage): string {
  return `
Two clusters (contexts east and west), a GitHub and the DR repository are ready. In another terminal:
  . ${shellWord(stage.environmentFile)} && cd ${shellWord(stage.forge.checkout)}
  drover apply            protects the bank's applications (pull request #1 is approved and merged)
  drover status           what would be lost if east died now
Here: kill east, restore east, pulls, approve N, merge N, report, help, quit.
`;
}

/** Resolves at `quit`; the end of the input is not the end of the sandbox. */
async function obey(console: Console, { context, lines }: SandboxInput): Promise<void> {
  for await (const line of lines) {
    const answer = await console(line);
    if (answer.type === "quit") return;
    if (answer.text !== "") context.stderr(`${answer.text}\n`);
  }
  await new Promise<never>(() => undefined);
}
