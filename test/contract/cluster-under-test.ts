import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import type { ClusterPortSettings } from "../../src/adapters/kubernetes/cluster-client.ts";
import type { Transport, TransportRequest } from "../../src/adapters/kubernetes/transport.ts";
import type { KubeObject, ObjectRef } from "../../src/core/model/kube-object.ts";
import { ClusterFault } from "../../src/ports/cluster.ts";
import type { ClusterFaultCode, ClusterPort } from "../../src/ports/cluster.ts";

/** An API server that the contract is checked on, genuine or embedded. */
export interface ClusterUnderTest {
  /** Requests as an administrator. */
  readonly transport: Transport;
  /** Requests as a known user without rights, and with a credential nobody knows; null where nobody is asked who they are. */
  readonly stranger: Transport | null;
  readonly unknown: Transport | null;
  /** Makes the server forget old resource versions, of Secrets at least, as compaction does. */
  readonly expireHistory: () => Promise<void>;
  /** A watch of this many milliseconds is long enough for a bookmark before its end. */
  readonly watchLimitMs: number;
  /** Lets controllers do what is due; a genuine cluster's do so by themselves. */
  readonly settle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What each group of promises works with. */
export interface Contract {
  readonly cluster: ClusterUnderTest;
  readonly port: ClusterPort;
  /** A namespace of this suite's own, already there. */
  readonly namespace: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // Tests read deep into answers; a wrong path fails the assertion that it stands in.
  // oxlint-disable-next-line typescript/no-explicit-any -- the suite reads answers of any shape
  readonly json: any;
}

export interface RawRequest {
  readonly body?: unknown;
  readonly contentType?: string;
  readonly transport?: Transport;
}

export function openContract(cluster: ClusterUnderTest, namespace: string): Contract {
  return { cluster, namespace, port: portOver(cluster.transport) };
}

export function portOver(transport: Transport, settings: Partial<ClusterPortSettings> = {}): ClusterPort {
  return createClusterPort({ name: "under-test", transport, ...settings });
}

/** One request as any client may send it, for what the port does not offer (PUT, other field managers, JSON patch). */
export async function raw(
  contract: Contract,
  request: `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} ${string}`,
  { body, contentType, transport }: RawRequest = {},
): Promise<RawAnswer> {
  const space = request.indexOf(" ");
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = contentType ?? "application/json";
  const answer = await (transport ?? contract.cluster.transport)({
    method: request.slice(0, space) as TransportRequest["method"],
    path: request.slice(space + 1),
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  let text = "";
  if (typeof answer.body === "string") text = answer.body;
  else for await (const chunk of answer.body) text += chunk;
  return { status: answer.status, headers: answer.headers, json: text.startsWith("{") ? JSON.parse(text) : text };
}

export const MERGE_PATCH = "application/merge-patch+json";
export const JSON_PATCH = "application/json-patch+json";
export const STRATEGIC_PATCH = "application/strategic-merge-patch+json";
export const APPLY_PATCH = "application/apply-patch+yaml";

/** A name that no other test uses. */
export function newName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString("hex")}`;
}

export function configMap(
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>> = { key: "value" },
): KubeObject & { readonly data: Readonly<Record<string, string>> } {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}

export function secret(namespace: string, name: string, labels: Readonly<Record<string, string>> = {}): KubeObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace, labels }, data: { key: "dmFsdWU=" } };
}

export function configMapRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: "v1", kind: "ConfigMap", namespace, name };
}

/** No replicas: the contract is about objects, and a genuine controller would otherwise write beside the test. */
export function deployment(namespace: string, name: string, spec: Readonly<Record<string, unknown>> = {}): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "web", image: "registry.example.com/web:1" }] },
      },
      ...spec,
    },
  };
}

export function deploymentRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: "apps/v1", kind: "Deployment", namespace, name };
}

/** The object of a promise that must hold by now. */
export async function mustGet(port: ClusterPort, ref: ObjectRef): Promise<KubeObject> {
  const object = await port.get(ref);
  assert.ok(object !== null, `${ref.kind} ${ref.name} is not there`);
  return object;
}

/** The fault of a request that must fail with this code. */
export async function faultOf(attempt: Promise<unknown>, code: ClusterFaultCode): Promise<ClusterFault> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(error instanceof ClusterFault, `not a ClusterFault: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    return error;
  }
  assert.fail(`the request succeeded where "${code}" was expected`);
}

const PATIENCE_MS = 40_000;

/** Waits for what a controller brings about. */
export async function eventually(contract: Contract, what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    await contract.cluster.settle();
    if (await check()) return;
    if (performance.now() > deadline) assert.fail(`${what}: not within ${PATIENCE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Who owns which fields, as `manager/operation/subresource`. */
export function managersOf(object: KubeObject): readonly string[] {
  const entries = (object.metadata["managedFields"] ?? []) as readonly Record<string, string>[];
  return entries.map((entry) => [entry["manager"], entry["operation"], entry["subresource"] ?? ""].join("/")).sort();
}
