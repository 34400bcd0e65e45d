import { mediaTypes, tableOf } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";

const { merge } = mediaTypes;
const core = "/api/v1/namespaces/NS";

function configMap(name: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: "2" }, ...more };
}

export const configScenario: Scenario = {
  name: "configuration",
  steps: [
    {
      send: `POST ${core}/configmaps`,
      body: configMap("cm", { metadata: { name: "cm", labels: {} }, binaryData: {} }),
    },
    { send: `PUT ${core}/configmaps/cm`, body: configMap("cm", { data: { a: "3" } }) },
    { send: `PUT ${core}/configmaps/cm`, body: configMap("cm", { metadata: { name: "cm", resourceVersion: "1" } }) },
    { send: `PUT ${core}/configmaps/cm`, body: configMap("other"), loosely: "says which names" },
    { send: `PUT ${core}/configmaps/nope`, body: configMap("nope") },
    {
      send: `PUT ${core}/configmaps/cm`,
      body: configMap("cm", { metadata: { name: "cm", uid: "x" } }),
      loosely: "etcd's own words",
    },
    { send: `POST ${core}/configmaps`, body: configMap("new", { metadata: { name: "new", resourceVersion: "1" } }) },
    {
      send: `POST ${core}/configmaps`,
      body: { apiVersion: "v1", kind: "Secret", metadata: { name: "cm2" } },
      loosely: "Go types",
    },
    {
      send: `POST ${core}/configmaps`,
      body: configMap("cm2", { metadata: { name: "cm2", namespace: "other" } }),
      loosely: "says which namespaces",
    },
    { send: "POST /api/v1/namespaces/nope/configmaps", body: configMap("cm2") },
    { send: `POST ${core}/configmaps`, body: "{nonsense", loosely: "the parser's own words" },
    { send: `POST ${core}/configmaps`, body: { metadata: { generateName: "generated-" } } },
    { send: `POST ${core}/configmaps`, body: configMap("frozen", { immutable: true }) },
    { send: `PATCH ${core}/configmaps/frozen`, type: merge, body: { data: { b: "1" } } },
    {
      send: `POST ${core}/secrets`,
      body: { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { a: "1" } },
    },
    {
      send: `POST ${core}/serviceaccounts`,
      body: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "sa" } },
    },
    { send: `DELETE ${core}/serviceaccounts/sa` },
    { send: `DELETE ${core}/configmaps/cm` },
    {
      send: `POST ${core}/events`,
      body: {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: "e1" },
        involvedObject: { kind: "Pod", name: "p", namespace: "NS" },
        reason: "Why",
        message: "hm",
        type: "Normal",
      },
    },
    { send: `GET ${core}/events?fieldSelector=involvedObject.name%3Dp,involvedObject.kind%3DPod` },
    {
      send: `POST ${core}/resourcequotas`,
      body: { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "rq" }, spec: { hard: { pods: "100" } } },
    },
    {
      send: `POST ${core}/limitranges`,
      body: {
        apiVersion: "v1",
        kind: "LimitRange",
        metadata: { name: "lr" },
        spec: { limits: [{ type: "Container", default: { cpu: "500m" } }] },
      },
    },
    ...["configmaps", "secrets", "serviceaccounts", "events", "resourcequotas", "limitranges"].map((name) =>
      tableOf(`${core}/${name}`, name === "configmaps" ? "one name is generated" : undefined),
    ),
  ],
};

function service(name: string, spec: Readonly<Record<string, unknown>>): unknown {
  return { apiVersion: "v1", kind: "Service", metadata: { name }, spec };
}

export const serviceScenario: Scenario = {
  name: "services",
  steps: [
    { send: `POST ${core}/services`, body: service("svc", { selector: { a: "b" }, ports: [{ port: 80 }] }) },
    { send: `PATCH ${core}/services/svc`, type: merge, body: { spec: { selector: { c: "d" } } } },
    {
      send: `POST ${core}/services`,
      body: service("headless", { clusterIP: "None", ports: [{ port: 80, name: "x" }] }),
    },
    {
      send: `POST ${core}/services`,
      body: service("np", { type: "NodePort", ports: [{ port: 80, nodePort: 31000 }] }),
    },
    {
      send: `POST ${core}/services`,
      body: service("np2", { type: "NodePort", ports: [{ port: 80, nodePort: 31000 }] }),
    },
    { send: `POST ${core}/services`, body: service("none", {}) },
    { send: `POST ${core}/services`, body: service("ext", { type: "ExternalName", externalName: "a.example.com" }) },
    { send: `DELETE ${core}/services/svc` },
    {
      send: `POST ${core}/endpoints`,
      body: {
        apiVersion: "v1",
        kind: "Endpoints",
        metadata: { name: "svc" },
        subsets: [{ addresses: [{ ip: "10.0.0.1" }], ports: [{ port: 1 }] }],
      },
    },
    tableOf(`${core}/services`, "addresses"),
  ],
};

const volume = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "pv-NS" },
  spec: {
    capacity: { storage: "1Gi" },
    accessModes: ["ReadWriteOnce"],
    csi: { driver: "pxd.portworx.com", volumeHandle: "1" },
  },
};
const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "pvc" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1024Mi" } } },
};

export const storageScenario: Scenario = {
  name: "storage",
  steps: [
    { send: `POST ${core}/persistentvolumeclaims`, body: claim },
    {
      send: `PATCH ${core}/persistentvolumeclaims/pvc`,
      type: merge,
      body: { spec: { storageClassName: "other", accessModes: ["ReadWriteMany"] } },
    },
    { send: `PATCH ${core}/persistentvolumeclaims/pvc`, type: merge, body: { spec: { volumeName: "pv-NS" } } },
    { send: "POST /api/v1/persistentvolumes", body: volume },
    { send: "PATCH /api/v1/persistentvolumes/pv-NS", type: merge, body: { spec: { csi: { volumeHandle: "2" } } } },
    {
      send: "PATCH /api/v1/persistentvolumes/pv-NS",
      type: merge,
      body: { spec: { persistentVolumeReclaimPolicy: "Delete", claimRef: { name: "pvc", namespace: "NS" } } },
    },
    { send: "PATCH /api/v1/persistentvolumes/pv-NS/status", type: merge, body: { status: { phase: "Bound" } } },
    tableOf(`/api/v1/persistentvolumes/pv-NS`),
    tableOf(`${core}/persistentvolumeclaims`),
    { send: `DELETE ${core}/persistentvolumeclaims/pvc` },
    { send: "DELETE /api/v1/persistentvolumes/pv-NS" },
    {
      send: "POST /apis/storage.k8s.io/v1/storageclasses",
      body: { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "sc-NS" }, provisioner: "x" },
    },
    { send: "POST /api/v1/nodes", body: { apiVersion: "v1", kind: "Node", metadata: { name: "node-NS" } } },
    {
      send: "PATCH /api/v1/nodes/node-NS/status",
      type: merge,
      body: { status: { conditions: [{ type: "Ready", status: "True" }] } },
    },
    tableOf("/apis/storage.k8s.io/v1/storageclasses"),
    tableOf("/api/v1/nodes"),
  ],
};
