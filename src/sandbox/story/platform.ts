import type { KubeObject } from "../../core/model/kube-object.ts";

/** A storage class of Portworx whose volumes have one replica on each site. */
export function storageClass(name = "px"): KubeObject {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: "pxd.portworx.com",
    parameters: { repl: "2", io_profile: "auto" },
    reclaimPolicy: "Delete",
    allowVolumeExpansion: true,
    volumeBindingMode: "Immediate",
  };
}

/** OpenShift's Route, as far as a cluster without OpenShift needs it to store some. */
export function routeDefinition(): KubeObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "routes.route.openshift.io" },
    spec: {
      group: "route.openshift.io",
      names: { kind: "Route", listKind: "RouteList", plural: "routes", singular: "route" },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: "Host", type: "string", jsonPath: ".spec.host" },
            { name: "Service", type: "string", jsonPath: ".spec.to.name" },
          ],
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: {
                spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
              },
            },
          },
        },
      ],
    },
  };
}

/** The node that all simulated pods of a cluster run on. */
export function nodeOf(cluster: string): KubeObject {
  const name = `${cluster}-node-1`;
  const capacity = { cpu: "64", memory: "256Gi", pods: "500" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" } },
    status: { capacity, allocatable: capacity },
  };
}

/** How one cluster is reached from the other. */
export interface PairTarget {
  readonly name: string;
  readonly server: string;
  /** Certificate authority in PEM; empty inside one process, where nobody asks. */
  readonly ca: string;
  readonly token: string;
}

/** A ClusterPair for metro DR: the remote cluster's kubeconfig in client-go's internal form, and no storage options. */
export function clusterPair(name: string, namespace: string, target: PairTarget): KubeObject {
  return {
    apiVersion: "stork.libopenstorage.org/v1alpha1",
    kind: "ClusterPair",
    metadata: { name, namespace },
    spec: {
      config: {
        apiVersion: "v1",
        kind: "Config",
        preferences: {},
        clusters: {
          [target.name]: {
            server: target.server,
            "certificate-authority-data": Buffer.from(target.ca, "utf8").toString("base64"),
          },
        },
        users: { admin: { token: target.token } },
        contexts: { [target.name]: { cluster: target.name, user: "admin" } },
        "current-context": target.name,
      },
      options: {},
    },
  };
}

/** A small application with one volume, so that fencing a site concerns more than one namespace. */
export function ledgerObjects(namespace = "ledger"): readonly KubeObject[] {
  const labels = { app: "ledger" };
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "book", namespace, labels },
      spec: { accessModes: ["ReadWriteOnce"], storageClassName: "px", resources: { requests: { storage: "5Gi" } } },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "ledger", namespace, labels },
      spec: {
        replicas: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: "ledger",
                image: "registry.example/ledger:1.4",
                volumeMounts: [{ name: "book", mountPath: "/var/lib/ledger" }],
              },
            ],
            volumes: [{ name: "book", persistentVolumeClaim: { claimName: "book" } }],
          },
        },
      },
    },
  ];
}
