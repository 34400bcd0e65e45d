import { createHash } from "node:crypto";
import type { KubeObject } from "../../src/core/model/kube-object.ts";

/** How many of each kind stand in a namespace: what a team's namespace of small services looks like. */
const DEPLOYMENTS = 8;
const STATEFUL_SETS = 2;
const SERVICES = 10;
const CONFIG_MAPS = 20;
const SECRETS = 20;

type Meta = Readonly<Record<string, unknown>>;

/** One hundred objects: sixty of people, twenty Secrets, and what controllers would have made of them. */
export function corpusNamespace(namespace: string): readonly KubeObject[] {
  return [...workloads(namespace), ...configuration(namespace), ...access(namespace), ...traffic(namespace)];
}

/** Printable noise that depends on nothing but the seed; no two seeds share a stretch of it. */
function noise(seed: string, length: number): string {
  let text = "";
  for (let part = 0; text.length < length; part += 1)
    text += createHash("sha256").update(`${seed}#${part}`).digest("base64url");
  return text.slice(0, length);
}

function many(count: number, make: (index: number) => KubeObject): readonly KubeObject[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function object(apiVersion: string, kind: string, at: { namespace: string; name: string; meta?: Meta }): KubeObject {
  const { namespace, name, meta } = at;
  return { apiVersion, kind, metadata: { name, namespace, labels: labelsOf(name), ...meta } };
}

function labelsOf(name: string): Readonly<Record<string, string>> {
  const app = name.split("-").slice(0, 2).join("-");
  return { app, "app.kubernetes.io/name": app, "app.kubernetes.io/part-of": "bench" };
}

function owner(kind: string, name: string): Meta {
  const uid = "6f0c2a4e-0d5b-4f0e-9a63-5a7f3b1c2d10";
  return { ownerReferences: [{ apiVersion: "apps/v1", kind, name, uid, controller: true, blockOwnerDeletion: true }] };
}

function podSpec(app: string, index: number): Record<string, unknown> {
  const resources = { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } };
  const probe = { httpGet: { path: "/healthz", port: 8080 }, initialDelaySeconds: 5 };
  const env = [
    { name: "LOG_LEVEL", value: "info" },
    { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: `secret-${index}`, key: "password" } } },
  ];
  const container = { name: app, image: `registry.example.com/bench/${app}:1.${index}.0`, env, resources };
  const mounts = [{ name: "config", mountPath: "/etc/app" }];
  const ports = [{ name: "http", containerPort: 8080 }];
  return {
    serviceAccountName: `account-${index % 6}`,
    containers: [{ ...container, ports, readinessProbe: probe, volumeMounts: mounts }],
    volumes: [{ name: "config", configMap: { name: `config-${index}` } }],
  };
}

function workloads(namespace: string): readonly KubeObject[] {
  const template = (app: string, index: number) => ({ metadata: { labels: { app } }, spec: podSpec(app, index) });
  const selector = (app: string) => ({ matchLabels: { app } });
  return [
    ...many(DEPLOYMENTS, (index) => {
      const app = `web-${index}`;
      const spec = { replicas: (index % 3) + 1, selector: selector(app), template: template(app, index) };
      return { ...object("apps/v1", "Deployment", { namespace, name: app }), spec };
    }),
    ...many(STATEFUL_SETS, (index) => {
      const app = `db-${index}`;
      const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
      const volumeClaimTemplates = [{ metadata: { name: "data" }, spec: { ...claim, storageClassName: "fast" } }];
      const core = { replicas: 3, serviceName: app, selector: selector(app), template: template(app, index) };
      return { ...object("apps/v1", "StatefulSet", { namespace, name: app }), spec: { ...core, volumeClaimTemplates } };
    }),
    ...many(DEPLOYMENTS, (index) => {
      const app = `web-${index}`;
      const at = { namespace, name: `${app}-6d4cf56db6`, meta: owner("Deployment", app) };
      const spec = { replicas: 0, selector: selector(app), template: template(app, index) };
      return { ...object("apps/v1", "ReplicaSet", at), spec };
    }),
    ...many(DEPLOYMENTS + STATEFUL_SETS, (index) => {
      const app = `web-${index}`;
      const at = { namespace, name: `${app}-6d4cf56db6-x${index}`, meta: owner("ReplicaSet", `${app}-6d4cf56db6`) };
      return { ...object("v1", "Pod", at), spec: podSpec(app, index) };
    }),
  ];
}

function configuration(namespace: string): readonly KubeObject[] {
  return [
    ...many(CONFIG_MAPS, (index) => {
      const settings = `# settings of ${namespace}\nlisten: 8080\nthreads: ${index}\nnote: ${noise(`${namespace}/c${index}`, 120)}\n`;
      const data = { "app.yaml": settings, MODE: "production", REGION: `r${index}` };
      return { ...object("v1", "ConfigMap", { namespace, name: `config-${index}` }), data };
    }),
    ...many(SECRETS, (index) => {
      const value = (key: string, size: number) =>
        Buffer.from(noise(`${namespace}/s${index}/${key}`, size)).toString("base64");
      const data = { username: value("user", 12), password: value("password", 24), token: value("token", 120) };
      return { ...object("v1", "Secret", { namespace, name: `secret-${index}` }), type: "Opaque", data };
    }),
  ];
}

function access(namespace: string): readonly KubeObject[] {
  const group = "rbac.authorization.k8s.io";
  return [
    ...many(6, (index) => object("v1", "ServiceAccount", { namespace, name: `account-${index}` })),
    ...many(4, (index) => {
      const rules = [{ apiGroups: [""], resources: ["configmaps", "pods"], verbs: ["get", "list", "watch"] }];
      return { ...object(`${group}/v1`, "Role", { namespace, name: `role-${index}` }), rules };
    }),
    ...many(4, (index) => {
      const subjects = [{ kind: "ServiceAccount", name: `account-${index}`, namespace }];
      const roleRef = { apiGroup: group, kind: "Role", name: `role-${index}` };
      return { ...object(`${group}/v1`, "RoleBinding", { namespace, name: `role-${index}` }), subjects, roleRef };
    }),
  ];
}

function traffic(namespace: string): readonly KubeObject[] {
  return [
    ...many(SERVICES, (index) => {
      const app = index < DEPLOYMENTS ? `web-${index}` : `db-${index - DEPLOYMENTS}`;
      const spec = { selector: { app }, clusterIP: "None", ports: [{ name: "http", port: 80, targetPort: 8080 }] };
      return { ...object("v1", "Service", { namespace, name: app }), spec };
    }),
    ...many(3, (index) => {
      const backend = { service: { name: `web-${index}`, port: { name: "http" } } };
      const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
      const spec = { ingressClassName: "nginx", rules: [{ host: `web-${index}.${namespace}.example.com`, http }] };
      return { ...object("networking.k8s.io/v1", "Ingress", { namespace, name: `web-${index}` }), spec };
    }),
    ...many(3, (index) => {
      const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: `web-${index}` };
      const target = { type: "Utilization", averageUtilization: 70 };
      const metrics = [{ type: "Resource", resource: { name: "cpu", target } }];
      const spec = { scaleTargetRef, minReplicas: 2, maxReplicas: 6, metrics };
      return { ...object("autoscaling/v2", "HorizontalPodAutoscaler", { namespace, name: `web-${index}` }), spec };
    }),
    ...many(2, (index) => {
      const spec = { minAvailable: 1, selector: { matchLabels: { app: `web-${index}` } } };
      return { ...object("policy/v1", "PodDisruptionBudget", { namespace, name: `web-${index}` }), spec };
    }),
  ];
}
