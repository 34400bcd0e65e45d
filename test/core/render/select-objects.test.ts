import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type KubeObject, refKey, refOf } from "../../../src/core/model/kube-object.ts";
import { selectObjects } from "../../../src/core/render/select-objects.ts";
import {
  claim,
  configMap,
  deployment,
  secret,
  serverMeta,
  service,
  serviceAccount,
  statefulSet,
} from "./live-objects.ts";

const RBAC = "rbac.authorization.k8s.io/v1";

/** `apiVersion Kind/name` with its other fields. */
function thing(what: string, fields: Record<string, unknown> = {}): KubeObject {
  const [apiVersion = "", kind = "", name = ""] = what
    .split(" ")
    .flatMap((part, index) => (index === 0 ? [part] : part.split("/")));
  const { metadata, ...rest } = fields as { metadata?: Record<string, unknown> };
  return { apiVersion, kind, metadata: serverMeta(name, metadata), ...rest };
}

/** The selected workload: a Deployment `web` whose pods carry `app: web`. */
function web(spec: Record<string, unknown> = {}): KubeObject {
  const object = deployment("web", 1, { labels: { part: "shop" } });
  const template = { metadata: { labels: { app: "web" } }, spec };
  return { ...object, spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template } };
}

function binding(account: string, role: string): KubeObject {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role };
  return thing(`${RBAC} RoleBinding/${account}-${role}`, {
    roleRef,
    subjects: [{ kind: "ServiceAccount", name: account }],
  });
}

function scaler(apiVersion: string, kind: string, field = "scaleTargetRef"): KubeObject {
  return thing(`${apiVersion} ${kind}/web`, {
    spec: { [field]: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } },
  });
}

function policy(selector: unknown): KubeObject {
  return thing("networking.k8s.io/v1 NetworkPolicy/policy", { spec: { podSelector: selector } });
}

function ingress(backend: string, tls?: string): KubeObject {
  const paths = [{ path: "/", backend: { service: { name: backend, port: { number: 80 } } } }];
  const spec = { rules: [{ http: { paths } }], ...(tls === undefined ? {} : { tls: [{ secretName: tls }] }) };
  return thing(`networking.k8s.io/v1 Ingress/to-${backend}`, { spec });
}

const ACCOUNT = web({ serviceAccountName: "web" });
const SELECTING = service("web", { selector: { app: "web" } });

