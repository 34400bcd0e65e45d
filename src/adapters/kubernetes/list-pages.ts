import type { ApiResource } from "../../core/model/api-resource.ts";
import { asNumber, asFields, asString, at, isFields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { ClusterFault } from "../../ports/cluster.ts";
import type { ListQuery, ObjectList, PageSink, PagesRead } from "../../ports/cluster.ts";

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

/** All pages of one consistent read, in one piece. */
export async function listAllPages(exchange: Exchange, request: ListRequest): Promise<ObjectList> {
  let items: KubeObject[] = [];
  const sink: PageSink = {
    page: (objects) => {
      for (const object of objects) items.push(object);
    },
    restart: () => {
      items = [];
    },
  };
  const read = await listPages(exchange, request, sink);
  if (read.state === "stopped") throw fault("malformed", request.asked, "the list was not read to its end");
  return { resourceVersion: read.resourceVersion, items };
}

/**
 * All pages of one consistent read, each handed over as it comes. A position expires when the server compacts its history
 * meanwhile (410); the list then starts again once, so that never two states are mixed, and otherwise fails as a whole.
 */
export async function listPages(exchange: Exchange, request: ListRequest, sink: PageSink): Promise<PagesRead> {
  try {
    return await listOnce(exchange, request, sink);
  } catch (error) {
    if (!(error instanceof ClusterFault) || error.code !== "gone") throw error;
    sink.restart();
    return listOnce(exchange, request, sink);
  }
}

async function listOnce(exchange: Exchange, request: ListRequest, sink: PageSink): Promise<PagesRead> {
  let position: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const json = await readPage(exchange, request, position);
    const resourceVersion = asString(at(json, "metadata", "resourceVersion"));
    if (resourceVersion === null) throw fault("malformed", request.asked, "the list has no resourceVersion");
    sink.page(itemsOf(json, request));
    const next = asString(at(json, "metadata", "continue")) ?? "";
    if (next === "") return { state: "complete", resourceVersion };
    if (next === position) throw fault("malformed", request.asked, "the list repeats a page");
    if (sink.goOn?.(asNumber(at(json, "metadata", "remainingItemCount"))) === false) return { state: "stopped" };
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
  for (const item of items as readonly unknown[]) {
    if (!isFields(item)) throw fault("malformed", asked, "an item of the list is not an object");
    // Nobody else holds what was just parsed: a copy of each object would cost a tenth of the whole capture.
    Object.assign(item, { apiVersion: query.apiVersion, kind: query.kind });
    asObject(item, asked);
  }
  return items as readonly KubeObject[];
}
