import { momentOf } from "../clock/simulation-clock.ts";
import {
  type ActionRun,
  failed,
  lastMile,
  latestRun,
  migratedNamespaces,
  scheduleOn,
  type StageResult,
  startWorkloads,
  stopWorkloads,
  suspendSchedule,
  WAIT,
} from "./action-steps.ts";
import { isUnfinished, type ScheduleItem } from "./schedule-items.ts";
import { moment, text } from "./stork-context.ts";
import { asNumber, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { POLICY } from "./kinds.ts";

/** How long a failback waits for the other domain to be active and in sync. */
const DOMAIN_PATIENCE_MS = 600_000;
const DAY_MS = 86_400_000;

/** One stage of a failback Action in metro DR (Stork 24.3, `pkg/action/failback.go`). */
export async function failbackStage(run: ActionRun, stage: string): Promise<StageResult> {
  switch (stage) {
    case "":
      return prepare(run);
    case "ScaleDownDestination":
      return scaleDownDestination(run);
    case "WaitAfterScaleDown":
      return { outcome: "next", stage: "LastMileMigration" };
    case "LastMileMigration":
      return finalMigration(run);
    case "ScaleUpSource":
      return scaleUpSource(run);
    case "ScaleUpDestination":
      return rollBack(run);
    default:
      return failed(`unknown stage ${stage}`);
  }
}

async function prepare(run: ActionRun): Promise<StageResult> {
  const { client } = run.context;
  const schedule = await scheduleOn(client, run);
  if (schedule === null) return failed(`migrationschedule ${run.scheduleName} not found`);
  const migrated = new Set(migratedNamespaces(schedule));
  const foreign = run.namespaces.find((namespace) => !migrated.has(namespace));
  if (foreign !== undefined) return failed(`namespace ${foreign} is not migrated by ${run.scheduleName}`);
  const refusal = await refusedRun(run, schedule);
  if (refusal !== null) return failed(refusal);
  await suspendSchedule(client, schedule);
  return activateRemoteDomain(run);
}

async function refusedRun({ context, scheduleName }: ActionRun, schedule: KubeObject): Promise<string | null> {
  const latest = latestRun(schedule);
  if (latest === null) return `${scheduleName} has no migration yet`;
  if (isUnfinished(latest)) return `the latest migration of ${scheduleName} is not complete`;
  if (latest.status === "Failed") return `the latest migration of ${scheduleName} failed`;
  const name = text(schedule, "spec", "schedulePolicyName");
  const policy = await context.client.get({ ...POLICY, namespace: null, name });
  return isRecent(latest, policy, context.clock.now()) ? null : `the latest migration of ${scheduleName} is too old`;
}

function isRecent(item: ScheduleItem, policy: KubeObject | null, now: number): boolean {
  const finished = momentOf(item.finishTimestamp);
  const minutes = asNumber(at(policy, "policy", "interval", "intervalMinutes"));
  return finished !== null && now - finished <= (minutes === null ? 31 * DAY_MS : minutes * 60_000);
}

function activateRemoteDomain({ context, action }: ActionRun): StageResult {
  const { plane, domain, clock } = context;
  const other = plane.dataDomains.find((name) => name !== domain);
  if (other === undefined) return { outcome: "next", stage: "ScaleDownDestination" };
  const info = plane.domains(domain)?.find((candidate) => candidate.name === other);
  if (info?.state === "Active" && info.syncStatus === "InSync")
    return { outcome: "next", stage: "ScaleDownDestination" };
  if (info?.state === "Inactive") plane.setDomainActive({ domain: other, active: true, askedFrom: domain });
  const since = moment(context, `${action.metadata.uid ?? ""}/domain`, clock.now);
  return clock.now() - since > clock.pace(DOMAIN_PATIENCE_MS) ? failed(`domain ${other} is not in sync`) : WAIT;
}

async function scaleDownDestination(run: ActionRun): Promise<StageResult> {
  if (run.remote === null) return failed("the source cluster is not known");
  await stopWorkloads(run, { stopOn: run.context.client, asOn: run.remote });
  return { outcome: "next", stage: "WaitAfterScaleDown" };
}

async function finalMigration(run: ActionRun): Promise<StageResult> {
  const { client } = run.context;
  const schedule = await scheduleOn(client, run);
  if (schedule === null) return failed("the reverse schedule is gone");
  const state = await lastMile(run, { on: client, schedule, word: "failback" });
  if (state === "running") return WAIT;
  if (state === "good") return { outcome: "next", stage: "ScaleUpSource" };
  return { outcome: "failed", reason: "last mile migration failed", rollback: "ScaleUpDestination" };
}

async function scaleUpSource(run: ActionRun): Promise<StageResult> {
  if (run.remote === null) return failed("the source cluster is not known");
  const words = { status: "Successful", reason: "scaling up apps in namespace % successful" };
  const failbackSummary = await startWorkloads(run, run.remote, words);
  return { outcome: "next", stage: "Final", summary: { failbackSummary } };
}

async function rollBack(run: ActionRun): Promise<StageResult> {
  const words = { status: "RollbackSuccessful", reason: "scaling up apps in namespace % successful" };
  const failbackSummary = await startWorkloads(run, run.context.client, words);
  return { outcome: "failed", reason: text(run.action, "status", "reason"), summary: { failbackSummary } };
}