/** What, all objects, and which of them are taken besides the workload. */
const CASES: readonly (readonly [string, readonly KubeObject[], readonly string[]])[] = [
  [
    "an account with its rights and pull secrets",
    [
      ACCOUNT,
      serviceAccount("web", { imagePullSecrets: [{ name: "mirror" }] }),
      binding("web", "reader"),
      thing(`${RBAC} Role/reader`),
      secret("mirror", {}),
      binding("other", "writer"),
      thing(`${RBAC} Role/writer`),
    ],
    ["Role/reader", "RoleBinding/web-reader", "Secret/mirror", "ServiceAccount/web"],
  ],
  [
    "the default account's rights",
    [web(), binding("default", "reader"), thing(`${RBAC} Role/reader`)],
    ["Role/reader", "RoleBinding/default-reader"],
  ],
  [
    "a Service by the labels of pods, and what leads to it",
    [
      web(),
      SELECTING,
      thing("route.openshift.io/v1 Route/web", { spec: { to: { kind: "Service", name: "web" } } }),
      ingress("web", "tls"),
      secret("tls", {}),
      ingress("other"),
    ],
    ["Ingress/to-web", "Route/web", "Secret/tls", "Service/web"],
  ],
  [
    "a Route by its second backend",
    [
      web(),
      SELECTING,
      thing("route.openshift.io/v1 Route/ab", {
        spec: { to: { name: "x" }, alternateBackends: [{ name: "web" }] },
      }),
    ],
    ["Route/ab", "Service/web"],
  ],
  [
    "a route of the Gateway API",
    [
      web(),
      SELECTING,
      thing("gateway.networking.k8s.io/v1 HTTPRoute/web", {
        spec: { rules: [{ backendRefs: [{ name: "web" }] }] },
      }),
    ],
    ["HTTPRoute/web", "Service/web"],
  ],
  [
    "no Service of others, and none without a selector",
    [web(), service("other", { selector: { app: "other" } }), service("outside", { selector: {} })],
    [],
  ],
  [
    "autoscalers",
    [
      web(),
      scaler("autoscaling/v2", "HorizontalPodAutoscaler"),
      scaler("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "targetRef"),
    ],
    ["HorizontalPodAutoscaler/web", "VerticalPodAutoscaler/web"],
  ],
  [
    "a scaler of KEDA with its credentials",
    [
      web(),
      thing("keda.sh/v1alpha1 ScaledObject/web", {
        spec: { scaleTargetRef: { name: "web" }, triggers: [{ authenticationRef: { name: "queue" } }] },
      }),
      thing("keda.sh/v1alpha1 TriggerAuthentication/queue", {
        spec: { secretTargetRef: [{ name: "queue-key" }] },
      }),
      secret("queue-key", {}),
    ],
    ["ScaledObject/web", "Secret/queue-key", "TriggerAuthentication/queue"],
  ],
  [
    "a budget and a policy for the pods",
    [
      web(),
      thing("policy/v1 PodDisruptionBudget/web", { spec: { selector: { matchLabels: { app: "web" } } } }),
      policy({ matchLabels: { app: "web" } }),
    ],
    ["NetworkPolicy/policy", "PodDisruptionBudget/web"],
  ],
  ["a policy for all pods", [web(), policy({})], ["NetworkPolicy/policy"]],
  [
    "a policy by expressions",
    [
      web(),
      policy({
        matchExpressions: [
          { key: "app", operator: "In", values: ["web"] },
          { key: "tier", operator: "DoesNotExist" },
        ],
      }),
    ],
    ["NetworkPolicy/policy"],
  ],
  [
    "no policy for others",
    [web(), policy({ matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] })],
    [],
  ],
  [
    "monitors",
    [
      web(),
      { ...SELECTING, metadata: serverMeta("web", { labels: { watch: "me" } }) },
      thing("monitoring.coreos.com/v1 ServiceMonitor/web", {
        spec: { selector: { matchLabels: { watch: "me" } } },
      }),
      thing("monitoring.coreos.com/v1 PodMonitor/pods", { spec: { selector: { matchLabels: { app: "web" } } } }),
    ],
    ["PodMonitor/pods", "Service/web", "ServiceMonitor/web"],
  ],
  [
    "what makes a Secret, although the Secret is not there",
    [
      web({ volumes: [{ name: "s", secret: { secretName: "db" } }] }),
      thing("external-secrets.io/v1 ExternalSecret/from-vault", {
        spec: { target: { name: "db" }, secretStoreRef: { kind: "SecretStore", name: "vault" } },
      }),
      thing("external-secrets.io/v1 SecretStore/vault"),
      thing("external-secrets.io/v1 ExternalSecret/other", { spec: { target: { name: "x" } } }),
    ],
    ["ExternalSecret/from-vault", "SecretStore/vault"],
  ],
  [
    "a certificate with its issuer",
    [
      web({ volumes: [{ name: "s", secret: { secretName: "tls" } }] }),
      secret("tls", {}),
      thing("cert-manager.io/v1 Certificate/web", { spec: { secretName: "tls", issuerRef: { name: "ca" } } }),
      thing("cert-manager.io/v1 Issuer/ca"),
    ],
    ["Certificate/web", "Issuer/ca", "Secret/tls"],
  ],
  [
    "configuration, claims and the Service of a ring",
    [
      { ...statefulSet("db", 3, { labels: { part: "shop" } }) },
      claim("data-db-0"),
      claim("data-db-10"),
      claim("data-dbx-0"),
      claim("other"),
      service("db", { selector: {} }),
    ],
    ["PersistentVolumeClaim/data-db-0", "PersistentVolumeClaim/data-db-10", "Service/db", "StatefulSet/db"],
  ],
  [
    "a scheduled job's configuration",
    [
      thing("batch/v1 CronJob/nightly", {
        metadata: { labels: { part: "shop" } },
        spec: {
          jobTemplate: {
            spec: {
              template: { spec: { containers: [{ name: "c", envFrom: [{ configMapRef: { name: "settings" } }] }] } },
            },
          },
        },
      }),
      configMap("settings", {}),
    ],
    ["ConfigMap/settings", "CronJob/nightly"],
  ],
  [
    "the owner that makes a labelled object",
    [
      thing("v1 ConfigMap/made", {
        metadata: {
          labels: { part: "shop" },
          ownerReferences: [
            { apiVersion: "x.example.com/v1", kind: "Database", name: "main", uid: "u", controller: true },
          ],
        },
      }),
      thing("x.example.com/v1 Database/main"),
    ],
    ["ConfigMap/made", "Database/main"],
  ],
  [
    "image streams whose tags start a rollout",
    [
      thing("apps.openshift.io/v1 DeploymentConfig/dc", {
        metadata: { labels: { part: "shop" } },
        spec: {
          triggers: [
            { imageChangeParams: { from: { kind: "ImageStreamTag", name: "web:latest" } } },
            { imageChangeParams: { from: { name: "base:1", namespace: "openshift" } } },
          ],
        },
      }),
      thing("image.openshift.io/v1 ImageStream/web"),
      thing("image.openshift.io/v1 ImageStream/base"),
    ],
    ["DeploymentConfig/dc", "ImageStream/web"],
  ],
  [
    "nothing of another namespace",
    [
      web({ volumes: [{ name: "c", configMap: { name: "settings" } }] }),
      configMap("settings", {}, { namespace: "cart" }),
      service("web", { selector: { app: "web" } }, { namespace: "cart" }),
    ],
    [],
  ],
];

describe("what a selector takes", () => {
  for (const [what, objects, expected] of CASES) {
    test(what, () => {
      const keys = selectObjects(objects, { part: "shop" }) ?? assert.fail();
      const taken = objects
        .filter((object) => keys.has(refKey(refOf(object))))
        .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
      const workload = objects[0]?.kind === "Deployment" ? ["Deployment/web"] : [];
      assert.deepEqual(taken.sort(), [...workload, ...expected].sort());
      assert.deepEqual(selectObjects(objects.toReversed(), { part: "shop" }), keys);
    });
  }

  test("no selector takes everything", () => {
    assert.equal(selectObjects([web()], null), null);
  });
});
