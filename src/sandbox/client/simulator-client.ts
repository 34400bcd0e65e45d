import { asFields, asList, asString, at, isFields } from "../../core/model/fields.ts";
import { type KindRef, type KubeObject, type ObjectRef, refOf } from "../../core/model/kube-object.ts";
import { createListCache, type ListCache } from "./list-cache.ts";
import { collectionPath, objectPath } from "./resource-names.ts";
import { hasCode, SimulatorFault, type SimulatorFaultCode } from "./simulator-fault.ts";
import type { ApiRequest, Transport } from "./transport.ts";

export interface DeleteOptions {
  readonly propagation?: "Background" | "Foreground" | "Orphan";
  readonly gracePeriodSeconds?: number;
  readonly uid?: string;
}

/**
 * What a simulated controller may ask of an API server: the ordinary REST verbs and nothing else, so that the same
 * simulators run on the embedded and on a genuine one. Every method throws `SimulatorFault`.
 */
export interface SimulatorClient {
  readonly cluster: string;
  /** Counts the writes to a kind; null when the server can't tell, and then everything must be looked at again. */
  generation(kind: KindRef): number | null;
  version(): Promise<string>;
  get(ref: ObjectRef): Promise<KubeObject | null>;
  /** All objects of the kind in the cluster, in the order of namespace and name. */
  list(kind: KindRef): Promise<readonly KubeObject[]>;
  create(object: KubeObject): Promise<KubeObject>;
  /** PUT of the whole object, as Stork writes; its resourceVersion makes it conditional. */
  replace(object: KubeObject): Promise<KubeObject>;
  mergePatch(
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    subresource?: "status" | "scale",
  ): Promise<KubeObject>;
  /** false when it was already gone. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean>;
}

export interface SimulatorClientOptions {
  /** Name for messages. */
  readonly cluster: string;
  readonly transport: Transport;
  /** Field manager of the writes, e.g. `stork`. */
  readonly manager: string;
  readonly cache?: ListCache;
}

export function createSimulatorClient(options: SimulatorClientOptions): SimulatorClient {
  const { cluster } = options;
  const cache = options.cache ?? createListCache(null);
  const manager = `fieldManager=${encodeURIComponent(options.manager)}`;
  const ask = (request: Ask): Promise<unknown> => send(options, request);
  const object = async (request: Ask): Promise<KubeObject> => asObject(await ask(request), request.path);
  return {
    cluster,
    generation: (kind) => cache.generation(kind),
    version: async () => asString(at(await ask({ method: "GET", path: "/version" }), "gitVersion")) ?? "",
    get: async (ref) => {
      try {
        return await object({ method: "GET", path: objectPath(ref) });
      } catch (error) {
        if (hasCode(error, "not-found")) return null;
        throw error;
      }
    },
    list: async (kind) => {
      const kept = cache.find(kind);
      if (kept !== null) return kept;
      const readAt = cache.generation(kind);
      const items = typed(kind, await ask({ method: "GET", path: collectionPath(kind, null) }));
      cache.keep(kind, readAt, items);
      return items;
    },
    create: (created) => {
      const { namespace } = refOf(created);
      return object({ method: "POST", path: `${collectionPath(created, namespace)}?${manager}`, body: created });
    },
    replace: (next) => object({ method: "PUT", path: `${objectPath(refOf(next))}?${manager}`, body: next }),
    mergePatch: (ref, patch, subresource) => {
      const path = `${objectPath(ref)}${subresource === undefined ? "" : `/${subresource}`}?${manager}`;
      return object({ method: "PATCH", path, body: patch, type: "application/merge-patch+json" });
    },
    delete: async (ref, deletion = {}) => {
      try {
        await ask({ method: "DELETE", path: objectPath(ref), body: deleteBody(deletion) });
        return true;
      } catch (error) {
        if (hasCode(error, "not-found")) return false;
        throw error;
      }
    },
  };
}

function deleteBody({
  propagation = "Background",
  gracePeriodSeconds,
  uid,
}: DeleteOptions): Readonly<Record<string, unknown>> {
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: propagation,
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(uid === undefined ? {} : { preconditions: { uid } }),
  };
}

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
}

async function send({ cluster, transport, manager }: SimulatorClientOptions, ask: Ask): Promise<unknown> {
  const headers: Record<string, string> = { accept: "application/json", "user-agent": `${manager}/sandbox` };
  const request: ApiRequest = { method: ask.method, path: ask.path, headers };
  if (ask.body !== undefined) headers["content-type"] = ask.type ?? "application/json";
  const answer = await transport(ask.body === undefined ? request : { ...request, body: JSON.stringify(ask.body) });
  const where = `${ask.method} ${ask.path} on ${cluster}`;
  if (typeof answer.body !== "string") throw new SimulatorFault("malformed", `${where}: a stream was not asked for`);
  if (answer.status < 300) return parse(answer.body, where);
  // A path that is not served yet is refused in plain text.
  const content = answer.body.startsWith("{") ? parse(answer.body, where) : null;
  throw new SimulatorFault(
    faultCode(answer.status, content),
    `${where}: ${asString(at(content, "message")) ?? `${answer.status} ${answer.body.slice(0, 200)}`}`,
  );
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SimulatorFault("malformed", `${where}: the answer is not JSON`, { cause });
  }
}

function faultCode(status: number, content: unknown): SimulatorFaultCode {
  if (status === 404) return "not-found";
  if (status === 409) return asFields(content)["reason"] === "AlreadyExists" ? "already-exists" : "conflict";
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 429) return "throttled";
  return status >= 500 ? "server-error" : "invalid";
}

function asObject(content: unknown, path: string): KubeObject {
  if (isKubeObject(content)) return content;
  throw new SimulatorFault("malformed", `${path}: the answer is not an object`);
}

function isKubeObject(content: unknown): content is KubeObject {
  return isFields(content) && typeof content["kind"] === "string" && isFields(content["metadata"]);
}

/** Items of a list don't repeat their kind on a genuine server. */
function typed({ apiVersion, kind }: KindRef, list: unknown): readonly KubeObject[] {
  return asList(at(list, "items")).map((item) => asObject({ ...asFields(item), apiVersion, kind }, `list of ${kind}`));
}
