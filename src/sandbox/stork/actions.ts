import { asFields, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { timestamp } from "../clock/simulation-clock.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import { isTerminating } from "../workloads/kinds.ts";
import { failbackStage } from "./action-failback.ts";
import { failoverStage } from "./action-failover.ts";
import { type ActionRun, namesIn, type StageResult } from "./action-steps.ts";
import { asAction } from "./go-types.ts";
import { hasFinalizer, SCHEDULE, withFinalizer, withoutFinalizer } from "./kinds.ts";
import { remoteOf, type StorkContext, StorkError, text } from "./stork-context.ts";

/**
 * One look at an Action. Each stage first ends in Successful or Failed, and the next look moves on and empties the
 * status again: only stage Final ends an Action. Returns when to look again.
 */
export async function reconcileAction(context: StorkContext, object: KubeObject): Promise<number | undefined> {
  const { client } = context;
  if (isTerminating(object)) {
    if (hasFinalizer(object)) await client.replace(withoutFinalizer(asAction(object)));
    return undefined;
  }
  const action = hasFinalizer(object)
    ? asAction(object)
    : asAction(await client.replace(withFinalizer(asAction(object))));
  const stage = text(action, "status", "stage");
  if (stage === "Final") return undefined;
  const type = text(action, "spec", "actionType");
  if (type !== "failover" && type !== "failback") {
    if (text(action, "status", "status") !== "Failed")
      await write(context, action, { status: "Failed", reason: "invalid action type" });
    return undefined;
  }
  const run = await runOf(context, action, type);
  const result = type === "failover" ? await failoverStage(run, stage) : await failbackStage(run, stage);
  return record(context, action, result);
}

async function runOf(context: StorkContext, action: KubeObject, type: "failover" | "failback"): Promise<ActionRun> {
  const parameter = asFields(at(action, "spec", "actionParameter", `${type}Parameter`));
  const { namespace = "" } = action.metadata;
  const scheduleName = text(parameter, "migrationScheduleReference");
  const namespaces = namesIn(parameter[type === "failover" ? "failoverNamespaces" : "failbackNamespaces"]);
  const schedule = await context.client.get({ ...SCHEDULE, namespace, name: scheduleName });
  const remote = schedule === null ? null : await remoteOrNull(context, namespace, schedule);
  return { context, action, parameter, namespace, scheduleName, namespaces, remote };
}

async function remoteOrNull(
  context: StorkContext,
  namespace: string,
  schedule: KubeObject,
): Promise<SimulatorClient | null> {
  try {
    return await remoteOf(context, namespace, text(schedule, "spec", "template", "spec", "clusterPair"));
  } catch (error) {
    if (error instanceof StorkError) return null;
    throw error;
  }
}

async function record(context: StorkContext, action: KubeObject, result: StageResult): Promise<number | undefined> {
  switch (result.outcome) {
    case "wait":
      return result.afterMs ?? context.clock.pace(2_000);
    case "next": {
      const final = result.stage === "Final";
      const summary = result.summary ?? at(action, "status", "summary") ?? null;
      await write(context, action, { stage: result.stage, status: final ? "Successful" : "", summary });
      return final ? undefined : 0;
    }
    case "failed": {
      const { reason, rollback, summary } = result;
      if (rollback !== undefined) await write(context, action, { stage: rollback, status: "", reason });
      else
        await write(context, action, {
          stage: "Final",
          status: "Failed",
          reason,
          ...(summary === undefined ? {} : { summary }),
        });
      return rollback === undefined ? undefined : 0;
    }
  }
}

/** The finish time is rewritten at every change of stage. */
async function write(
  { client, clock }: StorkContext,
  action: KubeObject,
  changes: Readonly<Record<string, unknown>>,
): Promise<void> {
  const status = { ...asFields(action["status"]), ...changes, finishTimestamp: timestamp(clock.now()) };
  await client.replace({ ...action, status });
}
