import assert from "node:assert/strict";
import { test } from "node:test";
import { type KubeObject, refKey, refOf } from "../../../src/core/model/kube-object.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import type { OmitRule } from "../../../src/core/render/render-rules.ts";
import {
  captureOf,
  claim,
  configMap,
  deployment,
  namespace,
  secret,
  serverMeta,
  service,
  serviceAccount,
  shop,
  volume,
} from "./live-objects.ts";

function thing(apiVersion: string, kind: string, meta: Record<string, unknown> = {}): KubeObject {
  return { apiVersion, kind, metadata: serverMeta("x", meta) };
}

function owner(kind: string, controller = true): Record<string, unknown> {
  return { ownerReferences: [{ apiVersion: "v1", kind, name: "o", uid: "u", controller }] };
}

const EXCLUDED = { group: null, kind: "ConfigMap", namespace: null, name: "debug", matchLabels: null };

const CASES: readonly (readonly [OmitRule | null, string, KubeObject])[] = [
  ["recorded-claim", "a claim", claim("data")],
  [
    "recorded-claim",
    "a claim that a StatefulSet owns",
    { ...claim("data"), metadata: serverMeta("data", owner("StatefulSet")) },
  ],
  ["pod-owned", "an ephemeral volume's claim", { ...claim("data"), metadata: serverMeta("data", owner("Pod")) }],
  ["recorded-volume", "the volume of a claim", volume("data")],
  [
    "foreign-namespace",
    "a volume of another namespace",
    { ...volume("data"), spec: { claimRef: { namespace: "other", name: "data" } } },
  ],
  ["foreign-namespace", "an object of another namespace", configMap("a", {}, { namespace: "other" })],
  ["secret-external", "a Secret", secret("db", { password: "x" })],
  [
    "generated-secret",
    "a token of a service account",
    secret(
      "web-token-abc",
      {},
      {
        type: "kubernetes.io/service-account-token",
        metadata: serverMeta("web-token-abc", { annotations: { "kubernetes.io/service-account.name": "web" } }),
      },
    ),
  ],
  [
    "secret-external",
    "a token that a person asked for",
    secret(
      "ci",
      {},
      {
        type: "kubernetes.io/service-account-token",
        metadata: serverMeta("ci", { annotations: { "kubernetes.io/service-account.name": "web" } }),
      },
    ),
  ],
  [
    "generated-secret",
    "an internal registry credential",
    secret("default-dockercfg-x7k2p", {}, { type: "kubernetes.io/dockercfg" }),
  ],
  ["secret-external", "a person's registry credential", secret("mirror", {}, { type: "kubernetes.io/dockercfg" })],
  [
    "generated-secret",
    "a serving certificate",
    secret(
      "tls",
      {},
      { metadata: serverMeta("tls", { annotations: { "service.beta.openshift.io/originating-service-name": "web" } }) },
    ),
  ],
  ["helm-release", "Helm's journal", secret("sh.helm.release.v1.a.v1", {}, { type: "helm.sh/release.v1" })],
  ["generated-config-map", "the cluster's root certificate", configMap("kube-root-ca.crt", {})],
  ["generated-config-map", "OpenShift's service certificate", configMap("openshift-service-ca.crt", {})],
  [
    "leader-election",
    "a lock",
    configMap("lock", {}, { annotations: { "control-plane.alpha.kubernetes.io/leader": "{}" } }),
  ],
  [
    "leader-election",
    "the lock of Patroni's leader",
    configMap("db-leader", {}, { annotations: { leader: "db-0", ttl: "30", renewTime: "2026-11-24T10:00:00Z" } }),
  ],
  [
    "leader-election",
    "whom Patroni lets follow",
    thing("v1", "Endpoints", { annotations: { leader: "db-0", sync_standby: "db-1" } }),
  ],
  [
    null,
    "settings that Patroni keeps for a database",
    configMap("db-config", {}, { annotations: { config: "{}", initialize: "7412345678901234567" } }),
  ],
  [null, "a person's ConfigMap about a leader", configMap("team", {}, { annotations: { leader: "anna" } })],
  [
    "generated-service-account",
    "default without additions",
    serviceAccount("default", { secrets: [{ name: "default-token-1" }] }),
  ],
  [
    "generated-service-account",
    "builder without additions",
    serviceAccount("builder", { imagePullSecrets: [{ name: "builder-dockercfg-1" }] }),
  ],
  [null, "default with a person's pull secret", serviceAccount("default", { imagePullSecrets: [{ name: "mirror" }] })],
  [null, "default with a person's label", serviceAccount("default", {}, { labels: { team: "a" } })],
  [null, "a person's service account", serviceAccount("web")],
  ["controller-owned", "a ReplicaSet", thing("apps/v1", "ReplicaSet", owner("Deployment"))],
  [
    "controller-owned",
    "a Deployment of an operator",
    { ...deployment("op", 1), metadata: serverMeta("op", owner("Database")) },
  ],
  [
    null,
    "a Deployment with an owner that does not control it",
    { ...deployment("op", 1), metadata: serverMeta("op", owner("App", false)) },
  ],
  ["controller-owned", "a pod of a ReplicaSet", thing("v1", "Pod", owner("ReplicaSet"))],
  [null, "a bare pod", thing("v1", "Pod")],
  ["runtime-state", "a finished pod", { ...thing("v1", "Pod"), status: { phase: "Succeeded" } }],
  ["runtime-state", "an event", thing("v1", "Event")],
  ["runtime-state", "a lease", thing("coordination.k8s.io/v1", "Lease")],
  ["runtime-state", "endpoints of a selecting Service", { ...thing("v1", "Endpoints"), metadata: serverMeta("web") }],
  [
    null,
    "endpoints that a person wrote",
    { ...thing("v1", "Endpoints"), subsets: [{ addresses: [{ ip: "10.0.0.1" }] }] },
  ],
  [
    "runtime-state",
    "a managed EndpointSlice",
    thing("discovery.k8s.io/v1", "EndpointSlice", {
      labels: { "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" },
    }),
  ],
  ["duplicate-view", "a legacy view", thing("extensions/v1beta1", "Ingress")],
  [
    "generated-rbac",
    "a platform binding",
    { ...thing("rbac.authorization.k8s.io/v1", "RoleBinding"), metadata: serverMeta("system:image-pullers") },
  ],
  [null, "a CronJob", thing("batch/v1", "CronJob")],
  [
    "finished-run",
    "a Job that ended",
    { ...thing("batch/v1", "Job"), status: { conditions: [{ type: "Failed", status: "True" }] } },
  ],
  [
    "finished-run",
    "a Job with the time of its end",
    { ...thing("batch/v1", "Job"), status: { completionTime: "2026-11-01T08:00:00Z" } },
  ],
  [null, "a Job that runs", { ...thing("batch/v1", "Job"), spec: { template: {} } }],
  ["derived-object", "an operator's history", thing("apps/v1", "ControllerRevision")],
  ["derived-object", "an image of a stream", thing("image.openshift.io/v1", "ImageStreamTag")],
  ["delivery-machinery", "Argo CD's instructions", thing("argoproj.io/v1alpha1", "Application")],
  ["delivery-machinery", "Flux's instructions", thing("helm.toolkit.fluxcd.io/v2", "HelmRelease")],
  [
    "generated-rbac",
    "a platform role",
    { ...thing("rbac.authorization.k8s.io/v1", "Role"), metadata: serverMeta("system:x") },
  ],
  [
    null,
    "a grant of constraints",
    { ...thing("rbac.authorization.k8s.io/v1", "RoleBinding"), metadata: serverMeta("system:openshift:scc:anyuid") },
  ],
  [
    "generated-quota",
    "a provider's quota",
    { ...thing("v1", "ResourceQuota"), metadata: serverMeta("gke-resource-quotas") },
  ],
  ["replication-machinery", "what Stork stashed", configMap("stash", {}, { labels: { "stash-cr": "true" } })],
  ["kind-not-rendered", "a Deployment of an unknown version", thing("apps/v1beta9", "Deployment")],
  [
    "kind-not-rendered",
    "something cluster-scoped",
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "x" } },
  ],
  ["replication-machinery", "Stork's schedule", thing("stork.libopenstorage.org/v1alpha1", "MigrationSchedule")],
  ["excluded", "what the document excludes", configMap("debug", {})],
  ["opt-out", "Velero's mark", configMap("a", {}, { labels: { "velero.io/exclude-from-backup": "true" } })],
  [
    "opt-out",
    "Stork's mark",
    configMap("a", {}, { annotations: { "stork.libopenstorage.org/skip-resource": "true" } }),
  ],
  ["opt-out", "our own mark", configMap("a", {}, { annotations: { "drover.dev/exclude": "true" } })],
  [
    "opt-out",
    "what kustomize leaves out",
    configMap("a", {}, { annotations: { "config.kubernetes.io/local-config": "true" } }),
  ],
  ["argocd-hook", "a hook", configMap("a", {}, { annotations: { "argocd.argoproj.io/hook": "PreSync" } })],
  ["deleting", "an object on its way out", configMap("a", {}, { deletionTimestamp: "2026-11-01T08:00:00Z" })],
  [null, "a Service", service("api")],
];

