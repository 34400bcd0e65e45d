import { mediaTypes, tableOf } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";

const { merge, strategic, json } = mediaTypes;
const deployments = "/apis/apps/v1/namespaces/NS/deployments";
const statefulSets = "/apis/apps/v1/namespaces/NS/statefulsets";

/** A deployment as people write it. */
export function deployment(
  name = "web",
  spec: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const container = {
    name: "web",
    image: "nginx:1.27",
    ports: [{ containerPort: 80 }],
    env: [{ name: "A", value: "1" }],
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels: { app: "web" } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [container] } },
      ...spec,
    },
  };
}

const twoContainers = [
  { name: "web", env: [{ name: "B", value: "2" }] },
  { name: "side", image: "x" },
];
const reordered = {
  "$setElementOrder/containers": [{ name: "side" }, { name: "web" }],
  containers: [{ name: "web", image: "nginx:2", "$setElementOrder/env": [{ name: "B" }, { name: "A" }] }],
};

function templatePatch(spec: unknown): unknown {
  return { spec: { template: { spec } } };
}

export const deploymentScenario: Scenario = {
  name: "deployments",
  steps: [
    { send: `POST ${deployments}`, body: deployment() },
    { send: `GET ${deployments}/web` },
    { send: `PATCH ${deployments}/web`, type: merge, body: { spec: { replicas: 3 } } },
    { send: `PATCH ${deployments}/web`, type: merge, body: { metadata: { labels: { x: "y" } } } },
    { send: `PATCH ${deployments}/web`, type: merge, body: { metadata: { annotations: { x: "y" } } } },
    {
      send: `PATCH ${deployments}/web?fieldManager=other`,
      type: strategic,
      body: templatePatch({ containers: twoContainers }),
    },
    { send: `PATCH ${deployments}/web`, type: strategic, body: templatePatch(reordered) },
    {
      send: `PATCH ${deployments}/web`,
      type: strategic,
      body: templatePatch({ containers: [{ name: "side", $patch: "delete" }] }),
    },
    {
      send: `PATCH ${deployments}/web`,
      type: json,
      body: [
        { op: "replace", path: "/spec/replicas", value: 5 },
        { op: "add", path: "/metadata/annotations", value: { a: "b" } },
      ],
    },
    { send: `PATCH ${deployments}/web`, type: json, body: [{ op: "test", path: "/spec/replicas", value: 6 }] },
    { send: `PATCH ${deployments}/web`, type: json, body: [{ op: "remove", path: "/spec/nowhere" }] },
    {
      send: `PATCH ${deployments}/web`,
      type: json,
      body: [{ op: "add", path: "nowhere", value: 1 }],
      loosely: "wording",
    },
    {
      send: `PATCH ${deployments}/web/status`,
      type: merge,
      body: { status: { replicas: 5, observedGeneration: 7 }, spec: { replicas: 9 } },
    },
    { send: `GET ${deployments}/web/scale` },
    { send: `PATCH ${deployments}/web/scale`, type: merge, body: { spec: { replicas: 4 } } },
    { send: `GET ${deployments}/web` },
    { send: `PATCH ${deployments}/web/scale`, type: merge, body: { spec: { replicas: 0 } } },
    {
      send: `PUT ${deployments}/web/scale`,
      body: {
        apiVersion: "autoscaling/v1",
        kind: "Scale",
        metadata: { name: "web", namespace: "NS" },
        spec: { replicas: 4 },
      },
    },
    { send: `GET ${deployments}/web` },
    { send: `PATCH ${deployments}/web`, type: merge, body: { spec: { selector: { matchLabels: { app: "other" } } } } },
    {
      send: `PATCH ${deployments}/web`,
      type: strategic,
      body: { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } },
    },
    {
      send: `PATCH ${deployments}/web`,
      type: merge,
      body: { metadata: { uid: "00000000-0000-4000-8000-000000000000" } },
    },
    { send: `POST ${deployments}`, body: deployment() },
    { send: `POST ${deployments}`, body: deployment("Bad_Name") },
    { send: `POST ${deployments}`, body: { ...deployment("x"), spec: { template: { spec: {} } } } },
    { send: `POST ${deployments}`, body: deployment("x", { replicas: "three" }) },
    { send: `POST ${deployments}`, body: deployment("x", { replicas: -1 }) },
    { send: `POST ${deployments}?fieldValidation=Strict`, body: deployment("x", { foo: 1 }) },
    { send: `POST ${deployments}?fieldValidation=Warn&dryRun=All`, body: deployment("x", { foo: 1 }) },
    { send: `GET ${deployments}/x` },
    tableOf(`${deployments}`),
    { send: `GET ${deployments}/web`, accept: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io" },
    { send: `DELETE ${deployments}/web?propagationPolicy=Foreground` },
    { send: `GET ${deployments}/nothere` },
    { send: `DELETE ${deployments}/nothere` },
  ],
};

