import type { KubeObject } from "../../core/model/kube-object.ts";

const LABELS = { "app.kubernetes.io/part-of": "bank" } as const;

/** An OpenShift namespace: its ranges of user ids and SELinux levels decide who may read the files in its volumes. */
export function openShiftNamespace(name: string, block: number): KubeObject {
  const first = 1_000_000_000 + block * 10_000;
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: {
        ...LABELS,
        // What OpenShift sets by itself: it tells, its security context constraints decide.
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      },
      annotations: {
        "openshift.io/sa.scc.mcs": `s0:c${block % 512},c${(block * 7) % 512}`,
        "openshift.io/sa.scc.supplemental-groups": `${first}/10000`,
        "openshift.io/sa.scc.uid-range": `${first}/10000`,
      },
    },
  };
}

function named(kind: string, name: string, { namespace, app }: { readonly namespace: string; readonly app: string }) {
  return { kind, metadata: { name, namespace, labels: { ...LABELS, app } } } as const;
}

function claimTemplate(storage: string) {
  return {
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: "px", resources: { requests: { storage } } },
  } as const;
}

/** The namespace of the story: a ring of three Cassandra pods and one PostgreSQL. */
export function appnsObjects(namespace = "appns"): readonly KubeObject[] {
  return [...cassandra(namespace), ...postgres(namespace), ...shared(namespace)];
}

function cassandra(namespace: string): readonly KubeObject[] {
  const labels = { ...LABELS, app: "cassandra" };
  return [
    {
      apiVersion: "v1",
      ...named("ConfigMap", "cassandra-config", { namespace, app: "cassandra" }),
      data: { "cassandra.yaml": "cluster_name: bank\nnum_tokens: 16\nendpoint_snitch: GossipingPropertyFileSnitch\n" },
    },
    {
      apiVersion: "v1",
      ...named("Service", "cassandra", { namespace, app: "cassandra" }),
      spec: { clusterIP: "None", selector: { app: "cassandra" }, ports: [{ name: "cql", port: 9042 }] },
    },
    {
      apiVersion: "apps/v1",
      ...named("StatefulSet", "cassandra", { namespace, app: "cassandra" }),
      spec: {
        replicas: 3,
        serviceName: "cassandra",
        selector: { matchLabels: { app: "cassandra" } },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: "bank",
            containers: [
              {
                name: "db",
                image: "registry.example/cassandra:5.0",
                ports: [{ containerPort: 9042, name: "cql" }],
                volumeMounts: [
                  { name: "data", mountPath: "/var/lib/cassandra" },
                  { name: "config", mountPath: "/etc/cassandra" },
                ],
              },
            ],
            volumes: [{ name: "config", configMap: { name: "cassandra-config" } }],
          },
        },
        volumeClaimTemplates: [claimTemplate("20Gi")],
      },
    },
  ];
}

function postgres(namespace: string): readonly KubeObject[] {
  const labels = { ...LABELS, app: "postgres" };
  return [
    {
      apiVersion: "v1",
      ...named("Service", "postgres", { namespace, app: "postgres" }),
      spec: { selector: { app: "postgres" }, ports: [{ name: "sql", port: 5432 }] },
    },
    {
      apiVersion: "apps/v1",
      ...named("StatefulSet", "postgres", { namespace, app: "postgres" }),
      spec: {
        replicas: 1,
        serviceName: "postgres",
        selector: { matchLabels: { app: "postgres" } },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: "bank",
            containers: [
              {
                name: "db",
                image: "registry.example/postgres:17",
                envFrom: [{ configMapRef: { name: "settings" } }],
                ports: [{ containerPort: 5432, name: "sql" }],
                volumeMounts: [{ name: "data", mountPath: "/var/lib/postgresql/data" }],
              },
            ],
          },
        },
        volumeClaimTemplates: [claimTemplate("10Gi")],
      },
    },
  ];
}

/** A stateless front end, its settings and its way in. */
function shared(namespace: string): readonly KubeObject[] {
  return [
    { apiVersion: "v1", ...named("ServiceAccount", "bank", { namespace, app: "bank" }) },
    {
      apiVersion: "v1",
      ...named("ConfigMap", "settings", { namespace, app: "bank" }),
      data: { POSTGRES_DB: "bank", TZ: "UTC" },
    },
    {
      apiVersion: "apps/v1",
      ...named("Deployment", "teller", { namespace, app: "teller" }),
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: "teller" } },
        template: {
          metadata: { labels: { ...LABELS, app: "teller" } },
          spec: {
            serviceAccountName: "bank",
            containers: [
              {
                name: "web",
                image: "registry.example/teller:3.2",
                envFrom: [{ configMapRef: { name: "settings" } }],
                ports: [{ containerPort: 8080, name: "http" }],
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: "v1",
      ...named("Service", "teller", { namespace, app: "teller" }),
      spec: { selector: { app: "teller" }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: "route.openshift.io/v1",
      ...named("Route", "teller", { namespace, app: "teller" }),
      spec: {
        host: "teller.apps.east.example.com",
        to: { kind: "Service", name: "teller", weight: 100 },
        port: { targetPort: "http" },
        tls: { termination: "edge" },
        wildcardPolicy: "None",
      },
    },
  ];
}