for (const [rule, what, object] of CASES) {
  test(`${what}: ${rule ?? "rendered"}`, () => {
    const { report, refusals } = renderApplication(
      captureOf([namespace(), service("web"), object], { render: { exclude: [EXCLUDED] } }),
    );
    assert.deepEqual(refusals, []);
    const omission = report.omitted.find((each) => refKey(each.object) === refKey(refOf(object)));
    assert.equal(omission?.rule ?? null, rule);
  });
}

test("every captured object is rendered or listed, exactly once", () => {
  const objects = shop();
  const { report, files } = renderApplication(captureOf(objects));
  const rendered = [...files.keys()].filter((path) => path.startsWith("base/") && path !== "base/kustomization.yaml");
  assert.equal(report.objects, rendered.length);
  assert.equal(report.objects + report.omitted.length, objects.length);
});

test("a Secret that nobody sealed is refused under secrets: sops, and nothing is written", () => {
  const objects = [namespace(), secret("db", { password: "x" })];
  const { files, refusals } = renderApplication(captureOf(objects, { render: { secrets: "sops" } }));
  assert.deepEqual([files.size, refusals.map(({ rule }) => rule)], [0, ["secret-mode"]]);
});

test("a missing namespace, or one being deleted, is refused at the first render", () => {
  const gone = { ...namespace(), metadata: { ...namespace().metadata, deletionTimestamp: "2026-11-01T08:00:00Z" } };
  for (const objects of [[configMap("a", {})], [gone, configMap("a", {})]]) {
    const { refusals, files } = renderApplication(captureOf(objects));
    assert.deepEqual([refusals.map(({ rule }) => rule), files.size], [["namespace-missing"], 0]);
  }
});

