import { asNumber, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { type Change, statusChange } from "./changes.ts";
import { isControlledBy, isTerminating, POD, refTo, REPLICA_SET } from "./kinds.ts";
import { generatedSuffix, isFinished, isReady, podFrom } from "./pod-template.ts";

/** The pods that count for a workload: its own, neither finished nor on their way out. */
export function livePods(owner: KubeObject, pods: readonly KubeObject[]): readonly KubeObject[] {
  return pods.filter((pod) => isControlledBy(pod, owner) && !isTerminating(pod) && !isFinished(pod));
}

/** What the ReplicaSet controller does now: makes missing pods, removes surplus ones, reports. */
export function reconcileReplicaSet(
  set: KubeObject,
  {
    pods,
    random,
    node,
  }: { readonly pods: readonly KubeObject[]; readonly random: () => number; readonly node: string },
): readonly Change[] {
  if (isTerminating(set)) return [];
  const { name, namespace } = set.metadata;
  const wanted = asNumber(at(set, "spec", "replicas")) ?? 1;
  const live = livePods(set, pods);
  const ready = live.filter(isReady);
  const missing = Array.from({ length: Math.max(0, wanted - live.length) }, (): Change => {
    const identity = { name: `${name}-${generatedSuffix(random)}`, labels: {}, spec: { nodeName: node } };
    return { verb: "create", object: podFrom(set, at(set, "spec", "template"), identity) };
  });
  // Pods that serve go last.
  const surplus = [...live.filter((pod) => !isReady(pod)), ...ready].slice(0, Math.max(0, live.length - wanted));
  const status = {
    replicas: live.length,
    ...(live.length > 0 ? { fullyLabeledReplicas: live.length } : {}),
    ...(ready.length > 0 ? { readyReplicas: ready.length, availableReplicas: ready.length } : {}),
    observedGeneration: set.metadata.generation ?? 1,
  };
  return [
    ...missing,
    ...surplus.map((pod): Change => ({ verb: "delete", ref: refTo(POD, pod.metadata.namespace, pod.metadata.name) })),
    ...statusChange(refTo(REPLICA_SET, namespace, name), set["status"], status),
  ];
}
