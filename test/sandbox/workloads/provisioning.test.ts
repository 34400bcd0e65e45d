import assert from "node:assert/strict";
import { test } from "node:test";

import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { createRandom } from "../../../src/sandbox/clock/random.ts";
import { createVirtualClock } from "../../../src/sandbox/clock/virtual-clock.ts";
import { createDataPlane } from "../../../src/sandbox/portworx/data-plane.ts";
import { provisionVolumes } from "../../../src/sandbox/workloads/provisioning.ts";

test("the provisioner lets go of a deleted volume only as it saw it", () => {
  const clock = createVirtualClock({ startMs: 0, random: createRandom(1) });
  const plane = createDataPlane({ clusterId: "px", dataDomains: ["primary"], witness: "witness", clock });
  const protection = "kubernetes.io/pv-protection";
  const deleted: KubeObject = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: "pvc-1",
      resourceVersion: "7",
      deletionTimestamp: "2026-11-23T02:00:00Z",
      finalizers: ["external-provisioner.volume.kubernetes.io/finalizer", protection],
    },
    spec: { csi: { driver: "pxd.portworx.com", volumeHandle: "1" }, persistentVolumeReclaimPolicy: "Retain" },
    status: { phase: "Released" },
  };
  const [change] = provisionVolumes({ claims: [], volumes: [deleted], classes: [] }, plane);
  assert.deepEqual(change?.verb === "patch" ? change.patch : change, {
    metadata: { finalizers: [protection], resourceVersion: "7" },
  });
});
