import { asString, at } from "../../core/model/fields.ts";
import { describeRef, refOf } from "../../core/model/kube-object.ts";
import type { KubeObject, ObjectRef } from "../../core/model/kube-object.ts";
import type { ClusterPort, ListQuery, WatchEvent, WriteOptions } from "../../ports/cluster.ts";

import { expectJson, read, write } from "./exchange.ts";
import type { Answer, Call, Exchange } from "./exchange.ts";
import { listAllPages, listPages } from "./list-pages.ts";
import type { ListRequest } from "./list-pages.ts";
import { asSameObject } from "./object-shape.ts";
import { createResourceCatalogue } from "./resource-catalogue.ts";
import type { ResourceCatalogue } from "./resource-catalogue.ts";
import { addressOf, pathOf } from "./resource-path.ts";
import { fault } from "./status-fault.ts";
import type { Asked } from "./status-fault.ts";
import { DEFAULT_TIMEOUTS } from "./transport.ts";
import type { Retry, Timeouts, Transport } from "./transport.ts";
import { watchEvents } from "./watch-stream.ts";

/** Everything Drover writes is owned under this name (design invariant 12). */
export const FIELD_MANAGER = "drover";

/** What kubectl asks for. */
const DEFAULT_PAGE_SIZE = 500;

export interface ClusterPortSettings {
  /** The cluster's name in the DR repository; it stands in every fault. */
  readonly name: string;
  readonly transport: Transport;
  readonly timeouts?: Partial<Timeouts>;
  /** Absent: a read is tried once, as a write always is. */
  readonly retry?: Retry;
  /** Objects asked for at a time; a list is complete whatever it is. */
  readonly pageSize?: number;
}

/** The parts that every operation needs. */
interface Client {
  readonly exchange: Exchange;
  readonly catalogue: ResourceCatalogue;
}

/**
 * The cluster port over the Kubernetes API. Only what a request needs is remembered (which kinds are served, and where);
 * objects never are.
 */
export function createClusterPort(settings: ClusterPortSettings): ClusterPort {
  const exchange: Exchange = {
    cluster: settings.name,
    transport: settings.transport,
    timeouts: { ...DEFAULT_TIMEOUTS, ...settings.timeouts },
    retry: settings.retry ?? null,
    pageSize: settings.pageSize ?? DEFAULT_PAGE_SIZE,
  };
  const client: Client = { exchange, catalogue: createResourceCatalogue(exchange) };
  return {
    name: settings.name,
    version: () => readVersion(exchange),
    discover: () => client.catalogue.discover(),
    get: (ref) => getObject(client, ref),
    list: async (query) => listAllPages(exchange, await listRequest(client, query, "list")),
    listPages: async (query, sink) => listPages(exchange, await listRequest(client, query, "list"), sink),
    watch: (query, resourceVersion, signal) => watchObjects(client, query, { resourceVersion, signal }),
    create: (object, options) => createObject(client, object, options ?? {}),
    apply: (object, options) => applyObject(client, object, options ?? {}),
    patch: (ref, patch, options) => patchObject(client, { ref, patch }, options ?? {}),
    delete: (ref, preconditions) => deleteObject(client, ref, preconditions ?? {}),
  };
}

async function readVersion(exchange: Exchange): Promise<string> {
  const asked: Asked = { cluster: exchange.cluster, action: "read the server's version", kind: null };
  const json = expectJson(await read(exchange, { ...asked, method: "GET", path: "/version" }), asked);
  const version = asString(at(json, "gitVersion"));
  if (version === null) throw fault("malformed", asked, "no gitVersion in the answer");
  return version;
}

async function getObject(client: Client, ref: ObjectRef): Promise<KubeObject | null> {
  const asked = askedFor(client, "read", ref);
  const resource = await client.catalogue.find(ref, asked);
  const path = pathOf(addressOf(resource, ref, asked));
  const answer = await read(client.exchange, { ...asked, method: "GET", path });
  return saysAbsent(answer, ref) ? null : asSameObject(expectJson(answer, asked), ref, asked);
}

async function listRequest(client: Client, query: ListQuery, verb: string): Promise<ListRequest> {
  const where = query.namespace === null ? "" : ` in namespace ${query.namespace}`;
  const asked: Asked = { cluster: client.exchange.cluster, action: `${verb} ${query.kind}${where}`, kind: query.kind };
  const resource = await client.catalogue.find(query, asked);
  if (query.namespace === "" || (query.namespace !== null && !resource.namespaced)) {
    throw fault("invalid", asked, resource.namespaced ? "the namespace is empty" : "the kind has no namespaces");
  }
  return { query, resource, asked };
}

