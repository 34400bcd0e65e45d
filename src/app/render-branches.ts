import type { Blocker } from "../core/failover/intent.ts";
import type { Operation } from "../core/model/operation.ts";
import type { Step } from "../core/model/step.ts";
import { buildPlan } from "../core/plan/build-plan.ts";
import type { PlannedApplication } from "../core/plan/plan.ts";
import type { RenderedAll } from "../core/report/render-list.ts";
import { readTip } from "./apply.ts";
import { authorise } from "./authorise.ts";
import { gather } from "./gather.ts";
import { type BranchContext, commitFolders } from "./operations/commit-folder.ts";
import type { Ports } from "./ports.ts";

/**
 * Only the capture: every protected application's folder on its standby's branch, and nothing on a cluster but the key of
 * the fingerprints where Secrets are sealed for the first time. An application in a transition is left alone (design
 * invariant 7).
 */
export async function renderBranches(ports: Ports, start: { readonly protectedBranch: string }): Promise<RenderedAll> {
  await ports.git.fetch();
  const repository = await readTip(ports, start.protectedBranch);
  const { input } = await gather(ports, { repository, now: ports.clock.now(), purpose: "render" });
  const plan = buildPlan(input);
  const authorised = await authorise(ports, { plan, repository, changedIn: input.changedIn });
  const refused = new Map<string, readonly Blocker[]>(authorised.refused);
  for (const { name, blockers } of plan.applications) if (blockers.length > 0) refused.set(name, blockers);
  const captured = plan.applications.filter((application) => isCaptured(application) && !refused.has(application.name));
  const names = new Set(captured.map(({ name }) => name));
  const steps = plan.steps.filter(({ application }) => application !== null && names.has(application));
  const { commits, late } = await commitAll(ports, { ...start, tip: repository.commit }, steps);
  for (const [name, blocker] of late) refused.set(name, [blocker]);
  return {
    reports: captured.flatMap(({ name, render }) =>
      render === null ? [] : [{ ...render, commit: commits.get(name) ?? null }],
    ),
    refused,
    notes: captured.flatMap(({ notes }) => notes),
    revision: repository.commit,
  };
}

function isCaptured({ intent, render }: PlannedApplication): boolean {
  return intent.type === "protect" && render !== null;
}

interface Committed {
  /** Application to its commit, where one was made. */
  readonly commits: ReadonlyMap<string, string>;
  /** Applications whose branch kept moving on. */
  readonly late: ReadonlyMap<string, Blocker>;
}

/** All folders of a branch with one push. */
async function commitAll(
  ports: Ports,
  start: Pick<BranchContext, "protectedBranch" | "tip">,
  steps: readonly Step[],
): Promise<Committed> {
  const branches = new Map<string, { readonly cluster: string; readonly operations: FolderOperation[] }>();
  for (const { action, cluster, operation } of steps) {
    if (action !== "render" || operation.type !== "commit-folder") continue;
    const known = branches.get(operation.branch) ?? { cluster, operations: [] };
    known.operations.push(operation);
    branches.set(operation.branch, known);
  }
  const commits = new Map<string, string>();
  const late = new Map<string, Blocker>();
  for (const [branch, { cluster, operations }] of branches) {
    const outcome = await commitFolders({ git: ports.git, cluster, ...start }, branch, operations);
    for (const [index, { application }] of operations.entries()) {
      const commit = outcome.state === "done" ? (outcome.commits[index] ?? null) : null;
      if (commit !== null) commits.set(application, commit);
      if (outcome.state !== "done") late.set(application, moved(outcome.why));
    }
  }
  return { commits, late };
}

function moved(why: string): Blocker {
  return { code: "branch-moved", message: why, remedy: "run drover render again; nothing was lost" };
}

type FolderOperation = Extract<Operation, { type: "commit-folder" }>;
