import type { PlannedMove } from "../failover/intent.ts";
import { counted } from "../model/counted.ts";
import type { RecordedFacts } from "../model/operation.ts";
import { markOf } from "../model/record.ts";
import type { StepDraft } from "../model/step.ts";
import { valueOf } from "../observed/cluster-facts.ts";
import { activateFolder, isActivated } from "../render/activation.ts";
import { activationMessage } from "../render/commit-message.ts";
import { type ApplicationContext, type End, knownFacts, stepContext } from "./application-context.ts";
import { isDeliveredActive } from "./capture.ts";
import { activeDraft, claimsDraft, readyDraft, recordDraft } from "./drafts.ts";

/**
 * Data before pods (design invariant 8): the target's storage is read again after the source was stopped, every claim is
 * checked, then the point of no return, then pods.
 */
export function planPromotion(context: ApplicationContext, move: PlannedMove): readonly StepDraft[] {
  const { target, document, provider, input } = context;
  const facts = knownFacts(context);
  if (target.cluster === null || facts === null) return [];
  const commit = move.record?.commit ?? input.changedIn.get(document.name) ?? input.revision;
  const mayBeBehind = move.transition.type === "Failover" && move.transition.acceptRecoveryPoint !== null;
  const promote = { type: "promote", transition: move.transition.id } as const;
  return [
    ...provider.steps({ type: "verifyTarget", mayBeBehind }, stepContext(context)),
    claimsDraft(target.name, facts.claims),
    ...turnActive(context, commit),
    ...provider.steps(promote, stepContext(context)),
    ...activateBranch(context, { id: move.transition.id, commit }),
    ...startWorkloads(context, facts, move.transition.id),
  ];
}

/** Proof that it runs, once everything of the change was started: applications become ready side by side. */
export function planServing(context: ApplicationContext, move: PlannedMove): readonly StepDraft[] {
  const { target, document } = context;
  const facts = knownFacts(context);
  if (target.cluster === null || facts === null) return [];
  return [
    readyDraft(target.name, runningOf(facts)),
    recordDraft(target.name, document.name, {
      change: { type: "serving", id: move.transition.id },
      why: "the target serves",
    }),
  ];
}

function runningOf(facts: RecordedFacts): RecordedFacts["workloads"] {
  return facts.workloads.filter((workload) => workload.replicas > 0);
}

function turnActive(context: ApplicationContext, commit: string): readonly StepDraft[] {
  const { source, target, document } = context;
  const mark = { application: document.name, active: target.name, commit };
  const turned = (end: End): boolean =>
    end.cluster === null || markOf(valueOf(end.cluster.epoch), document.name)?.cluster === target.name;
  return [target, source].filter((end) => !turned(end)).map((end) => activeDraft(end.name, mark, "disruptive"));
}

function activateBranch(
  context: ApplicationContext,
  change: { readonly id: string; readonly commit: string },
): readonly StepDraft[] {
  const { source, target, document, input } = context;
  const files = target.branch.folders.get(document.name);
  if (files === undefined || isActivated(files)) return [];
  const message = activationMessage({
    application: document.name,
    id: change.id,
    from: source.name,
    to: target.name,
    commit: change.commit,
    version: input.version,
  });
  return [
    {
      slug: `activate-branch-${target.name}`,
      cluster: target.name,
      action: "activate",
      object: null,
      risk: "disruptive",
      why: `branch ${target.branch.branch} says that the application runs here`,
      operation: {
        type: "commit-folder",
        branch: target.branch.branch,
        application: document.name,
        files: activateFolder(files),
        message,
      },
    },
  ];
}

function startWorkloads(context: ApplicationContext, facts: RecordedFacts, transition: string): readonly StepDraft[] {
  const { target, document } = context;
  const running = runningOf(facts);
  const delivery: StepDraft = {
    slug: `start@${target.name}`,
    cluster: target.name,
    action: "activate",
    object: null,
    risk: "disruptive",
    why: `starts ${counted(running.length, "workload")} in order`,
    operation: {
      type: "deliver",
      application: document.name,
      branch: target.branch.branch,
      form: "active",
      startup: document.startup,
      timeoutMs: target.spec.delivery.timeout,
      transition,
    },
  };
  return isDeliveredActive(context) ? [] : [delivery];
}
