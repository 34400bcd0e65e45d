import { mediaTypes, tableOf } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";

const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/NS";
const leases = "/apis/coordination.k8s.io/v1/namespaces/NS/leases";

function roleObject(name: string, rules: readonly unknown[]): unknown {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name }, rules };
}

const ingressPath = { path: "/", pathType: "Prefix", backend: { service: { name: "s", port: { number: 80 } } } };

export const groupScenario: Scenario = {
  name: "groups",
  steps: [
    {
      send: "POST /apis/networking.k8s.io/v1/namespaces/NS/ingresses",
      body: {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "i" },
        spec: { rules: [{ host: "a.example.com", http: { paths: [ingressPath] } }] },
      },
    },
    {
      send: "POST /apis/networking.k8s.io/v1/namespaces/NS/networkpolicies",
      body: {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "np" },
        spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
      },
    },
    {
      send: `POST ${rbac}/roles`,
      body: roleObject("empty", []),
      loosely: "an empty list of rules is owned before it becomes null",
    },
    {
      send: `POST ${rbac}/roles`,
      body: roleObject("reader:x", [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }]),
    },
    {
      send: `POST ${rbac}/rolebindings`,
      body: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "rb" },
        roleRef: { kind: "Role", name: "r" },
        subjects: [
          { kind: "User", name: "u" },
          { kind: "ServiceAccount", name: "sa", namespace: "NS" },
        ],
      },
    },
    {
      send: "POST /apis/policy/v1/namespaces/NS/poddisruptionbudgets",
      body: {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name: "pdb" },
        spec: { minAvailable: 1, selector: { matchLabels: { a: "b" } } },
      },
    },
    {
      send: "POST /apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers",
      body: {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name: "h" },
        spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } },
      },
    },
    {
      send: `POST ${leases}`,
      body: {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: "l" },
        spec: { holderIdentity: "me", leaseDurationSeconds: 15, renewTime: "2026-01-02T03:04:05.123456Z" },
      },
    },
    {
      send: `PUT ${leases}/l`,
      body: {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: "l" },
        spec: { holderIdentity: "you" },
      },
    },
    { send: `PATCH ${leases}/l`, type: mediaTypes.merge, body: { spec: { leaseDurationSeconds: 0 } } },
    tableOf(`${leases}`),
    tableOf(`${rbac}/roles`, "the owner of the empty list"),
    tableOf(`${rbac}/rolebindings`),
    tableOf("/apis/networking.k8s.io/v1/namespaces/NS/ingresses"),
    tableOf("/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies"),
    tableOf("/apis/policy/v1/namespaces/NS/poddisruptionbudgets"),
    tableOf("/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers"),
    {
      send: "POST /apis/scheduling.k8s.io/v1/priorityclasses",
      body: { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "pc-NS" }, value: 10 },
    },
  ],
};

export const pathScenario: Scenario = {
  name: "paths",
  steps: [
    { send: "GET /api/v1/namespaces/NS" },
    { send: "PATCH /api/v1/namespaces/NS", type: mediaTypes.merge, body: { metadata: { labels: { a: "b" } } } },
    {
      send: "POST /api/v1/namespaces/NS/configmaps",
      body: { metadata: { name: "holds", finalizers: ["example.com/hold"] } },
    },
    { send: "DELETE /api/v1/namespaces/NS" },
    { send: "POST /api/v1/namespaces/NS/configmaps", body: { metadata: { name: "late" } } },
    { send: "GET /api/v1/nope" },
    { send: "GET /apis/nope/v1" },
    { send: "GET /apis/nope/v1/things" },
    { send: "POST /api/v1/configmaps", body: { metadata: { name: "x" } } },
    { send: "PUT /api/v1/namespaces/NS/configmaps", body: {} },
    { send: "GET /healthz" },
    { send: "GET /api" },
    { send: "GET /nope" },
    { send: "GET /api/v1/configmaps?limit=x" },
    { send: "GET /api/v1/configmaps?resourceVersion=99999999" },
    { send: "GET /api/v1/namespaces/NS/configmaps?continue=nonsense", loosely: "the decoder's own words" },
    {
      send: "GET /api/v1/namespaces/NS/configmaps",
      accept: "application/vnd.kubernetes.protobuf-not",
      loosely: "lists other media types",
    },
  ],
};
