import { asFields } from "../../../src/core/model/fields.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { clusterPair } from "../../../src/sandbox/story/platform.ts";
import { createEmbeddedWorld, type EmbeddedWorld } from "../../../src/sandbox/world/embedded-world.ts";

const VERSION = "stork.libopenstorage.org/v1alpha1";

export const stork = (kind: string, namespace: string | null, name: string) => ({
  apiVersion: VERSION,
  kind,
  namespace,
  name,
});

/** Two sites with the domains `east` and `west`, and a started Stork on each. */
export async function twoSites(seed = 1): Promise<EmbeddedWorld> {
  const world = createEmbeddedWorld({ seed, domains: { east: "east", west: "west" }, resyncMs: 8_000 });
  await world.clock.advance(3_000);
  return world;
}

export async function createAll(world: EmbeddedWorld, site: string, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) await world.site(site).client.create(object);
}

export const namespace = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { team: name } },
});

/** The pair `dr` on both sides, in one namespace that exists on both. */
export async function pairUp(
  world: EmbeddedWorld,
  name: string,
  options: Readonly<Record<string, string>> = {},
): Promise<void> {
  const target = (site: string) => ({ name: site, server: world.site(site).server, ca: "CA", token: "TOKEN" });
  const pair = (site: string): KubeObject => {
    const made = clusterPair("dr", name, target(site));
    return { ...made, spec: { ...asFields(made["spec"]), options } };
  };
  await createAll(world, "east", [namespace(name), pair("west")]);
  await createAll(world, "west", [namespace(name), pair("east")]);
  await world.clock.advance(3_000);
}

export const everyMinute: KubeObject = {
  apiVersion: VERSION,
  kind: "SchedulePolicy",
  metadata: { name: "every-minute" },
  policy: { interval: { intervalMinutes: 1 } },
};

export function schedule(name: string, spec: Readonly<Record<string, unknown>> = {}): KubeObject {
  return {
    apiVersion: VERSION,
    kind: "MigrationSchedule",
    metadata: { name, namespace: "shop", labels: { managed: "yes" }, annotations: { "example.com/owner": "gitops" } },
    spec: {
      autoSuspend: true,
      schedulePolicyName: "every-minute",
      template: {
        spec: {
          clusterPair: "dr",
          includeResources: true,
          includeVolumes: false,
          namespaces: ["shop"],
          startApplications: false,
        },
      },
      ...spec,
    },
  };
}

export function migration(name: string, inNamespace: string, spec: Readonly<Record<string, unknown>>): KubeObject {
  return {
    apiVersion: VERSION,
    kind: "Migration",
    metadata: { name, namespace: inNamespace },
    spec: { clusterPair: "dr", namespaces: [inNamespace], ...spec },
  };
}

const container = (name: string) => ({ name, image: `registry.example/${name}:1` });
const template = (app: string) => ({ metadata: { labels: { app } }, spec: { containers: [container(app)] } });

/** The application that the genuine Stork was watched with. */
export function shopObjects(): readonly KubeObject[] {
  const labels = { app: "shop" };
  const inShop = (name: string, more: object = {}) => ({ name, namespace: "shop", ...more });
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata: inShop("settings", { labels }), data: { colour: "blue" } },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: inShop("key", { labels }),
      type: "Opaque",
      stringData: { word: "open" },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: inShop("web") },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: inShop("web", { labels }),
      spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: inShop("web", { labels: { app: "web" } }),
      spec: { replicas: 3, selector: { matchLabels: { app: "web" } }, template: template("web") },
    },
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: inShop("db"),
      spec: { replicas: 2, serviceName: "db", selector: { matchLabels: { app: "db" } }, template: template("db") },
    },
    {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: inShop("report"),
      spec: {
        schedule: "0 4 * * *",
        jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [container("r")] } } } },
      },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: inShop("web"),
      spec: {
        rules: [
          {
            host: "shop.example",
            http: {
              paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }],
            },
          },
        ],
      },
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: inShop("web"),
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: inShop("web"),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "web" },
      subjects: [{ kind: "ServiceAccount", name: "web", namespace: "shop" }],
    },
  ];
}

/** A claim bound to a volume made by hand, as the genuine Stork was watched with. */
export function filesObjects(): readonly KubeObject[] {
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "pv-files-data" },
      spec: {
        capacity: { storage: "5Gi" },
        accessModes: ["ReadWriteOnce"],
        persistentVolumeReclaimPolicy: "Retain",
        csi: { driver: "pxd.portworx.com", volumeHandle: "pv-files-data" },
      },
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", namespace: "files" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "",
        volumeName: "pv-files-data",
        resources: { requests: { storage: "5Gi" } },
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "files", namespace: "files" },
      spec: { replicas: 0, selector: { matchLabels: { app: "files" } }, template: template("files") },
    },
  ];
}
