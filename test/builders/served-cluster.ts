import { randomBytes, randomUUID } from "node:crypto";
import { createCertificates } from "../../src/sandbox/apiserver/certificates.ts";
import { type EmbeddedCluster, createEmbeddedCluster } from "../../src/sandbox/apiserver/cluster.ts";
import { serveHttps } from "../../src/sandbox/apiserver/https-server.ts";
import { kubeconfigText } from "../../src/sandbox/apiserver/kubeconfig.ts";

/** An embedded cluster behind HTTPS, as another process reaches it. */
export interface ServedCluster {
  /** UID of kube-system. */
  readonly identity: string;
  /** A kubeconfig whose contexts have these names and all lead here. */
  kubeconfig(contexts: readonly string[]): string;
  /** `METHOD path` of every request so far that could change something. */
  readonly writes: readonly string[];
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
  const writes: string[] = [];
  const handle: EmbeddedCluster["handle"] = (request) => {
    if (request.method !== "GET") writes.push(`${request.method} ${request.path}`);
    return cluster.handle(request);
  };
  const server = await serveHttps({ ...cluster, handle }, { token, tls });
  return {
    identity,
    writes,
    kubeconfig: (contexts) =>
      kubeconfigText(contexts.map((context) => ({ name: context, server: server.url, ca: tls.ca, token }))),
    setReachable: server.setReachable,
    close: server.close,
  };
}
