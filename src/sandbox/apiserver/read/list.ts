import { asFields, asNumber, asString } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext } from "../api-context.ts";
import { ApiError, badRequest, expired, invalid, invalidValue } from "../api-error.ts";
import { wholeNumber } from "../request-target.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { parseFieldSelector, parseLabelSelector } from "../selectors.ts";
import type { ObjectPredicate } from "../selectors.ts";
import { objectKey } from "../store.ts";
import type { ListMetadata } from "./representation.ts";

/** What is asked of a collection. */
export interface CollectionQuery {
  readonly type: ResourceType;
  /** Null lists all namespaces. */
  readonly namespace: string | null;
  readonly query: ReadonlyMap<string, string>;
}

const compactedMessage =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results.";

/** All conditions of a collection request in one predicate; null when everything matches. */
export function predicateOf({ type, namespace, query }: CollectionQuery): ObjectPredicate | null {
  const scope = {
    storageKey: type.storageKey,
    ...(type.origin.type === "custom" ? { selectableFields: type.origin.selectableFields } : {}),
  };
  const tests = [
    namespace === null ? null : (object: KubeObject) => object.metadata.namespace === namespace,
    parseLabelSelector(query.get("labelSelector")),
    parseFieldSelector(query.get("fieldSelector"), scope),
  ].filter((test) => test !== null);
  if (tests.length === 0) return null;
  return (object) => tests.every((test) => test(object));
}

interface ContinueToken {
  readonly revision: number;
  /** Key of the last object that was returned. */
  readonly start: string;
}

function writeToken(token: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: token.revision, start: token.start })).toString(
    "base64url",
  );
}

function readToken(text: string): ContinueToken {
  const refusal = badRequest("continue key is not valid: it was not made by this server");
  try {
    const token = asFields(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    const revision = asNumber(token["rv"]);
    const start = asString(token["start"]);
    if (revision === null || start === null) throw refusal;
    return { revision, start };
  } catch {
    throw refusal;
  }
}

function exactRevision(query: ReadonlyMap<string, string>, current: number): number | null {
  const wanted = wholeNumber(query, "resourceVersion");
  if (wanted !== null && wanted > current)
    throw new ApiError("Timeout", `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    });
  const match = query.get("resourceVersionMatch");
  if (match !== undefined && wanted === null)
    throw invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", [
      invalidValue(
        "resourceVersionMatch",
        match,
        "resourceVersionMatch is forbidden unless resourceVersion is provided",
      ),
    ]);
  return match === "Exact" ? wanted : null;
}

function objectsAt(context: ApiContext, type: ResourceType, revision: number | null): readonly KubeObject[] {
  if (revision === null) return context.store.list(type.storageKey);
  const objects = context.store.listAt(type.storageKey, revision);
  if (objects === null) throw expired(compactedMessage);
  return objects;
}

/** A page of a collection, consistent with the revision of its first page. */
export interface Page {
  readonly items: readonly KubeObject[];
  readonly metadata: ListMetadata;
}

function limited(matching: readonly KubeObject[], page: { limit: number; revision: number; counted: boolean }): Page {
  const items = matching.slice(0, page.limit);
  const last = items.at(-1);
  const resourceVersion = String(page.revision);
  if (last === undefined || items.length === matching.length) return { items, metadata: { resourceVersion } };
  const start = objectKey(last.metadata.namespace, last.metadata.name);
  return {
    items,
    metadata: {
      resourceVersion,
      continue: writeToken({ revision: page.revision, start }),
      ...(page.counted ? { remainingItemCount: matching.length - items.length } : {}),
    },
  };
}

/** LIST, whole or by pages (`limit`, `continue`), at the present or an exact earlier revision. */
export function listObjects(context: ApiContext, request: CollectionQuery): Page {
  const { type, query } = request;
  const text = query.get("continue");
  const token = text === undefined || text === "" ? null : readToken(text);
  const current = context.store.revision();
  const pinned = token === null ? exactRevision(query, current) : token.revision;
  const all = objectsAt(context, type, pinned);
  const predicate = predicateOf(request);
  const matching = all.filter(
    (object) =>
      (token === null || objectKey(object.metadata.namespace, object.metadata.name) > token.start) &&
      (predicate === null || predicate(object)),
  );
  const revision = pinned ?? current;
  const limit = wholeNumber(query, "limit") ?? 0;
  if (limit === 0) return { items: matching, metadata: { resourceVersion: String(revision) } };
  const counted = !query.get("labelSelector") && !query.get("fieldSelector");
  return limited(matching, { limit, revision, counted });
}
