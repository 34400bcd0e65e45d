import { isCovered } from "../../core/model/is-covered.ts";
import { type KubeObject, type ObjectRef, refOf } from "../../core/model/kube-object.ts";
import type { Risk, StepDraft } from "../../core/model/step.ts";
import type { Direction, StepContext } from "../../core/provider.ts";
import { TRANSFER_END, appliedDraft, flagDraft, suspendDraft, waitDraft } from "./drafts.ts";
import { scheduleName, scheduleNamespace } from "./names.ts";
import { migrationSchedule, schedulePolicy } from "./objects.ts";
import { type ScheduleFacts, findSchedule } from "./observe.ts";

/**
 * Standing replication from source to target: first nothing runs the other way and the copy accepts transfers, then the
 * schedule runs, and then it is seen to work. A schedule without a copy on the other side protects nothing.
 */
export function protectSteps(context: StepContext, risk: Risk): readonly StepDraft[] {
  return [...policies(context), ...clearTheWay(context), ...runSchedule(context, risk), ...seeItWork(context)];
}

/** Our schedule of a direction as one cluster shows it: the schedule itself or its copy. */
export function scheduleOf(objects: readonly KubeObject[] | null, direction: Direction): ScheduleFacts | null {
  if (objects === null) return null;
  return findSchedule(objects, { namespace: scheduleNamespace(direction), name: scheduleName(direction) });
}

export function reverseOf(direction: Direction): Direction {
  return { ...direction, source: direction.target, target: direction.source, forward: !direction.forward };
}

function policies(context: StepContext): readonly StepDraft[] {
  const { direction, sourceObjects, targetObjects } = context;
  const policy = schedulePolicy(direction.schedule);
  const sides = [
    [direction.source, sourceObjects],
    [direction.target, targetObjects],
  ] as const;
  return sides
    .filter(([, objects]) => !exists(objects, policy))
    .map(([site]) =>
      appliedDraft(site.cluster, policy, {
        action: "create",
        risk: "routine",
        why: "schedule policy of this protection",
      }),
    );
}

function clearTheWay(context: StepContext): readonly StepDraft[] {
  const { direction, targetObjects } = context;
  const { cluster } = direction.target;
  const steps: StepDraft[] = [];
  const opposite = scheduleOf(targetObjects, reverseOf(direction));
  if (opposite !== null && !opposite.staticCopy && !opposite.suspended) {
    steps.push(suspendDraft(cluster, opposite, "the other direction must not run"));
  }
  const copy = scheduleOf(targetObjects, direction);
  if (copy?.activated === true) steps.push(flagDraft(cluster, copy, false));
  return steps;
}

function runSchedule(context: StepContext, risk: Risk): readonly StepDraft[] {
  const { direction, sourceObjects } = context;
  const wanted = migrationSchedule(direction, false);
  const own = scheduleOf(sourceObjects, direction);
  if (own !== null && isCovered(wanted, own.object)) return [];
  const action = own === null ? "create" : "resume";
  const why = `replicate to ${direction.target.cluster}`;
  return [appliedDraft(direction.source.cluster, wanted, { action, risk, why })];
}

function seeItWork(context: StepContext): readonly StepDraft[] {
  const { direction, sourceObjects, targetObjects } = context;
  const object: ObjectRef = refOf(migrationSchedule(direction, false));
  const { name } = object;
  const namespace = scheduleNamespace(direction);
  const steps: StepDraft[] = [];
  if (scheduleOf(targetObjects, direction) === null) {
    const why = "Stork's copy of the schedule on the standby";
    const look = { slug: `wait-static-copy-${name}`, why, timeoutMs: TRANSFER_END, object };
    steps.push(waitDraft(direction.target.cluster, { check: "static-copy", namespace, name }, look));
  }
  if ((scheduleOf(sourceObjects, direction)?.goodRuns ?? []).length === 0) {
    const look = { slug: `wait-first-run-${name}`, why: "first good recovery point", timeoutMs: TRANSFER_END, object };
    steps.push(waitDraft(direction.source.cluster, { check: "first-run", namespace, name }, look));
  }
  return steps;
}

function exists(objects: readonly KubeObject[] | null, wanted: KubeObject): boolean {
  return (objects ?? []).some(
    (object) =>
      object.kind === wanted.kind && object.metadata.name === wanted.metadata.name && isCovered(wanted, object),
  );
}
