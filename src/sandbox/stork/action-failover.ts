import { at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import { SimulatorFault } from "../client/simulator-fault.ts";
import {
  type ActionRun,
  failed,
  isRunning,
  lastMile,
  latestRun,
  scheduleOn,
  type StageResult,
  startWorkloads,
  stopWorkloads,
  suspendSchedule,
  WAIT,
} from "./action-steps.ts";
import { isStaticCopy } from "./kinds.ts";
import { moment, StorkCrash, text } from "./stork-context.ts";

/** Stork asks the source five times, six seconds apart, before it takes it for dead. */
const SOURCE_PATIENCE_MS = 30_000;

/** One stage of a failover Action in metro DR (Stork 24.3, `pkg/action/failover.go`). */
export async function failoverStage(run: ActionRun, stage: string): Promise<StageResult> {
  switch (stage) {
    case "":
      return prepare(run);
    case "ScaleDownSource":
      return scaleDownSource(run);
    case "WaitAfterScaleDown":
      return waitAfterScaleDown(run);
    case "LastMileMigration":
      return finalMigration(run);
    case "ScaleUpDestination":
      return scaleUpDestination(run);
    case "ScaleUpSource":
      return rollBack(run);
    default:
      return failed(`unknown stage ${stage}`);
  }
}

async function prepare(run: ActionRun): Promise<StageResult> {
  const { context, remote, parameter } = run;
  const skip = parameter["skipSourceOperations"];
  if (skip === null || skip === undefined) throw new StorkCrash("failoverParameter.skipSourceOperations is nil");
  const copy = await scheduleOn(context.client, run);
  if (copy === null) return failed(`migrationschedule ${run.scheduleName} not found`);
  if (!isStaticCopy(copy)) return failed(`migrationschedule ${run.scheduleName} is not a static copy`);
  if (remote === null) {
    if (skip === true) return { outcome: "next", stage: "ScaleUpDestination" };
    return failed("the cluster pair of the migration schedule was not found");
  }
  if (!(await answers(remote))) {
    const { uid = "" } = run.action.metadata;
    const since = moment(context, `${uid}/source`, context.clock.now);
    const waited = context.clock.now() - since >= context.clock.pace(SOURCE_PATIENCE_MS);
    // The domain of an unreachable source is not deactivated, not even with metro.
    return waited
      ? { outcome: "next", stage: "ScaleUpDestination" }
      : { outcome: "wait", afterMs: context.clock.pace(6_000) };
  }
  const schedule = await scheduleOn(remote, run);
  if (schedule === null) return failed(`migrationschedule ${run.scheduleName} not found on the source cluster`);
  await suspendSchedule(remote, schedule);
  return (await isRunning(remote, schedule)) ? WAIT : { outcome: "next", stage: "ScaleDownSource" };
}

async function answers(client: SimulatorClient): Promise<boolean> {
  try {
    await client.version();
    return true;
  } catch (error) {
    if (error instanceof SimulatorFault) return false;
    throw error;
  }
}

async function scaleDownSource(run: ActionRun): Promise<StageResult> {
  if (run.remote === null) return failed("the source cluster is not known");
  await stopWorkloads(run, { stopOn: run.remote, asOn: run.context.client });
  return { outcome: "next", stage: "WaitAfterScaleDown" };
}

/** With metro no volumes are listed in Migrations, so that nothing waits for pods here. */
async function waitAfterScaleDown(run: ActionRun): Promise<StageResult> {
  const schedule = run.remote === null ? null : await scheduleOn(run.remote, run);
  if (schedule === null) return failed("the source schedule is gone");
  const status = latestRun(schedule)?.status ?? "";
  if (status === "Successful" || status === "PartialSuccess") return { outcome: "next", stage: "LastMileMigration" };
  return {
    outcome: "failed",
    reason: `latest migration of ${run.scheduleName} is not successful`,
    rollback: "ScaleUpSource",
  };
}

async function finalMigration(run: ActionRun): Promise<StageResult> {
  const { remote, context } = run;
  const schedule = remote === null ? null : await scheduleOn(remote, run);
  if (remote === null || schedule === null) return failed("the source schedule is gone");
  const state = await lastMile(run, { on: remote, schedule, word: "failover" });
  if (state === "running") return WAIT;
  if (state === "bad") return { outcome: "failed", reason: "last mile migration failed", rollback: "ScaleUpSource" };
  if (await isMetro(run, schedule)) deactivateRemoteDomain(context);
  return { outcome: "next", stage: "ScaleUpDestination" };
}

/** A pair without options is a metro pair. */
async function isMetro({ context, namespace }: ActionRun, schedule: KubeObject): Promise<boolean> {
  const name = text(schedule, "spec", "template", "spec", "clusterPair");
  const pair = await context.client.get({ apiVersion: schedule.apiVersion, kind: "ClusterPair", namespace, name });
  return Object.keys(at(pair, "spec", "options") ?? {}).length === 0;
}

/** The whole domain goes, even for one namespace; a witness is spared. */
function deactivateRemoteDomain({ plane, domain }: ActionRun["context"]): void {
  const [other] = plane.dataDomains.filter((name) => name !== domain);
  if (other !== undefined) plane.setDomainActive({ domain: other, active: false, askedFrom: domain });
}

async function scaleUpDestination(run: ActionRun): Promise<StageResult> {
  const words = { status: "Successful", reason: "scaling up apps in namespace % successful" };
  const failoverSummary = await startWorkloads(run, run.context.client, words);
  return { outcome: "next", stage: "Final", summary: { failoverSummary } };
}

async function rollBack(run: ActionRun): Promise<StageResult> {
  if (run.remote === null) return failed("the source cluster is not known");
  const words = { status: "RollbackSuccessful", reason: "scaling up apps in namespace % successful" };
  const failoverSummary = await startWorkloads(run, run.remote, words);
  return { outcome: "failed", reason: text(run.action, "status", "reason"), summary: { failoverSummary } };
}
