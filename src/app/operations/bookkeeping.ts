import type { RecordChange } from "../../core/model/operation.ts";
import type { Operation } from "../../core/model/operation.ts";
import { mergeRecord } from "../../core/model/merge-record.ts";
import {
  DROVER_NAMESPACE,
  EPOCH_NAME,
  type EpochRecord,
  SITES_NAME,
  epochFromData,
  epochToData,
  markOf,
  recordFromData,
  recordName,
  recordToData,
} from "../../core/model/record.ts";
import type { StepOutcome } from "../events.ts";
import { changeConfigMap } from "./config-map.ts";
import { stamp } from "./workloads.ts";
import type { WriteContext } from "./write-context.ts";

const DONE: StepOutcome = { state: "done", detail: null };

/** A thing Drover keeps that can't be read is never overwritten. */
class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** The epoch was changed between the look and the write, so what was checked says nothing about it. */
class MovedOn extends Error {
  override readonly name = "MovedOn";
}

export async function writeRecord(
  context: WriteContext,
  application: string,
  change: RecordChange,
): Promise<StepOutcome> {
  return refuseUnreadable(async () => {
    const now = new Date(context.clock.now()).toISOString();
    await changeConfigMap(context, recordName(application), (data) => {
      const current = data === null ? null : recordFromData(data, application);
      if (data !== null && current === null) throw new Unreadable(`the record of ${application} can't be read`);
      const next = mergeRecord(current, application, { change, now });
      return next === null ? null : recordToData(next);
    });
  });
}

export interface EpochContext extends WriteContext {
  /** Commit that was fetched as the protected branch's tip for this run. */
  readonly tip: string;
  readonly isAncestor: (ancestor: string, descendant: string) => Promise<boolean>;
}

/** Raises the counter by compare-and-swap, bound to a tip that descends from the stored one, and stamps workloads. */
export async function raiseEpoch(
  context: EpochContext,
  operation: Extract<Operation, { type: "raise-epoch" }>,
): Promise<StepOutcome> {
  const stored = await readEpoch(context);
  if (stored !== null && !(await context.isAncestor(stored.commit, context.tip))) {
    return {
      state: "refused",
      why: `the protected branch's tip ${context.tip.slice(0, 12)} does not descend from ${stored.commit.slice(0, 12)}, which this cluster has seen`,
    };
  }
  return refuseUnreadable(async () => {
    let counter = 0;
    await changeEpoch(context, (epoch) => {
      if (epoch.commit !== (stored?.commit ?? context.tip)) throw new MovedOn("another run raised the epoch meanwhile");
      counter = epoch.counter + 1;
      return { ...epoch, counter, commit: context.tip, active: raised(epoch.active, operation) };
    });
    for (const workload of operation.stamp) await stamp(context, workload, counter);
  });
}

function raised(
  active: EpochRecord["active"],
  operation: Extract<Operation, { type: "raise-epoch" }>,
): EpochRecord["active"] {
  if (operation.transition === null) return active;
  const marks = { ...active };
  for (const application of operation.applications) {
    const mark = Object.hasOwn(marks, application) ? marks[application] : undefined;
    if (mark !== undefined) marks[application] = { ...mark, raisedFor: operation.transition };
  }
  return marks;
}

async function readEpoch(context: WriteContext): Promise<EpochRecord | null> {
  const configMap = await context.port.get({
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace: DROVER_NAMESPACE,
    name: EPOCH_NAME,
  });
  return configMap === null ? null : epochFromData(configMap["data"]);
}

async function changeEpoch(context: EpochContext, change: (epoch: EpochRecord) => EpochRecord): Promise<void> {
  await changeConfigMap(context, EPOCH_NAME, (data) => {
    const epoch = data === null ? { counter: 0, commit: context.tip, active: {} } : epochFromData(data);
    if (epoch === null) throw new Unreadable("ConfigMap drover-epoch can't be read");
    return epochToData(change(epoch));
  });
}

/** Says which cluster is active. For a transition this is the point of no return. */
export async function setActive(
  context: EpochContext,
  operation: Extract<Operation, { type: "set-active" }>,
): Promise<StepOutcome> {
  const { application, active, commit } = operation;
  return refuseUnreadable(() =>
    changeEpoch(context, (epoch) => {
      const raisedFor = markOf(epoch, application)?.raisedFor ?? null;
      return { ...epoch, active: { ...epoch.active, [application]: { cluster: active, since: commit, raisedFor } } };
    }),
  );
}

export async function recordSite(
  context: WriteContext,
  operation: Extract<Operation, { type: "record-site" }>,
): Promise<StepOutcome> {
  await changeConfigMap(context, SITES_NAME, (data) => ({
    ...data,
    [operation.site]: JSON.stringify(operation.volumeNamespaces),
  }));
  return DONE;
}

async function refuseUnreadable(act: () => Promise<void>): Promise<StepOutcome> {
  try {
    await act();
    return DONE;
  } catch (error) {
    if (error instanceof Unreadable) return { state: "refused", why: error.message };
    if (error instanceof MovedOn) return { state: "again", why: error.message };
    throw error;
  }
}
