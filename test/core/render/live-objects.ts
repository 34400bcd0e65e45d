import { createHash } from "node:crypto";
import { compileExpression } from "../../../src/core/cel/expression.ts";
import { NO_MAPPINGS } from "../../../src/core/desired/protected-application.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import type { CaptureInput } from "../../../src/core/render/capture-input.ts";

/** Objects as a cluster returns them, small enough to read. Each call gives fresh ones. */

export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

type Overrides = Omit<Partial<CaptureInput>, "render"> & { readonly render?: Partial<CaptureInput["render"]> };

export function captureOf(objects: readonly KubeObject[], overrides: Overrides = {}): CaptureInput {
  const { render, ...rest } = overrides;
  return {
    application: "shop",
    sourceCluster: "east",
    standbyCluster: "west",
    namespaces: ["shop"],
    selector: null,
    objects,
    previous: null,
    startup: [],
    digest,
    ...rest,
    render: {
      secrets: "external",
      target: NO_MAPPINGS,
      exclude: [],
      accept: [],
      rules: [],
      rulesFile: "apps/shop.yaml",
      compile: compileExpression,
      ...render,
    },
  };
}

interface Meta {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly [field: string]: unknown;
}

/** Metadata with what a server adds. */
export function serverMeta(name: string, meta: Meta = {}): KubeObject["metadata"] {
  return {
    name,
    namespace: "shop",
    uid: `uid-of-${name}`,
    resourceVersion: "4711",
    creationTimestamp: "2026-11-01T08:00:00Z",
    generation: 3,
    managedFields: [{ manager: "kubectl", operation: "Update" }],
    ...meta,
  };
}

export function namespace(name = "shop"): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      uid: `uid-of-${name}`,
      resourceVersion: "17",
      labels: { "kubernetes.io/metadata.name": name, team: "payments" },
      annotations: { "openshift.io/sa.scc.uid-range": "1000650000/10000", "openshift.io/requester": "jdoe" },
    },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}

/** A pod template with every default that the API server fills in. */
export function podTemplate(app: string, spec: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    metadata: { creationTimestamp: null, labels: { app } },
    spec: {
      containers: [
        {
          name: app,
          image: `registry.east.example.com/shop/${app}:1.4`,
          imagePullPolicy: "IfNotPresent",
          ports: [{ containerPort: 8080, protocol: "TCP" }],
          resources: {},
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
        },
      ],
      dnsPolicy: "ClusterFirst",
      restartPolicy: "Always",
      schedulerName: "default-scheduler",
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      ...spec,
    },
  };
}

export function deployment(name: string, replicas: number, meta: Meta = {}): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: serverMeta(name, meta),
    spec: {
      progressDeadlineSeconds: 600,
      replicas,
      revisionHistoryLimit: 10,
      selector: { matchLabels: { app: name } },
      strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" }, type: "RollingUpdate" },
      template: podTemplate(name),
    },
    status: { replicas, readyReplicas: replicas },
  };
}

export function statefulSet(name: string, replicas: number, meta: Meta = {}): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: serverMeta(name, meta),
    spec: {
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      podManagementPolicy: "OrderedReady",
      replicas,
      revisionHistoryLimit: 10,
      selector: { matchLabels: { app: name } },
      serviceName: name,
      template: podTemplate(name),
      updateStrategy: { rollingUpdate: { partition: 0 }, type: "RollingUpdate" },
      volumeClaimTemplates: [
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { creationTimestamp: null, name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: "10Gi" } },
            storageClassName: "east-ssd",
            volumeMode: "Filesystem",
          },
          status: { phase: "Pending" },
        },
      ],
    },
    status: { replicas },
  };
}

export function service(name: string, spec: Record<string, unknown> = {}, meta: Meta = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: serverMeta(name, meta),
    spec: {
      clusterIP: "10.43.7.9",
      clusterIPs: ["10.43.7.9"],
      internalTrafficPolicy: "Cluster",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 8080 }],
      selector: { app: name },
      sessionAffinity: "None",
      type: "ClusterIP",
      ...spec,
    },
    status: { loadBalancer: {} },
  };
}

export function configMap(name: string, data: Record<string, string>, meta: Meta = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: serverMeta(name, meta), data };
}

export function secret(name: string, values: Record<string, string>, more: Record<string, unknown> = {}): KubeObject {
  const entries = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  const data = Object.fromEntries(entries) as Record<string, string>;
  return { apiVersion: "v1", kind: "Secret", metadata: serverMeta(name), type: "Opaque", data, ...more };
}

export function serviceAccount(name: string, fields: Record<string, unknown> = {}, meta: Meta = {}): KubeObject {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: serverMeta(name, meta), ...fields };
}

export function route(name: string, spec: Record<string, unknown> = {}, meta: Meta = {}): KubeObject {
  return {
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    metadata: serverMeta(name, meta),
    spec: {
      host: "shop.east.example.com",
      port: { targetPort: "http" },
      to: { kind: "Service", name, weight: 100 },
      wildcardPolicy: "None",
      ...spec,
    },
    status: { ingress: [{ host: "shop.east.example.com" }] },
  };
}

export function claim(name: string, volume = `pv-${name}`): KubeObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: serverMeta(name, { finalizers: ["kubernetes.io/pvc-protection"] }),
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "10Gi" } },
      storageClassName: "east-ssd",
      volumeMode: "Filesystem",
      volumeName: volume,
    },
    status: { phase: "Bound", capacity: { storage: "12Gi" } },
  };
}

export function volume(claimName: string, name = `pv-${claimName}`): KubeObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, uid: `uid-of-${name}`, resourceVersion: "9" },
    spec: {
      capacity: { storage: "12Gi" },
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "shop", name: claimName, uid: "x" },
      csi: { driver: "pxd.portworx.com", volumeHandle: "123456789" },
      persistentVolumeReclaimPolicy: "Delete",
    },
    status: { phase: "Bound" },
  };
}

/** A small shop: a web tier, a database ring with claims, and what goes with them. */
export function shop(): KubeObject[] {
  return [
    namespace(),
    deployment("web", 3),
    statefulSet("db", 2),
    service("web"),
    service("db", { clusterIP: "None", clusterIPs: ["None"] }),
    configMap("settings", { colour: "blue", "app.properties": "cache=on\nretries=3\n" }),
    serviceAccount("web"),
    serviceAccount("default"),
    route("web"),
    secret("db", { password: "correct-horse-battery" }),
    claim("data-db-0"),
    claim("data-db-1"),
    volume("data-db-0"),
    volume("data-db-1"),
    configMap("kube-root-ca.crt", { "ca.crt": "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n" }),
  ];
}
