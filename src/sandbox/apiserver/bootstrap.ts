import type { KubeObject } from "../../core/model/kube-object.ts";
import { timestamp } from "./api-context.ts";
import type { ApiContext } from "./api-context.ts";

const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

function namespace(context: ApiContext, name: string, uid: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, uid, creationTimestamp: timestamp(context), labels: { "kubernetes.io/metadata.name": name } },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}

/** The service that every cluster has: the API server itself, at the first address of the service range. */
function kubernetesService(context: ApiContext): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      uid: context.newUid(),
      creationTimestamp: timestamp(context),
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: {
      clusterIP: "10.96.0.1",
      clusterIPs: ["10.96.0.1"],
      internalTrafficPolicy: "Cluster",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
      sessionAffinity: "None",
      type: "ClusterIP",
    },
    status: { loadBalancer: {} },
  };
}

/** What exists before the first request. */
export function bootstrap(context: ApiContext, kubeSystemUid: string | undefined): void {
  for (const name of namespaces) {
    const uid = name === "kube-system" ? (kubeSystemUid ?? context.newUid()) : context.newUid();
    context.store.put("namespaces", namespace(context, name, uid));
  }
  context.store.put("services", kubernetesService(context));
}
