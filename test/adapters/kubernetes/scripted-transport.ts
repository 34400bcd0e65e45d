import type { Transport, TransportRequest } from "../../../src/adapters/kubernetes/transport.ts";

/** What a server says that no well-behaved one would: a status and body, or a connection that breaks. */
export type Script = (request: TransportRequest, count: number) => Reply;

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is text. */
  readonly body?: unknown;
  readonly error?: Error;
}

export interface Scripted {
  readonly transport: Transport;
  /** Requests so far as `METHOD path`, discovery left out. */
  readonly requests: string[];
}

/** Answers discovery for a few kinds properly and everything else by the script; `count` starts from 0. */
export function scripted(script: Script): Scripted {
  const requests: string[] = [];
  const transport: Transport = (request) => {
    const discovery = DISCOVERY[request.path];
    if (discovery !== undefined) return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify(discovery) });
    requests.push(`${request.method} ${request.path}`);
    const { status = 200, headers = {}, body, error } = script(request, requests.length - 1);
    if (error !== undefined) return Promise.reject(error);
    return Promise.resolve({ status, headers, body: typeof body === "string" ? body : JSON.stringify(body) });
  };
  return { transport, requests };
}

/** An error as Node reports a broken connection. */
export function brokenBy(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

export function statusOf(code: number, reason: string, more: Readonly<Record<string, unknown>> = {}): Reply {
  return { status: code, body: { kind: "Status", apiVersion: "v1", status: "Failure", reason, code, ...more } };
}

const verbs = ["get", "list", "watch", "create", "patch", "delete"];

function resource(plural: string, kind: string, scope: string): unknown {
  return { resource: plural, responseKind: { group: "", version: "", kind }, scope, verbs };
}

const DISCOVERY: Readonly<Record<string, unknown>> = {
  "/api": {
    kind: "APIGroupDiscoveryList",
    items: [
      {
        metadata: {},
        versions: [
          {
            version: "v1",
            freshness: "Current",
            resources: [
              resource("configmaps", "ConfigMap", "Namespaced"),
              resource("secrets", "Secret", "Namespaced"),
              resource("namespaces", "Namespace", "Cluster"),
            ],
          },
        ],
      },
    ],
  },
  "/apis": {
    kind: "APIGroupDiscoveryList",
    items: [
      { metadata: { name: "metrics.k8s.io" }, versions: [{ version: "v1beta1", freshness: "Stale" }] },
      {
        metadata: { name: "apps" },
        versions: ["v1", "v1beta1"].map((version) => ({
          version,
          freshness: "Current",
          resources: [resource("deployments", "Deployment", "Namespaced")],
        })),
      },
    ],
  },
};
