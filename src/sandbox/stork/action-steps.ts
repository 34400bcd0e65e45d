import { asFields, asList, asString, at, type Fields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import { MARKS, MIGRATION, SCHEDULE } from "./kinds.ts";
import { allItems, isUnfinished, itemsOf, type ScheduleItem } from "./schedule-items.ts";
import { activate, activatable, markCopies, scaleDown } from "./workload-scaling.ts";
import { type StorkContext, StorkCrash, text } from "./stork-context.ts";

/** An Action under way: where its schedule is, and the two clusters. */
export interface ActionRun {
  readonly context: StorkContext;
  readonly action: KubeObject;
  /** The parameter object of the Action's type. */
  readonly parameter: Fields;
  readonly namespace: string;
  readonly scheduleName: string;
  readonly namespaces: readonly string[];
  /** The other cluster; null when its pair is missing or leads nowhere. */
  readonly remote: SimulatorClient | null;
}

/** How a stage went: on to the next one, still working, or failed (with or without a way back). */
export type StageResult =
  | { readonly outcome: "next"; readonly stage: string; readonly summary?: Fields }
  | { readonly outcome: "wait"; readonly afterMs?: number }
  | { readonly outcome: "failed"; readonly reason: string; readonly rollback?: string; readonly summary?: Fields };

export const WAIT: StageResult = { outcome: "wait" };

export function failed(reason: string): StageResult {
  return { outcome: "failed", reason };
}

export function namesIn(value: unknown): readonly string[] {
  return asList(value).flatMap((name) => asString(name) ?? []);
}

export async function scheduleOn(client: SimulatorClient, run: ActionRun): Promise<KubeObject | null> {
  return client.get({ ...SCHEDULE, namespace: run.namespace, name: run.scheduleName });
}

export function migratedNamespaces(schedule: KubeObject | null): readonly string[] {
  return namesIn(at(schedule, "spec", "template", "spec", "namespaces"));
}

/** Suspends a schedule. A suspend of null is a nil dereference in Stork. */
export async function suspendSchedule(client: SimulatorClient, schedule: KubeObject): Promise<void> {
  const spec = asFields(schedule["spec"]);
  if (spec["suspend"] === undefined || spec["suspend"] === null) throw new StorkCrash("schedule.spec.suspend is nil");
  if (spec["suspend"] === false) await client.replace({ ...schedule, spec: { ...spec, suspend: true } });
}

/** The newest run over all policy types; null when there was none. */
export function latestRun(schedule: KubeObject): ScheduleItem | null {
  const runs = [...allItems(itemsOf(schedule))];
  runs.sort((a, b) => ((a.creationTimestamp ?? "") < (b.creationTimestamp ?? "") ? -1 : 1));
  return runs.at(-1) ?? null;
}

/** Whether the newest run of a schedule still goes on, as its Migration says: a suspended schedule's items may be old. */
export async function isRunning(client: SimulatorClient, schedule: KubeObject): Promise<boolean> {
  const run = latestRun(schedule);
  if (run === null || !isUnfinished(run)) return false;
  const migration = await client.get({ ...MIGRATION, namespace: schedule.metadata.namespace ?? null, name: run.name });
  return migration !== null && text(migration, "status", "stage") !== "Final";
}

/** Stops on one cluster what an activation on the other would start, and marks the copies there as passive. */
export async function stopWorkloads(
  run: ActionRun,
  { stopOn, asOn }: { readonly stopOn: SimulatorClient; readonly asOn: SimulatorClient },
): Promise<void> {
  for (const namespace of run.namespaces) await scaleDown(stopOn, await activatable(asOn, namespace));
  await markCopies(stopOn, affected(run), false);
}

/** Starts the namespaces on a cluster and says how each went. */
export async function startWorkloads(
  run: ActionRun,
  on: SimulatorClient,
  words: { readonly status: string; readonly reason: string },
): Promise<readonly Fields[]> {
  for (const namespace of run.namespaces) await activate(on, namespace);
  await markCopies(on, affected(run), true);
  return run.namespaces.map((namespace) => ({
    namespace,
    reason: words.reason.replace("%", namespace),
    status: words.status,
  }));
}

function affected({ namespaces, context }: ActionRun): readonly string[] {
  return [...namespaces, context.adminNamespace];
}

/** Makes the last Migration once and reports how far it is: the same Action always makes the same one. */
export async function lastMile(
  run: ActionRun,
  { on, schedule, word }: { readonly on: SimulatorClient; readonly schedule: KubeObject; readonly word: string },
): Promise<"running" | "good" | "bad"> {
  const uid = (run.action.metadata.uid ?? "").slice(0, 7);
  const name = `${run.scheduleName}-lastmile-${word}-${uid}`;
  const known = await on.get({ ...MIGRATION, namespace: run.namespace, name });
  if (known === null) {
    const spec = asFields(at(schedule, "spec", "template", "spec"));
    await on.create({
      ...MIGRATION,
      metadata: {
        name,
        namespace: run.namespace,
        annotations: { ...schedule.metadata.annotations, [MARKS.lastMileScheduleName]: run.scheduleName },
      },
      spec: { ...spec, namespaces: run.namespaces, startApplications: false },
    });
    return "running";
  }
  if (text(known, "status", "stage") !== "Final") return "running";
  const status = text(known, "status", "status");
  return status === "Successful" || status === "PartialSuccess" ? "good" : "bad";
}
