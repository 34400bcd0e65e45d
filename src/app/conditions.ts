import { asNumber, at } from "../core/model/fields.ts";
import { type KubeObject, describeRef, refKey, refOf } from "../core/model/kube-object.ts";
import { type Condition, MET, type Verdict } from "../core/model/operation.ts";
import type { RecordedClaim, RecordedWorkload } from "../core/model/record.ts";
import { podsWithClaims, readClaim, readPod } from "../core/observed/application-facts.ts";
import { isReady, readyReplicas } from "../core/observed/workload.ts";
import type { Provider } from "../core/provider.ts";
import { ClusterFault, type ClusterPort } from "../ports/cluster.ts";

/** Reads what a condition names and decides it. A read that fails is "not yet": the wait's own limit ends it. */
export async function checkCondition(
  port: ClusterPort,
  condition: Condition,
  providers: Readonly<Record<string, Provider>>,
): Promise<Verdict> {
  let objects: readonly KubeObject[];
  try {
    objects = await readAll(port, condition);
  } catch (error) {
    if (!(error instanceof ClusterFault)) throw error;
    return { state: "pending", why: error.message };
  }
  return decide(condition, objects, providers);
}

async function readAll(port: ClusterPort, condition: Condition): Promise<readonly KubeObject[]> {
  const objects: KubeObject[] = [];
  for (const read of condition.reads) {
    if (read.type === "list") {
      const { items } = await port.list(read.query);
      objects.push(...items.map((item) => ({ ...item, apiVersion: read.query.apiVersion, kind: read.query.kind })));
    } else {
      const object = await port.get(read.ref);
      if (object !== null) objects.push(object);
    }
  }
  return objects;
}

function decide(
  condition: Condition,
  objects: readonly KubeObject[],
  providers: Readonly<Record<string, Provider>>,
): Verdict {
  const { test } = condition;
  switch (test.name) {
    case "drained":
      return drained(objects);
    case "claims-ready":
      return claimsReady(objects, test.claims);
    case "workloads-ready":
      return workloadsReady(objects, test.workloads);
    case "provider": {
      const provider = Object.hasOwn(providers, test.provider) ? providers[test.provider] : undefined;
      if (provider === undefined) return { state: "failed", why: `unknown provider ${test.provider}` };
      return provider.evaluate(test.arguments, objects);
    }
  }
}

/** Zero asked for, and no pod that holds a volume: both, since a controller may be about to make the next pod. */
function drained(objects: readonly KubeObject[]): Verdict {
  const asked = objects.filter(
    (object) => object.kind !== "Pod" && (asNumber(at(object, "spec", "replicas")) ?? 1) > 0,
  );
  if (asked[0] !== undefined) return { state: "pending", why: `${describeRef(refOf(asked[0]))} is asked to run` };
  const pods = podsWithClaims(objects.filter((object) => object.kind === "Pod").map(readPod));
  return pods[0] === undefined
    ? MET
    : { state: "pending", why: `pod ${pods[0].namespace}/${pods[0].name} still holds a volume` };
}

function claimsReady(objects: readonly KubeObject[], claims: readonly RecordedClaim[]): Verdict {
  const found = new Map(
    objects
      .filter((object) => object.kind === "PersistentVolumeClaim")
      .map(readClaim)
      .map((claim) => [`${claim.namespace}/${claim.name}`, claim]),
  );
  const volumes = new Map(
    objects.filter((object) => object.kind === "PersistentVolume").map((volume) => [volume.metadata.name, volume]),
  );
  for (const claim of claims) {
    const there = found.get(`${claim.namespace}/${claim.name}`);
    if (there === undefined) return { state: "pending", why: `claim ${claim.namespace}/${claim.name} does not exist` };
    if (there.phase !== "Bound" || there.volume !== claim.volume) {
      const state = `is ${there.phase} with ${there.volume ?? "no volume"}, expected ${claim.volume}`;
      return { state: "pending", why: `claim ${claim.namespace}/${claim.name} ${state}` };
    }
    const policy = at(volumes.get(claim.volume), "spec", "persistentVolumeReclaimPolicy");
    if (policy !== "Retain") {
      return { state: "pending", why: `volume ${claim.volume} has reclaim policy ${String(policy)}, not Retain` };
    }
  }
  return MET;
}

function workloadsReady(objects: readonly KubeObject[], workloads: readonly RecordedWorkload[]): Verdict {
  const live = new Map(objects.map((object) => [refKey(refOf(object)), object]));
  for (const workload of workloads) {
    const object = live.get(refKey(workload));
    if (object === undefined) return { state: "pending", why: `${describeRef(workload)} does not exist` };
    const wanted = wantedReplicas(object, workload.replicas);
    if (!isReady(object, wanted)) {
      const ready = readyReplicas(object);
      return { state: "pending", why: `${describeRef(workload)} has ${ready} of ${wanted} replicas ready` };
    }
  }
  return MET;
}

/**
 * The recorded count, or what is asked for by now if that is less: an autoscaler starts from one and decides by itself, so
 * that the count of the other site may never come back. While nothing is asked for, the recorded count is waited for.
 */
function wantedReplicas(object: KubeObject, recorded: number): number {
  const asked = asNumber(at(object, "spec", "replicas")) ?? 1;
  return asked === 0 ? recorded : Math.min(asked, recorded);
}
