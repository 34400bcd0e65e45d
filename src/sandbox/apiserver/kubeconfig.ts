import { stringify } from "yaml";

/** One cluster as a kubeconfig names it; context, cluster and user get the same name. */
export interface KubeconfigContext {
  readonly name: string;
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  /** The certificate authority, PEM. */
  readonly ca: string;
  readonly token: string;
  readonly namespace?: string;
}

/** A kubeconfig file with one context for each cluster; the first one is current. */
export function kubeconfigText(contexts: readonly KubeconfigContext[]): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    preferences: {},
    clusters: contexts.map(({ name, server, ca }) => ({
      name,
      cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") },
    })),
    users: contexts.map(({ name, token }) => ({ name, user: { token } })),
    contexts: contexts.map(({ name, namespace }) => ({
      name,
      context: { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) },
    })),
    "current-context": contexts[0]?.name ?? "",
  });
}
