import type { Blocker } from "../core/failover/intent.ts";
import { valueOf } from "../core/observed/cluster-facts.ts";
import { buildPlan } from "../core/plan/build-plan.ts";
import type { Plan } from "../core/plan/plan.ts";
import { GitFault } from "../ports/git.ts";
import { authorise } from "./authorise.ts";
import { type StepResult, executePlan } from "./execute-plan.ts";
import { executeStep } from "./execute-step.ts";
import type { Execution } from "./execution.ts";
import { type Gathered, gather } from "./gather.ts";
import { type Repository, readRepositoryAt } from "./gather-repository.ts";
import { type Leases, holdLeases } from "./hold-leases.ts";
import { WRITE_TIMEOUT } from "./lease.ts";
import type { Ports } from "./ports.ts";
import { writeEvidence } from "./write-evidence.ts";
import { refreshRecoveryPoints } from "./refresh-recovery-points.ts";

/** Passes that a run may take: protect, move and settle are one each; the rest is for races that were lost. */
const MAX_PASSES = 12;

export interface ApplyResult {
  /** The last plan that was made. */
  readonly plan: Plan;
  /** Everything that was carried out, over all passes. */
  readonly results: readonly StepResult[];
  /** By application: why it was left alone. */
  readonly refused: ReadonlyMap<string, readonly Blocker[]>;
  /** Clusters whose Lease somebody else holds. */
  readonly busy: readonly { readonly cluster: string; readonly holder: string }[];
}

/**
 * Makes both clusters and the DR branches what the tip of the protected branch asks for. Each pass starts from git and
 * the clusters; a pass that did something is followed by another, until nothing is left that may be done.
 */
export async function apply(ports: Ports, start: { readonly protectedBranch: string }): Promise<ApplyResult> {
  await ports.git.fetch();
  const repository = await readTip(ports, start.protectedBranch);
  const leases = await holdLeases(ports, repository);
  try {
    return await runPasses(ports, repository, leases);
  } finally {
    await leases.release();
  }
}

/** The documents at the tip of the protected branch as fetched; throws `GitFault` when the remote has no such branch. */
export async function readTip(ports: Ports, protectedBranch: string): Promise<Repository> {
  const tip = await ports.git.tip(protectedBranch);
  if (tip === null) {
    const message = `the remote has no branch ${protectedBranch}; push one, or set spec.protectedBranch in drover.yaml`;
    throw new GitFault("unknown-revision", message);
  }
  return readRepositoryAt(ports.git, tip);
}

async function runPasses(ports: Ports, repository: Repository, leases: Leases): Promise<ApplyResult> {
  const results: StepResult[] = [];
  for (let pass = 1; ; pass += 1) {
    const gathered = await gather(ports, { repository, now: ports.clock.now(), purpose: "apply" });
    if (pass === 1) await raiseAfterTakeover(ports, { gathered, repository, leases });
    const draft = buildPlan(gathered.input);
    const { refused, approvals } = await authorise(ports, {
      plan: draft,
      repository,
      changedIn: gathered.input.changedIn,
    });
    const plan = buildPlan({ ...gathered.input, approvals, withheld: refused });
    const executed = await executePlan(executionOf(ports, { gathered, repository, leases }), plan.steps);
    results.push(...executed);
    // A pass that only looked would only look again.
    const wrote = executed.some((result) => result.step.operation.type !== "wait");
    const done = wrote && executed.every((result) => result.outcome.state === "done");
    const again = executed.some((result) => result.outcome.state === "again");
    if ((!done && !again) || pass >= MAX_PASSES) {
      await refreshRecoveryPoints(executionOf(ports, { gathered, repository, leases }), gathered.input);
      await writeEvidence(ports.git, gathered.input);
      return { plan, results, refused: refusals(plan), busy: leases.busy };
    }
  }
}

function refusals(plan: Plan): ReadonlyMap<string, readonly Blocker[]> {
  const refused = plan.applications.filter((application) => application.blockers.length > 0);
  return new Map(refused.map(({ name, blockers }) => [name, blockers]));
}

interface Run {
  readonly gathered: Gathered;
  readonly repository: Repository;
  readonly leases: Leases;
}

/** A Lease taken from a dead run: its late writes must conflict before anything is decided (design invariant 11). */
async function raiseAfterTakeover(ports: Ports, run: Run): Promise<void> {
  const execution = executionOf(ports, run);
  for (const cluster of run.gathered.input.clusters.values()) {
    if (!cluster.reachable || valueOf(cluster.epoch) === null || !run.leases.takenOver(cluster.name)) continue;
    const stamp = [...cluster.applications.values()].flatMap(({ facts }) =>
      facts.workloads.map((workload) => workload.ref),
    );
    await executeStep(execution, {
      id: `takeover@${cluster.name}`,
      application: null,
      cluster: cluster.name,
      action: "update",
      object: null,
      risk: "routine",
      why: "an earlier run died; its late writes must conflict",
      after: [],
      authorisedBy: null,
      beginBefore: null,
      operation: { type: "raise-epoch", applications: [], transition: null, commit: run.repository.commit, stamp },
    });
  }
}

function executionOf(ports: Ports, run: Run): Execution {
  const { gathered, repository, leases } = run;
  return {
    clock: ports.clock,
    providers: ports.providers,
    digest: ports.digest,
    events: ports.events,
    branch: {
      git: ports.git,
      protectedBranch: repository.desired.state.settings?.protectedBranch ?? "main",
      tip: repository.commit,
    },
    keepLeases: leases.keep,
    readFrom: (cluster) => gathered.ports.get(cluster) ?? null,
    writeTo: (cluster) => {
      const port = gathered.ports.get(cluster);
      const confirm = leases.confirm(cluster);
      if (port === undefined || confirm === null) return null;
      return {
        port,
        clock: ports.clock,
        confirm,
        timeoutMs: WRITE_TIMEOUT,
        tip: repository.commit,
        isAncestor: (ancestor, descendant) => ports.git.isAncestor(ancestor, descendant),
      };
    },
  };
}