test("selector: labelled objects, and what selected workloads need", () => {
  const web = deployment("web", 1, { labels: { app: "shop" } });
  const template = {
    spec: {
      serviceAccountName: "web",
      containers: [{ name: "web", image: "web:1", envFrom: [{ configMapRef: { name: "settings" } }] }],
      volumes: [
        { name: "d", persistentVolumeClaim: { claimName: "files" } },
        { name: "s", secret: { secretName: "db" } },
      ],
    },
  };
  const objects = [
    namespace(),
    { ...web, spec: { replicas: 1, selector: {}, template } },
    configMap("settings", {}),
    configMap("other", {}),
    serviceAccount("web"),
    secret("db", { a: "b" }),
    secret("other", { a: "b" }),
    claim("files"),
    claim("other"),
    service("web", {}, { labels: { app: "shop" } }),
    service("other"),
  ];
  const { files, record, report } = renderApplication(captureOf(objects, { selector: { app: "shop" } }));
  const base = [...files.keys()].filter((path) => path.startsWith("base/shop/"));
  assert.deepEqual(base, [
    "base/shop/configmap/settings.yaml",
    "base/shop/deployment.apps/web.yaml",
    "base/shop/service/web.yaml",
    "base/shop/serviceaccount/web.yaml",
  ]);
  assert.deepEqual(
    record.claims.map(({ name }) => name),
    ["files"],
  );
  assert.deepEqual(record.workloads[0]?.claims, ["files"]);
  assert.deepEqual(
    record.requirements.map(({ name }) => name),
    ["db"],
  );
  const left = report.omitted
    .filter(({ rule }) => rule === "not-selected")
    .map(({ object }) => `${object.kind}/${object.name}`);
  assert.deepEqual(left, ["ConfigMap/other", "PersistentVolumeClaim/other", "Secret/other", "Service/other"]);
});

test("record.json names lasting omissions only", () => {
  const objects = [
    namespace(),
    thing("batch/v9", "CronJob"),
    thing("v1", "Event"),
    thing("apps/v1", "ReplicaSet", owner("Deployment")),
    { ...deployment("op", 1), metadata: serverMeta("op", owner("Database")) },
    configMap("kube-root-ca.crt", {}),
  ];
  const { record } = renderApplication(captureOf(objects));
  assert.deepEqual(
    record.omitted.map(({ object, rule }) => `${object.kind}/${object.name} ${rule}`),
    ["Deployment/op controller-owned", "CronJob/x kind-not-rendered"],
  );
});

test("the namespace is recorded with labels and OpenShift's ranges only", () => {
  const labels = {
    "kubernetes.io/metadata.name": "shop",
    team: "a",
    "pod-security.kubernetes.io/enforce": "restricted",
    "argocd.argoproj.io/managed-by": "gitops",
    "pod-security.kubernetes.io/warn": "baseline",
  };
  const managedFields = [
    {
      manager: "pod-security-admission-label-synchronization-controller",
      fieldsV1: { "f:metadata": { "f:labels": { "f:pod-security.kubernetes.io/warn": {} } } },
    },
  ];
  const annotations = { "openshift.io/sa.scc.mcs": "s0:c26,c5", "openshift.io/requester": "jdoe" };
  const object = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", labels, annotations, managedFields },
  };
  assert.deepEqual(renderApplication(captureOf([object])).record.namespaces, [
    {
      name: "shop",
      labels: { "pod-security.kubernetes.io/enforce": "restricted", team: "a" },
      annotations: { "openshift.io/sa.scc.mcs": "s0:c26,c5" },
    },
  ]);
});
