import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCondition } from "../../src/app/conditions.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";
import type { Condition } from "../../src/core/model/operation.ts";
import type { ClusterPort } from "../../src/ports/cluster.ts";

const REF = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };

function workload(asked: number | undefined, ready: number): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop", generation: 2 },
    spec: asked === undefined ? {} : { replicas: asked },
    status: { observedGeneration: 2, readyReplicas: ready },
  };
}

async function ready(live: KubeObject, recorded: number): Promise<string> {
  const condition: Condition = {
    cluster: "west",
    test: { name: "workloads-ready", workloads: [{ ...REF, replicas: recorded }] },
    reads: [{ type: "object", ref: REF }],
  };
  const port = { get: () => Promise.resolve(live) } as unknown as ClusterPort;
  return (await checkCondition(port, condition, {})).state;
}

const CASES: readonly (readonly [what: string, live: KubeObject, recorded: number, state: string])[] = [
  ["all of the recorded replicas are ready", workload(3, 3), 3, "met"],
  ["one is still missing", workload(3, 2), 3, "pending"],
  ["an autoscaler asks for less than on the other site", workload(2, 2), 7, "met"],
  ["an autoscaler asks for less, and they are not ready", workload(2, 1), 7, "pending"],
  ["nothing is asked for yet", workload(0, 0), 3, "pending"],
  ["no count is one", workload(undefined, 1), 3, "met"],
];

for (const [what, live, recorded, state] of CASES) {
  test(`workloads are ready: ${what}`, async () => assert.equal(await ready(live, recorded), state));
}
