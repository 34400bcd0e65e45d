import { asFields, asList, asString, at } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { ageColumn, nameColumn, numberAt, text, textAt, wide } from "./column.ts";
import type { Column } from "./column.ts";
import { age } from "./cell-text.ts";

function statuses(pod: KubeObject, list: "containerStatuses" | "initContainerStatuses"): readonly Fields[] {
  return asList(at(pod, "status", list)).map(asFields);
}

/** Why a container does not run, as far as its state says. */
function containerReason(status: Fields): string | null {
  const waiting = asString(at(status, "state", "waiting", "reason"));
  if (waiting) return waiting;
  const terminated = asFields(at(status, "state", "terminated"));
  if (Object.keys(terminated).length === 0) return null;
  const reason = asString(terminated["reason"]);
  if (reason) return reason;
  const signal = terminated["signal"];
  return typeof signal === "number" && signal !== 0
    ? `Signal:${signal}`
    : `ExitCode:${numberAt(terminated, "exitCode")}`;
}

function initReason(pod: KubeObject): string | null {
  const all = statuses(pod, "initContainerStatuses");
  for (const [index, status] of all.entries()) {
    if (at(status, "state", "terminated", "exitCode") === 0) continue;
    const reason = containerReason(status);
    if (reason !== null && reason !== "PodInitializing") return `Init:${reason}`;
    return `Init:${index}/${asList(at(pod, "spec", "initContainers")).length}`;
  }
  return null;
}

/** What kubectl shows as a pod's status: the phase, unless something says more. */
function podStatus(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp !== undefined) return "Terminating";
  const base = textAt(pod, ["status", "reason"]) || textAt(pod, ["status", "phase"], "Unknown");
  const reasons = statuses(pod, "containerStatuses").map(containerReason);
  const reason = reasons.toReversed().find((one) => one !== null);
  return initReason(pod) ?? reason ?? base;
}

function readyText(pod: KubeObject): string {
  const ready = statuses(pod, "containerStatuses").filter((status) => status["ready"] === true).length;
  return `${ready}/${asList(at(pod, "spec", "containers")).length}`;
}

function restartText(pod: KubeObject, now: number): string {
  const all = statuses(pod, "containerStatuses");
  const count = all.reduce((sum, status) => sum + numberAt(status, "restartCount"), 0);
  const ends = all
    .map((status) => textAt(status, ["lastState", "terminated", "finishedAt"]))
    .filter((end) => end !== "");
  const last = ends.toSorted().at(-1);
  return count > 0 && last !== undefined ? `${count} (${age(last, now)} ago)` : String(count);
}

function gateText(pod: KubeObject): string {
  const gates = asList(at(pod, "spec", "readinessGates"));
  if (gates.length === 0) return "<none>";
  const conditions = asList(at(pod, "status", "conditions"));
  const met = gates.filter((gate) =>
    conditions.some(
      (condition) => at(condition, "type") === at(gate, "conditionType") && at(condition, "status") === "True",
    ),
  );
  return `${met.length}/${gates.length}`;
}

export const podColumns: readonly Column[] = [
  nameColumn,
  text("Ready", readyText),
  text("Status", podStatus),
  text("Restarts", restartText),
  ageColumn,
  wide(text("IP", (pod) => textAt(pod, ["status", "podIP"], "<none>"))),
  wide(text("Node", (pod) => textAt(pod, ["spec", "nodeName"], "<none>"))),
  wide(text("Nominated Node", (pod) => textAt(pod, ["status", "nominatedNodeName"], "<none>"))),
  wide(text("Readiness Gates", gateText)),
];