const podTemplate = (
  container: Readonly<Record<string, unknown>>,
  spec: Readonly<Record<string, unknown>> = {},
): unknown => ({
  metadata: { labels: { a: "b" } },
  spec: { containers: [{ name: "c", image: "x:latest", ...container }], ...spec },
});

const selector = { matchLabels: { a: "b" } };

const statefulSet = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db" },
  spec: {
    serviceName: "db",
    selector,
    template: podTemplate(
      { image: "x@sha256:aaaa", volumeMounts: [{ name: "data", mountPath: "/d" }] },
      { serviceAccountName: "x" },
    ),
    volumeClaimTemplates: [
      {
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      },
    ],
  },
};

const jobTemplate = { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "x" }] } };

export const workloadScenario: Scenario = {
  name: "workloads",
  steps: [
    { send: `POST ${statefulSets}`, body: statefulSet },
    { send: `PATCH ${statefulSets}/db`, type: merge, body: { spec: { serviceName: "other" } } },
    { send: `PATCH ${statefulSets}/db`, type: merge, body: { spec: { replicas: 0 } } },
    {
      send: `POST ${statefulSets}`,
      body: {
        ...statefulSet,
        metadata: { name: "loose" },
        spec: { selector, template: podTemplate({ volumeMounts: [{ name: "nowhere", mountPath: "/d" }] }) },
      },
    },
    {
      send: `POST ${deployments}`,
      body: deployment("mounts", {
        selector,
        template: podTemplate({ volumeMounts: [{ name: "nowhere", mountPath: "/d" }] }),
      }),
    },
    {
      send: "POST /apis/apps/v1/namespaces/NS/daemonsets",
      body: {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { name: "ds" },
        spec: { selector, template: podTemplate({}) },
      },
    },
    {
      send: "PATCH /apis/apps/v1/namespaces/NS/daemonsets/ds",
      type: strategic,
      body: templatePatch({ containers: [{ name: "c", image: "y:2" }] }),
    },
    {
      send: "POST /apis/apps/v1/namespaces/NS/replicasets",
      body: {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: { name: "rs" },
        spec: { selector, template: podTemplate({}) },
      },
    },
    {
      send: "POST /apis/batch/v1/namespaces/NS/jobs",
      body: { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" }, spec: { template: jobTemplate } },
    },
    {
      send: "POST /apis/batch/v1/namespaces/NS/cronjobs",
      body: {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: "cj" },
        spec: { schedule: "* * * * *", jobTemplate: { spec: { template: jobTemplate } } },
      },
    },
    ...["statefulsets", "daemonsets", "replicasets", "deployments"].map((name) =>
      tableOf(
        `/apis/apps/v1/namespaces/NS/${name}`,
        name === "daemonsets" ? "an annotation is made while reading" : undefined,
      ),
    ),
    tableOf("/apis/batch/v1/namespaces/NS/jobs"),
    tableOf("/apis/batch/v1/namespaces/NS/cronjobs"),
    { send: "DELETE /apis/batch/v1/namespaces/NS/jobs/j" },
    {
      send: "POST /apis/apps/v1/namespaces/NS/controllerrevisions",
      body: {
        apiVersion: "apps/v1",
        kind: "ControllerRevision",
        metadata: { name: "cr" },
        revision: 1,
        data: { spec: { a: 1 } },
      },
    },
    tableOf("/apis/apps/v1/namespaces/NS/controllerrevisions"),
  ],
};
