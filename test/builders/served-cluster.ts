import { randomBytes, randomUUID } from "node:crypto";
import { createCertificates } from "../../src/sandbox/apiserver/certificates.ts";
import { type EmbeddedCluster, createEmbeddedCluster } from "../../src/sandbox/apiserver/cluster.ts";
import { serveHttps } from "../../src/sandbox/apiserver/https-server.ts";
import { kubeconfigText } from "../../src/sandbox/apiserver/kubeconfig.ts";

/** An embedded cluster behind HTTPS, as another process reaches it. */
export interface ServedCluster {
  readonly cluster: EmbeddedCluster;
  /** UID of kube-system. */
  readonly identity: string;
  /** A kubeconfig whose contexts have these names and all lead here. */
  kubeconfig(contexts: readonly string[]): string;
  /** False: connections break, as those of a site without power. */
  setReachable(reachable: boolean): void;
  close(): Promise<void>;
}

/** Serves a new, empty cluster on a free port of this machine. */
export async function serveCluster(name: string): Promise<ServedCluster> {
  const identity = randomUUID();
  const cluster = createEmbeddedCluster({ name, now: Date.now, newUid: randomUUID, kubeSystemUid: identity });
  const tls = await createCertificates(Date.now());
  const token = randomBytes(16).toString("hex");
  const server = await serveHttps(cluster, { token, tls });
  return {
    cluster,
    identity,
    kubeconfig: (contexts) =>
      kubeconfigText(contexts.map((context) => ({ name: context, server: server.url, ca: tls.ca, token }))),
    setReachable: server.setReachable,
    close: server.close,
  };
}