async function* watchObjects(
  client: Client,
  query: ListQuery,
  from: { readonly resourceVersion: string; readonly signal: AbortSignal },
): AsyncGenerator<WatchEvent> {
  yield* watchEvents(client.exchange, { ...(await listRequest(client, query, "watch")), ...from });
}

async function createObject(client: Client, object: KubeObject, options: WriteOptions): Promise<KubeObject> {
  const ref = refOf(object);
  const asked = askedFor(client, "create", ref);
  if (object.metadata.resourceVersion !== undefined) {
    throw fault("invalid", asked, "something new has no resourceVersion"); // the server would answer 500
  }
  const resource = await client.catalogue.find(ref, asked);
  const { namespace } = addressOf(resource, ref, asked);
  const path = pathOf({ resource, namespace }, writeQuery(options));
  return writeObject(client, ref, { ...asked, method: "POST", path, body: object, ...timeoutOf(options) });
}

async function applyObject(
  client: Client,
  object: KubeObject,
  options: WriteOptions & { readonly force?: boolean },
): Promise<KubeObject> {
  const ref = refOf(object);
  const asked = askedFor(client, "apply", ref);
  const resource = await client.catalogue.find(ref, asked);
  const query = { ...writeQuery(options), force: options.force === true ? "true" : "false" };
  const path = pathOf(addressOf(resource, ref, asked), query);
  const call = { ...asked, method: "PATCH", path, contentType: "application/apply-patch+yaml", body: object } as const;
  return writeObject(client, ref, { ...call, ...timeoutOf(options) });
}

async function patchObject(
  client: Client,
  { ref, patch }: { readonly ref: ObjectRef; readonly patch: Readonly<Record<string, unknown>> },
  options: WriteOptions & { readonly subresource?: "status" | "scale" },
): Promise<KubeObject> {
  const part = options.subresource;
  const asked = askedFor(client, part === undefined ? "change" : `change the ${part} of`, ref);
  const resource = await client.catalogue.find(ref, asked);
  const address = addressOf(resource, ref, asked);
  const path = pathOf(part === undefined ? address : { ...address, subresource: part }, writeQuery(options));
  const call = { ...asked, method: "PATCH", path, contentType: "application/merge-patch+json", body: patch } as const;
  const expected = part === "scale" ? { ...ref, apiVersion: "autoscaling/v1", kind: "Scale" } : ref;
  return writeObject(client, expected, { ...call, ...timeoutOf(options) });
}

async function deleteObject(
  client: Client,
  ref: ObjectRef,
  preconditions: { readonly uid?: string; readonly resourceVersion?: string },
): Promise<void> {
  const asked = askedFor(client, "delete", ref);
  const resource = await client.catalogue.find(ref, asked);
  const path = pathOf(addressOf(resource, ref, asked));
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background", preconditions };
  const answer = await write(client.exchange, { ...asked, method: "DELETE", path, body });
  if (!saysAbsent(answer, ref)) expectJson(answer, asked);
}

async function writeObject(client: Client, expected: ObjectRef, call: Call): Promise<KubeObject> {
  return asSameObject(expectJson(await write(client.exchange, call), call), expected, call);
}

/**
 * Whether the server says that this object is not there. A 404 about anything else (the kind was removed, a proxy's
 * page) is not absence: concluding it would delete what merely can't be seen.
 */
function saysAbsent(answer: Answer, ref: ObjectRef): boolean {
  return (
    answer.status === 404 &&
    at(answer.json, "kind") === "Status" &&
    at(answer.json, "reason") === "NotFound" &&
    at(answer.json, "details", "name") === ref.name
  );
}

function askedFor(client: Client, action: string, ref: ObjectRef): Asked {
  return { cluster: client.exchange.cluster, action: `${action} ${describeRef(ref)}`, kind: ref.kind };
}

/** Unknown fields are refused by the server: a misspelt field that is silently dropped is no protection. */
function writeQuery(options: WriteOptions): Record<string, string | undefined> {
  return {
    fieldManager: FIELD_MANAGER,
    fieldValidation: "Strict",
    dryRun: options.dryRun === true ? "All" : undefined,
  };
}

function timeoutOf(options: WriteOptions): Pick<Call, "timeoutMs"> {
  return options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs };
}
