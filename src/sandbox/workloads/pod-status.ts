import { asList, asString, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { timestamp } from "../clock/simulation-clock.ts";
import { withTransitions, type WantedCondition } from "./conditions.ts";

/** Where a pod stands on its node. */
export type PodStage = "creating" | "started" | "ready" | "succeeded";

/** The status that a kubelet reports for a stage; times of what happened before are kept. */
export function podStatus(
  pod: KubeObject,
  { stage, now, waiting }: { readonly stage: PodStage; readonly now: number; readonly waiting?: string },
): Readonly<Record<string, unknown>> {
  const time = timestamp(now);
  const running = stage === "started" || stage === "ready";
  const startedAt = containerStart(pod) ?? time;
  const state = {
    creating: { waiting: { reason: "ContainerCreating", ...(waiting === undefined ? {} : { message: waiting }) } },
    started: { running: { startedAt } },
    ready: { running: { startedAt } },
    succeeded: { terminated: { exitCode: 0, reason: "Completed", startedAt, finishedAt: time } },
  }[stage];
  return {
    // A pod that ran once does not become Pending again when its node restarts.
    phase: phaseFor(stage, asString(at(pod, "status", "phase"))),
    startTime: asString(at(pod, "status", "startTime")) ?? time,
    conditions: withTransitions(at(pod, "status", "conditions"), conditionsFor(stage), { now, withUpdateTime: false }),
    containerStatuses: asList(at(pod, "spec", "containers")).map((container) => ({
      name: asString(at(container, "name")) ?? "",
      image: asString(at(container, "image")) ?? "",
      imageID: "",
      ready: stage === "ready",
      started: running,
      restartCount: 0,
      state,
      lastState: {},
    })),
  };
}

function phaseFor(stage: PodStage, before: string | null): string {
  if (stage === "succeeded") return "Succeeded";
  return stage === "creating" && before !== "Running" ? "Pending" : "Running";
}

function conditionsFor(stage: PodStage): readonly WantedCondition[] {
  const condition = (type: string, holds: boolean, reason: string): WantedCondition => ({
    type,
    status: holds ? "True" : "False",
    reason: holds ? "" : reason,
    message: "",
  });
  const notReady = stage === "succeeded" ? "PodCompleted" : "ContainersNotReady";
  return [
    condition("PodScheduled", true, ""),
    condition("Initialized", true, ""),
    condition("ContainersReady", stage === "ready", notReady),
    condition("Ready", stage === "ready", notReady),
  ];
}

function containerStart(pod: KubeObject): string | null {
  const [first] = asList(at(pod, "status", "containerStatuses"));
  return asString(at(first, "state", "running", "startedAt"));
}
