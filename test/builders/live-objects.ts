import type { KubeObject } from "../../src/core/model/kube-object.ts";
import { MARKS } from "../../src/core/model/marks.ts";

/** Objects of a protected application as a cluster returns them, with only what the decisions read. */

type StringMap = Readonly<Record<string, string>>;

export function namespaceObject(name: string, annotations: StringMap = {}): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, annotations, labels: {} } };
}

export interface WorkloadOptions {
  readonly replicas: number;
  readonly ready?: number;
  readonly annotations?: StringMap;
}

export function statefulSet(namespace: string, name: string, options: WorkloadOptions): KubeObject {
  return workload(
    "StatefulSet",
    { namespace, name, options },
    {
      serviceName: name,
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      ],
    },
  );
}

export function deployment(namespace: string, name: string, options: WorkloadOptions): KubeObject {
  return workload("Deployment", { namespace, name, options }, {});
}

function workload(
  kind: string,
  of: { readonly namespace: string; readonly name: string; readonly options: WorkloadOptions },
  more: Readonly<Record<string, unknown>>,
): KubeObject {
  const { namespace, name, options } = of;
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: {
      name,
      namespace,
      uid: `uid-${namespace}-${name}`,
      resourceVersion: "1",
      generation: 1,
      annotations: options.annotations ?? {},
    },
    spec: {
      replicas: options.replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "main", image: `registry.example.com/${name}:1` }] },
      },
      ...more,
    },
    status: { observedGeneration: 1, readyReplicas: options.ready ?? options.replicas },
  };
}

/** A pod that mounts claims; `seconds` is how long it took to become ready. */
export function pod(
  namespace: string,
  name: string,
  options: { readonly claims?: readonly string[]; readonly phase?: string; readonly seconds?: number } = {},
): KubeObject {
  const ready = new Date(Date.parse("2026-11-23T00:00:00Z") + (options.seconds ?? 12) * 1000).toISOString();
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, creationTimestamp: "2026-11-23T00:00:00Z" },
    spec: {
      nodeName: "node-1",
      containers: [{ name: "main", image: "registry.example.com/db:1" }],
      volumes: (options.claims ?? []).map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
    },
    status: {
      phase: options.phase ?? "Running",
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: ready }],
    },
  };
}

export function claim(
  namespace: string,
  name: string,
  bound: { readonly volume: string; readonly phase?: string },
): KubeObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace },
    spec: { volumeName: bound.volume, storageClassName: "px", accessModes: ["ReadWriteOnce"] },
    status: { phase: bound.phase ?? "Bound" },
  };
}

export function volume(
  name: string,
  of: { readonly namespace: string; readonly claim: string },
  policy = "Retain",
): KubeObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      persistentVolumeReclaimPolicy: policy,
      capacity: { storage: "1Gi" },
      csi: { driver: "pxd.portworx.com", volumeHandle: name },
      claimRef: { namespace: of.namespace, name: of.claim },
    },
    status: { phase: "Bound" },
  };
}

/** A Secret whose value must never be seen anywhere. */
export function secret(namespace: string, name: string, value: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name, namespace },
    data: { password: Buffer.from(value).toString("base64") },
  };
}

export function quiesced(transition: string, original: number): StringMap {
  return { [MARKS.quiesced]: transition, [MARKS.originalReplicas]: String(original) };
}

export const STANDING_BY: StringMap = { [MARKS.form]: "standby" };
export const ACTIVATED: StringMap = { [MARKS.form]: "active" };
