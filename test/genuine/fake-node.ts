import type { ClusterPort } from "../../src/ports/cluster.ts";

/**
 * A node that kwok keeps alive and on which it plays the kubelet: pods that are scheduled here become Running and Ready
 * without containers. The annotation is kwok's own (v0.7, `kwok.x-k8s.io/node`).
 */
export async function addFakeNode(port: ClusterPort, name = "fake-0"): Promise<void> {
  const amount = { cpu: "64", memory: "256Gi", pods: "500" };
  await port.create({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", type: "kwok" },
    },
    status: { allocatable: amount, capacity: amount },
  });
}
