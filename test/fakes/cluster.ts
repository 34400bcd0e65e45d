import assert from "node:assert/strict";
import { type KubeObject, type ObjectRef, groupOf, refKey, refOf } from "../../src/core/model/kube-object.ts";
import { isFields } from "../../src/core/model/fields.ts";
import {
  ClusterFault,
  type ClusterFaultCode,
  type ClusterPort,
  type ListQuery,
  type ObjectList,
} from "../../src/ports/cluster.ts";

export interface FakeCluster extends ClusterPort {
  readonly objects: Map<string, KubeObject>;
  /** Every write, as `verb Kind name`. */
  readonly writes: string[];
  put(object: KubeObject): void;
  find(ref: ObjectRef): KubeObject | null;
  /** Objects that applying never succeeds for, by kind and name, e.g. `Route shop`. */
  readonly refuses: Map<string, ClusterFaultCode>;
  /** Runs once, before the next request of that verb; may change the state or throw. */
  before(verb: Verb, act: () => void | Promise<void>): void;
}

type Verb = "get" | "list" | "create" | "apply" | "patch" | "delete";

/** A cluster as data: resourceVersions, conflicts and merge patches as Kubernetes has them, nothing runs in it. */
export function fakeCluster(name: string, initial: readonly KubeObject[] = []): FakeCluster {
  const objects = new Map<string, KubeObject>();
  const writes: string[] = [];
  const refuses = new Map<string, ClusterFaultCode>();
  const hooks: { verb: Verb; act: () => void | Promise<void> }[] = [];
  let version = 100;
  const store = (object: KubeObject): KubeObject => {
    version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    objects.set(refKey(refOf(object)), stored);
    return stored;
  };
  const fault = (code: ClusterFaultCode, message: string): ClusterFault => new ClusterFault(code, name, message);
  const meet = async (verb: Verb): Promise<void> => {
    const index = hooks.findIndex((hook) => hook.verb === verb);
    if (index >= 0) await hooks.splice(index, 1)[0]?.act();
  };
  for (const object of initial) store(object);
  const find = (ref: ObjectRef): KubeObject | null => objects.get(refKey(ref)) ?? null;
  const list = async ({ apiVersion, kind, namespace }: ListQuery): Promise<ObjectList> => {
    await meet("list");
    const items = [...objects.values()].filter(
      (object) =>
        object.kind === kind &&
        groupOf(object.apiVersion) === groupOf(apiVersion) &&
        (namespace === null || object.metadata.namespace === namespace),
    );
    return { resourceVersion: String(version), items };
  };
  return {
    name,
    objects,
    writes,
    refuses,
    put: (object) => void store(object),
    find,
    before: (verb, act) => void hooks.push({ verb, act }),
    version: () => Promise.resolve("v1.36.3"),
    discover: () => Promise.resolve({ resources: [], stale: [] }),
    async get(ref) {
      await meet("get");
      return find(ref);
    },
    list,
    async listPages(query, sink) {
      const { items, resourceVersion } = await list(query);
      sink.page(items);
      return { state: "complete", resourceVersion };
    },
    watch: () => assert.fail("not watched here"),
    async create(object) {
      await meet("create");
      if (find(refOf(object)) !== null) throw fault("already-exists", `${object.metadata.name} exists`);
      writes.push(`create ${object.kind} ${object.metadata.name}`);
      return store(object);
    },
    async apply(object, options = {}) {
      await meet("apply");
      const refused = refuses.get(`${object.kind} ${object.metadata.name}`);
      if (refused !== undefined) throw fault(refused, `not this ${object.kind}`);
      const live = find(refOf(object));
      const asked = object.metadata.resourceVersion;
      if (live !== null && asked !== undefined && asked !== live.metadata.resourceVersion) {
        throw fault("conflict", "the object has been modified");
      }
      if (options.dryRun === true) return { ...live, ...object };
      writes.push(`apply ${object.kind} ${object.metadata.name}`);
      return store({ ...live, ...object, metadata: { ...live?.metadata, ...object.metadata } });
    },
    async patch(ref, patch) {
      await meet("patch");
      const live = find(ref);
      if (live === null) throw fault("not-found", `${ref.name} is not there`);
      const asked = isFields(patch["metadata"]) ? patch["metadata"]["resourceVersion"] : undefined;
      if (asked !== undefined && asked !== live.metadata.resourceVersion) throw fault("conflict", "modified");
      writes.push(`patch ${ref.kind} ${ref.name}`);
      return store(merge(live, patch) as KubeObject);
    },
    async delete(ref) {
      await meet("delete");
      writes.push(`delete ${ref.kind} ${ref.name}`);
      objects.delete(refKey(ref));
    },
  };
}

/** JSON merge patch (RFC 7386). */
function merge(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result: Record<string, unknown> = isFields(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}
