import { asFields, asString, at, isFields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { ClusterFault } from "../../ports/cluster.ts";
import type { ApiResource, ListQuery, ObjectList } from "../../ports/cluster.ts";

import { expectJson, read } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";
import { asObject } from "./object-shape.ts";
import { pathOf } from "./resource-path.ts";
import { fault } from "./status-fault.ts";
import type { Asked } from "./status-fault.ts";

/** What a list asks for, with the kind already found. */
export interface ListRequest {
  readonly query: ListQuery;
  readonly resource: ApiResource;
  readonly asked: Asked;
}

/** Ends a list whose server never stops handing out pages. */
const MOST_PAGES = 2_000;

/**
 * All pages of one consistent read. A position expires when the server compacts its history meanwhile (410); the list
 * then starts again once, so that never two states are mixed, and otherwise fails as a whole.
 */
export async function listAllPages(exchange: Exchange, request: ListRequest): Promise<ObjectList> {
  try {
    return await listOnce(exchange, request);
  } catch (error) {
    if (!(error instanceof ClusterFault) || error.code !== "gone") throw error;
    return listOnce(exchange, request);
  }
}

async function listOnce(exchange: Exchange, request: ListRequest): Promise<ObjectList> {
  const items: KubeObject[] = [];
  let position: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const json = await readPage(exchange, request, position);
    const resourceVersion = asString(at(json, "metadata", "resourceVersion"));
    if (resourceVersion === null) throw fault("malformed", request.asked, "the list has no resourceVersion");
    for (const item of itemsOf(json, request)) items.push(item);
    const next = asString(at(json, "metadata", "continue")) ?? "";
    if (next === "") return { resourceVersion, items };
    if (next === position) throw fault("malformed", request.asked, "the list repeats a page");
    position = next;
  }
  throw fault("too-large", request.asked, `the list has more than ${MOST_PAGES} pages`);
}

async function readPage(exchange: Exchange, request: ListRequest, position: string | undefined): Promise<unknown> {
  const { query, resource, asked } = request;
  const path = pathOf(
    { resource, namespace: query.namespace },
    { labelSelector: query.labelSelector, limit: String(exchange.pageSize), continue: position },
  );
  return expectJson(await read(exchange, { ...asked, method: "GET", path }), asked);
}

/** Items of built-in lists carry neither apiVersion nor kind; both follow from the list's own. */
function itemsOf(json: unknown, { query, asked }: ListRequest): readonly KubeObject[] {
  const { kind, items } = asFields(json);
  if (kind !== `${query.kind}List` && kind !== "List")
    throw fault("malformed", asked, "the answer is not the list asked for");
  if (items === null) return []; // Go's empty slice
  if (!Array.isArray(items)) throw fault("malformed", asked, "the list has no items");
  return items.map((item: unknown) => {
    if (!isFields(item)) throw fault("malformed", asked, "an item of the list is not an object");
    return asObject({ ...item, apiVersion: query.apiVersion, kind: query.kind }, asked);
  });
}
