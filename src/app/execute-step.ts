import type { Operation } from "../core/model/operation.ts";
import type { Step } from "../core/model/step.ts";
import { FolderUnreadable } from "../core/render/read-kustomization.ts";
import { ClusterFault } from "../ports/cluster.ts";
import { GitFault } from "../ports/git.ts";
import type { StepOutcome } from "./events.ts";
import type { Execution } from "./execution.ts";
import { raiseEpoch, recordSite, setActive, writeRecord } from "./operations/bookkeeping.ts";
import { commitFolder } from "./operations/commit-folder.ts";
import { createOnce } from "./operations/create-once.ts";
import { deliver } from "./operations/deliver.ts";
import { awaitCondition } from "./operations/await-condition.ts";
import { patchObject, quiesce, restore } from "./operations/workloads.ts";

const DONE: StepOutcome = { state: "done", detail: null };

/** Carries out one step. The only place where a plan's operations become requests. */
export async function executeStep(execution: Execution, step: Step): Promise<StepOutcome> {
  try {
    return await perform(execution, step);
  } catch (error) {
    if (error instanceof GitFault)
      return { state: error.code === "unreachable" ? "again" : "refused", why: error.message };
    if (error instanceof FolderUnreadable) return { state: "refused", why: error.message };
    if (!(error instanceof ClusterFault)) throw error;
    return outcomeOf(error);
  }
}

/** A refusal by the server needs a person; a connection that broke needs another look. */
function outcomeOf(fault: ClusterFault): StepOutcome {
  switch (fault.code) {
    case "forbidden":
    case "unauthorized":
    case "invalid":
    case "malformed":
    case "too-large":
      return { state: "refused", why: fault.message };
    default:
      return { state: "again", why: fault.message };
  }
}

async function perform(execution: Execution, step: Step): Promise<StepOutcome> {
  const { operation } = step;
  switch (operation.type) {
    case "commit-folder":
      return commitFolder({ ...execution.branch, cluster: step.cluster }, operation);
    case "wait":
      return awaitCondition(execution, step, operation);
    default:
      return write(execution, step, operation);
  }
}

async function write(
  execution: Execution,
  step: Step,
  operation: Exclude<Operation, { type: "commit-folder" | "wait" }>,
): Promise<StepOutcome> {
  const context = execution.writeTo(step.cluster);
  if (context === null) return { state: "again", why: `${step.cluster} can't be written: no Lease is held there` };
  switch (operation.type) {
    case "apply":
      await context.confirm();
      await context.port.apply(operation.object, { force: true, timeoutMs: context.timeoutMs });
      return DONE;
    case "create-once":
      return createOnce(context, operation.object);
    case "patch": {
      const result = await patchObject(context, operation.ref, () => operation.patch);
      return result === "absent" ? { state: "again", why: "the object is not there any more" } : DONE;
    }
    case "quiesce":
      return quiesce(context, operation.workload, operation.transition);
    case "restore":
      return restore(context, operation.workload, operation.replicas);
    case "raise-epoch":
      return raiseEpoch(context, operation);
    case "set-active":
      return setActive(context, operation);
    case "record":
      return writeRecord(context, operation.application, operation.change);
    case "record-site":
      return recordSite(context, operation);
    case "deliver":
      return deliver({ ...context, git: execution.branch.git, digest: execution.digest }, operation);
  }
}
