import { randomBytes, randomUUID } from "node:crypto";

import { loadConnection } from "../../../src/adapters/kubernetes/connection.ts";
import { createHttpsTransport } from "../../../src/adapters/kubernetes/https-transport.ts";
import type { Transport } from "../../../src/adapters/kubernetes/transport.ts";
import { createCertificates } from "../../../src/sandbox/apiserver/certificates.ts";
import { createEmbeddedCluster } from "../../../src/sandbox/apiserver/cluster.ts";
import type { EmbeddedCluster } from "../../../src/sandbox/apiserver/cluster.ts";
import { serveHttps } from "../../../src/sandbox/apiserver/https-server.ts";
import { kubeconfigText } from "../../../src/sandbox/apiserver/kubeconfig.ts";
import { watchTimeout } from "../../../src/sandbox/apiserver/read/watch.ts";
import type { ClusterUnderTest } from "../../contract/cluster-under-test.ts";

const HISTORY = 100;

/** A bookmark comes before the end of any watch here. */
const BRIEF_WATCH_MS = 1_000;

function newCluster(): EmbeddedCluster {
  return createEmbeddedCluster({ name: "embedded", now: Date.now, newUid: randomUUID, historyLimit: HISTORY });
}

/** The embedded API server called directly, as most tests use it. */
export function embeddedInProcess(): Promise<ClusterUnderTest> {
  const cluster = newCluster();
  return Promise.resolve({
    transport: withWatchLimit(cluster),
    stranger: null,
    unknown: null,
    watchLimitMs: BRIEF_WATCH_MS,
    expireHistory: () => overflowHistory(cluster),
    settle: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  });
}

/** The embedded API server behind HTTPS, with its certificate authority and token in a kubeconfig. */
export async function embeddedOverHttps(): Promise<ClusterUnderTest> {
  const cluster = newCluster();
  const tls = await createCertificates(Date.now());
  const token = randomBytes(16).toString("hex");
  const server = await serveHttps(cluster, { token, tls });
  const transportWith = async (bearer: string): Promise<Transport> => {
    const KUBE = kubeconfigText([{ name: "embedded", server: server.url, ca: tls.ca, token: bearer }]);
    const settings = { kubeconfig: null, environment: { KUBE } };
    return createHttpsTransport(await loadConnection("embedded", { type: "env", variable: "KUBE" }, settings));
  };
  return {
    transport: await transportWith(token),
    stranger: null,
    unknown: await transportWith("nobody-knows-this-token"),
    watchLimitMs: BRIEF_WATCH_MS,
    expireHistory: () => overflowHistory(cluster),
    settle: () => Promise.resolve(),
    stop: () => server.close(),
  };
}

/** Ends watches at their time limit as the HTTPS server does; called directly, the cluster has no clock that ticks. */
function withWatchLimit(cluster: EmbeddedCluster): Transport {
  return (request) => {
    const seconds = Number(new URL(request.path, "https://embedded").searchParams.get("timeoutSeconds"));
    if (request.stream !== true || seconds === 0) return cluster.handle(request);
    const limit = new AbortController();
    setTimeout(() => limit.abort(watchTimeout), seconds * 1000).unref();
    const signal = request.signal === undefined ? limit.signal : AbortSignal.any([request.signal, limit.signal]);
    return cluster.handle({ ...request, signal });
  };
}

/** Writes more than the cluster remembers. */
async function overflowHistory(cluster: EmbeddedCluster): Promise<void> {
  const path = "/api/v1/namespaces/default/configmaps";
  const headers = { "content-type": "application/json" };
  const metadata = { name: `churn-${randomBytes(4).toString("hex")}` };
  await cluster.handle({
    method: "POST",
    path,
    headers,
    body: JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata }),
  });
  for (let count = 0; count < HISTORY * 3; count++) {
    const body = JSON.stringify({ data: { count: String(count) } });
    const patch = { "content-type": "application/merge-patch+json" };
    await cluster.handle({ method: "PATCH", path: `${path}/${metadata.name}`, headers: patch, body });
  }
}
