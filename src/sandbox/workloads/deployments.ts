import { asFields, asNumber, asString, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { type Change, statusChange } from "./changes.ts";
import { withTransitions } from "./conditions.ts";
import { controllerReference, DEPLOYMENT, isControlledBy, isTerminating, refTo, REPLICA_SET } from "./kinds.ts";
import { contentHash } from "./pod-template.ts";

const REVISION = "deployment.kubernetes.io/revision";

interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

/**
 * What the Deployment controller does now: one ReplicaSet per pod template, the current one at the wanted size and all
 * others at zero (no rolling), and the status that `kubectl rollout status` and `kubectl wait` read.
 */
export function reconcileDeployment(
  deployment: KubeObject,
  { replicaSets, now }: { readonly replicaSets: readonly KubeObject[]; readonly now: number },
): readonly Change[] {
  if (isTerminating(deployment)) return [];
  const wanted = asNumber(at(deployment, "spec", "replicas")) ?? 1;
  const owned = replicaSets.filter((set) => isControlledBy(set, deployment) && !isTerminating(set));
  const hash = contentHash(at(deployment, "spec", "template"));
  const current = owned.find((set) => set.metadata.labels?.["pod-template-hash"] === hash);
  const revision = revisionFor(owned, current);
  const counts = countPods(owned, current);
  return [
    ...(current === undefined ? [create(deployment, { hash, wanted, revision })] : resize(current, wanted)),
    ...owned.filter((set) => set !== current).flatMap((set) => resize(set, 0)),
    ...annotate(deployment, revision),
    ...statusChange(
      refTo(DEPLOYMENT, deployment.metadata.namespace, deployment.metadata.name),
      deployment["status"],
      statusOf(deployment, { counts, wanted, current, now }),
    ),
  ];
}

function revisionFor(owned: readonly KubeObject[], current: KubeObject | undefined): string {
  const revisionOf = (set: KubeObject): number => Number(set.metadata.annotations?.[REVISION] ?? 0);
  const own = current === undefined ? 0 : revisionOf(current);
  return String(own > 0 ? own : Math.max(0, ...owned.map(revisionOf)) + 1);
}

function create(
  deployment: KubeObject,
  { hash, wanted, revision }: { readonly hash: string; readonly wanted: number; readonly revision: string },
): Change {
  const { name, namespace, labels } = deployment.metadata;
  const template = asFields(at(deployment, "spec", "template"));
  const mark = { "pod-template-hash": hash };
  const object: KubeObject = {
    ...REPLICA_SET,
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...labels, ...stringsOf(at(template, "metadata", "labels")), ...mark },
      annotations: { [REVISION]: revision },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: wanted,
      selector: { matchLabels: { ...stringsOf(at(deployment, "spec", "selector", "matchLabels")), ...mark } },
      template: {
        ...template,
        metadata: {
          ...asFields(template["metadata"]),
          labels: { ...stringsOf(at(template, "metadata", "labels")), ...mark },
        },
      },
    },
  };
  return { verb: "create", object };
}

function stringsOf(value: unknown): Readonly<Record<string, unknown>> {
  return asFields(value);
}

function resize(set: KubeObject, replicas: number): readonly Change[] {
  if (asNumber(at(set, "spec", "replicas")) === replicas) return [];
  const ref = refTo(REPLICA_SET, set.metadata.namespace, set.metadata.name);
  return [{ verb: "patch", ref, patch: { spec: { replicas } } }];
}

function annotate(deployment: KubeObject, revision: string): readonly Change[] {
  if (deployment.metadata.annotations?.[REVISION] === revision) return [];
  const ref = refTo(DEPLOYMENT, deployment.metadata.namespace, deployment.metadata.name);
  return [{ verb: "patch", ref, patch: { metadata: { annotations: { [REVISION]: revision } } } }];
}

function countPods(owned: readonly KubeObject[], current: KubeObject | undefined): Counts {
  const sum = (sets: readonly KubeObject[], field: string): number =>
    sets.reduce((total, set) => total + (asNumber(at(set, "status", field)) ?? 0), 0);
  return {
    replicas: sum(owned, "replicas"),
    updated: current === undefined ? 0 : sum([current], "replicas"),
    ready: sum(owned, "readyReplicas"),
    available: sum(owned, "availableReplicas"),
  };
}

function statusOf(
  deployment: KubeObject,
  { counts, wanted, current, now }: { counts: Counts; wanted: number; current: KubeObject | undefined; now: number },
): Readonly<Record<string, unknown>> {
  const { replicas, updated, ready, available } = counts;
  const unavailable = Math.max(0, replicas - available, wanted - available);
  const rolling = asString(at(deployment, "spec", "strategy", "type")) !== "Recreate";
  const enough = available >= wanted - (rolling ? Math.floor(wanted / 4) : 0);
  const complete = updated === wanted && replicas === wanted && available === wanted;
  const name = current?.metadata.name ?? `${deployment.metadata.name}`;
  const conditions = withTransitions(
    at(deployment, "status", "conditions"),
    [
      {
        type: "Available",
        status: enough ? "True" : "False",
        reason: enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        message: enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
      },
      {
        type: "Progressing",
        status: "True",
        reason: complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
        message: complete
          ? `ReplicaSet "${name}" has successfully progressed.`
          : `ReplicaSet "${name}" is progressing.`,
      },
    ],
    { now, withUpdateTime: true },
  );
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    // Kubernetes leaves counts of zero out.
    ...withoutZeros({
      replicas,
      updatedReplicas: updated,
      readyReplicas: ready,
      availableReplicas: available,
      unavailableReplicas: unavailable,
    }),
    conditions,
  };
}

function withoutZeros(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
