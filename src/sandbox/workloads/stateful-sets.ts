import { asFields, asList, asNumber, asString, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { type Change, statusChange } from "./changes.ts";
import { CLAIM, isControlledBy, isTerminating, POD, refTo, STATEFUL_SET } from "./kinds.ts";
import { contentHash, isFinished, isReady, phaseOf, podFrom } from "./pod-template.ts";

const REVISION_LABEL = "controller-revision-hash";

interface Observed {
  readonly pods: readonly KubeObject[];
  readonly claims: readonly KubeObject[];
  readonly node: string;
}

/**
 * What the StatefulSet controller does now. Pods have ordinals; a missing claim is made from its template (an empty
 * volume!) before its pod; with OrderedReady each pod waits for the one before, and the highest goes first.
 */
export function reconcileStatefulSet(set: KubeObject, observed: Observed): readonly Change[] {
  if (isTerminating(set)) return [];
  const wanted = asNumber(at(set, "spec", "replicas")) ?? 1;
  const revision = `${set.metadata.name}-${contentHash(at(set, "spec", "template"))}`;
  const pods = observed.pods.filter((pod) => isControlledBy(pod, set));
  const moves = movesFor(set, { pods, wanted, revision });
  return [
    ...moves.create.flatMap((ordinal) => claimsFor(set, ordinal, observed.claims)),
    ...moves.create.map((ordinal): Change => ({
      verb: "create",
      object: podOf(set, { ordinal, revision, node: observed.node }),
    })),
    ...moves.remove.map((pod): Change => ({
      verb: "delete",
      ref: refTo(POD, pod.metadata.namespace, pod.metadata.name),
    })),
    ...statusChange(
      refTo(STATEFUL_SET, set.metadata.namespace, set.metadata.name),
      set["status"],
      statusOf(set, { pods, wanted, revision }),
    ),
  ];
}

interface Situation {
  readonly pods: readonly KubeObject[];
  readonly wanted: number;
  readonly revision: string;
}

interface Moves {
  readonly create: readonly number[];
  readonly remove: readonly KubeObject[];
}

function movesFor(set: KubeObject, { pods, wanted, revision }: Situation): Moves {
  const ordered = asString(at(set, "spec", "podManagementPolicy")) !== "Parallel";
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  const create: number[] = [];
  for (let ordinal = 0; ordinal < wanted; ordinal += 1) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) create.push(ordinal);
    else if (isFinished(pod) && !isTerminating(pod)) return { create: [], remove: [pod] };
    if (ordered && !(pod !== undefined && serves(pod))) return { create, remove: [] };
  }
  const surplus = pods
    .filter((pod) => ordinalOf(set, pod) >= wanted)
    .sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  if (surplus.length > 0) return { create, remove: removable(surplus, ordered) };
  const outdated = pods
    .filter((pod) => pod.metadata.labels?.[REVISION_LABEL] !== revision)
    .sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  const onDelete = asString(at(set, "spec", "updateStrategy", "type")) === "OnDelete";
  return { create, remove: onDelete || pods.some((pod) => !serves(pod)) ? [] : removable(outdated, true) };
}

function removable(pods: readonly KubeObject[], oneAtATime: boolean): readonly KubeObject[] {
  if (oneAtATime && pods.some(isTerminating)) return [];
  const candidates = pods.filter((pod) => !isTerminating(pod));
  return oneAtATime ? candidates.slice(0, 1) : candidates;
}

function serves(pod: KubeObject): boolean {
  return phaseOf(pod) === "Running" && isReady(pod) && !isTerminating(pod);
}

function ordinalOf(set: KubeObject, pod: KubeObject): number {
  return Number(pod.metadata.name.slice(set.metadata.name.length + 1));
}

function claimName(template: unknown, set: KubeObject, ordinal: number): string {
  return `${asString(at(template, "metadata", "name")) ?? "data"}-${set.metadata.name}-${ordinal}`;
}

function claimsFor(set: KubeObject, ordinal: number, claims: readonly KubeObject[]): readonly Change[] {
  const { namespace } = set.metadata;
  return asList(at(set, "spec", "volumeClaimTemplates"))
    .map((template): Change => {
      const name = claimName(template, set, ordinal);
      const labels = {
        ...asFields(at(template, "metadata", "labels")),
        ...asFields(at(set, "spec", "selector", "matchLabels")),
      };
      const metadata = { name, ...(namespace === undefined ? {} : { namespace }), labels };
      return { verb: "create", object: { ...CLAIM, metadata, spec: at(template, "spec") } as KubeObject };
    })
    .filter(
      (change) =>
        change.verb !== "create" ||
        !claims.some(
          (claim) => claim.metadata.namespace === namespace && claim.metadata.name === change.object.metadata.name,
        ),
    );
}

function podOf(
  set: KubeObject,
  { ordinal, revision, node }: { ordinal: number; revision: string; node: string },
): KubeObject {
  const template = at(set, "spec", "template");
  const name = `${set.metadata.name}-${ordinal}`;
  const claimed = asList(at(set, "spec", "volumeClaimTemplates")).map((claim) => ({
    name: asString(at(claim, "metadata", "name")) ?? "data",
    persistentVolumeClaim: { claimName: claimName(claim, set, ordinal) },
  }));
  const names = new Set(claimed.map((volume) => volume.name));
  const others = asList(at(template, "spec", "volumes")).filter(
    (volume) => !names.has(asString(at(volume, "name")) ?? ""),
  );
  return podFrom(set, template, {
    name,
    labels: {
      [REVISION_LABEL]: revision,
      "statefulset.kubernetes.io/pod-name": name,
      "apps.kubernetes.io/pod-index": String(ordinal),
    },
    spec: {
      nodeName: node,
      hostname: name,
      subdomain: asString(at(set, "spec", "serviceName")) ?? "",
      volumes: [...others, ...claimed],
    },
  });
}

/** As `kubectl rollout status` reads it: the current revision follows when every pod has the new one. */
function statusOf(set: KubeObject, { pods, wanted, revision }: Situation): Readonly<Record<string, unknown>> {
  const live = pods.filter((pod) => !isFinished(pod));
  const ready = live.filter(serves);
  const updated = live.filter((pod) => pod.metadata.labels?.[REVISION_LABEL] === revision && !isTerminating(pod));
  const settled = updated.length === wanted && live.length === wanted && ready.length === wanted;
  const before = asString(at(set, "status", "currentRevision"));
  const currentRevision = settled || before === null ? revision : before;
  const current = live.filter((pod) => pod.metadata.labels?.[REVISION_LABEL] === currentRevision);
  return {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: live.length,
    ...(ready.length > 0 ? { readyReplicas: ready.length } : {}),
    availableReplicas: ready.length,
    ...(current.length > 0 ? { currentReplicas: current.length } : {}),
    ...(updated.length > 0 ? { updatedReplicas: updated.length } : {}),
    currentRevision,
    updateRevision: revision,
    collisionCount: 0,
  };
}
