import assert from "node:assert/strict";
import { it } from "node:test";

import type { Transport } from "../../src/adapters/kubernetes/transport.ts";
import { asList } from "../../src/core/model/fields.ts";
import type { KubeObject, ObjectRef } from "../../src/core/model/kube-object.ts";
import type { ClusterPort, ListQuery } from "../../src/ports/cluster.ts";

import {
  configMap,
  configMapRef,
  deploymentRef,
  faultOf,
  newName,
  portOver,
  raw,
  secret,
} from "./cluster-under-test.ts";
import type { Contract } from "./cluster-under-test.ts";

type Open = () => Contract;

export function promisesOfReading(contract: Open): void {
  versionAndDiscovery(contract);
  singleObjects(contract);
  selections(contract);
  pages(contract);
  permissions(contract);
}

function versionAndDiscovery(contract: Open): void {
  it("tells its version", async () => {
    assert.match(await contract().port.version(), /^v1\.\d+\.\d+/);
  });

  it("discovers each kind once, without subresources", async () => {
    const { resources: served, stale } = await contract().port.discover();
    assert.deepEqual(stale, []);
    const find = (kind: string): unknown => served.find((resource) => resource.kind === kind);
    const [deployments, namespaces] = [find("Deployment"), find("Namespace")] as Record<string, unknown>[];
    assert.deepEqual(
      [deployments?.["apiVersion"], deployments?.["plural"], deployments?.["namespaced"]],
      ["apps/v1", "deployments", true],
    );
    assert.deepEqual(
      [namespaces?.["apiVersion"], namespaces?.["plural"], namespaces?.["namespaced"]],
      ["v1", "namespaces", false],
    );
    for (const kind of [
      "Pod",
      "StatefulSet",
      "CronJob",
      "Job",
      "Service",
      "PersistentVolume",
      "StorageClass",
      "Lease",
    ]) {
      assert.ok(find(kind) !== undefined, kind);
    }
    for (const verb of ["get", "list", "watch", "create", "patch", "delete"]) {
      assert.ok(asList(deployments?.["verbs"]).includes(verb), verb);
    }
    assert.ok(served.every((resource) => !resource.plural.includes("/")));
    const keys = served.map((resource) => `${resource.apiVersion.replace(/[^/]*$/, "")}${resource.plural}`);
    assert.equal(new Set(keys).size, keys.length);
  });

  it("discovers the same with and without aggregated discovery", async () => {
    const { cluster, port } = contract();
    const old: Transport = (request) =>
      cluster.transport({ ...request, headers: { ...request.headers, accept: "application/json" } });
    const listed = async (from: ClusterPort): Promise<readonly string[]> =>
      (await from.discover()).resources
        .map((found) => `${found.apiVersion} ${found.kind} ${found.plural} ${found.namespaced}`)
        .sort();
    assert.deepEqual(await listed(portOver(old)), await listed(port));
  });
}

function singleObjects(contract: Open): void {
  it("answers null for an object that is not there, also in a namespace that is not there", async () => {
    const { port, namespace } = contract();
    assert.equal(await port.get(configMapRef(namespace, newName("absent"))), null);
    assert.equal(await port.get(deploymentRef(newName("absent"), "web")), null);
  });

  it("throws for a kind that is not served: that is no absence", async () => {
    const { port, namespace } = contract();
    const query = { apiVersion: "unknown.example.com/v1", kind: "Unknown", namespace };
    await faultOf(port.get({ ...query, name: "x" }), "not-found");
    await faultOf(port.list(query), "not-found");
    await faultOf(port.get({ ...query, apiVersion: "apps/v1", name: "x" }), "not-found");
  });

  it("gives every object its identity, version and creation time", async () => {
    const { port, namespace } = contract();
    const name = newName("identity");
    await port.create(configMap(namespace, name));
    const { metadata, ...object } = (await port.get(configMapRef(namespace, name))) ?? assert.fail();
    assert.deepEqual([object.apiVersion, object.kind, object["data"]], ["v1", "ConfigMap", { key: "value" }]);
    assert.match(metadata.uid ?? "", /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    assert.match(metadata.resourceVersion ?? "", /^[1-9]\d*$/);
    assert.match(metadata.creationTimestamp ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(metadata.generation, undefined);
  });

  it("has kube-system, by whose UID a cluster is known", async () => {
    const system = await contract().port.get({
      apiVersion: "v1",
      kind: "Namespace",
      namespace: null,
      name: "kube-system",
    });
    assert.match(system?.metadata.uid ?? "", /^[0-9a-f-]{36}$/);
  });
}

function selections(contract: Open): void {
  it("selects by labels", async () => {
    const { port, namespace } = contract();
    const set = newName("set");
    const make = (name: string, labels: Record<string, string>): Promise<unknown> => {
      const object = configMap(namespace, `${set}-${name}`);
      return port.create({ ...object, metadata: { ...object.metadata, labels: { set, ...labels } } });
    };
    await Promise.all([make("a", { tier: "web" }), make("b", { tier: "db" }), make("c", {})]);
    const names = async (selector: string): Promise<string> => {
      const query = { apiVersion: "v1", kind: "ConfigMap", namespace, labelSelector: `set=${set},${selector}` };
      return (await port.list(query)).items.map((item) => item.metadata.name.slice(-1)).join("");
    };
    assert.equal(await names("tier=web"), "a");
    assert.equal(await names("tier!=web"), "bc");
    assert.equal(await names("tier in (web, db)"), "ab");
    assert.equal(await names("tier notin (web)"), "bc");
    assert.equal(await names("tier"), "ab");
    assert.equal(await names("!tier"), "c");
    await faultOf(names("tier=(("), "invalid");
  });

  it("lists one namespace or the whole cluster, each item complete and in the order of names", async () => {
    const { port, namespace } = contract();
    const kind = { apiVersion: "v1", kind: "ConfigMap" } as const;
    await Promise.all(["z", "a", "m"].map((name) => port.create(configMap(namespace, newName(name)))));
    const { items, resourceVersion } = await port.list({ ...kind, namespace });
    const names = items.map((item) => item.metadata.name);
    assert.deepEqual(names, [...names].sort());
    assert.ok(items.every((item) => item.apiVersion === "v1" && item.kind === "ConfigMap"));
    assert.match(resourceVersion, /^[1-9]\d*$/);
    const everywhere = (await port.list({ ...kind, namespace: null })).items;
    assert.equal(everywhere.filter((item) => item.metadata.namespace === namespace).length, items.length);
    assert.deepEqual((await port.list({ ...kind, namespace: newName("absent") })).items, []);
  });

  it("selects by name, as kubectl does to watch one object", async () => {
    const { port, namespace } = contract();
    const name = newName("by-name");
    await port.create(configMap(namespace, name));
    const path = `/api/v1/namespaces/${namespace}/configmaps?fieldSelector=metadata.name%3D${name}`;
    const answer = await raw(contract(), `GET ${path}&resourceVersion=0`);
    assert.deepEqual([answer.json.kind, answer.json.items.length], ["ConfigMapList", 1]);
  });
}

/** Counts the pages of lists, and does something between the first and the second one. */
function between(
  contract: Contract,
  interrupt: (page: number) => Promise<void>,
): { transport: Transport; pages: () => number } {
  let pages = 0;
  const transport: Transport = async (request) => {
    if (!request.path.includes("limit=")) return contract.cluster.transport(request);
    if (request.path.includes("continue=")) await interrupt(pages);
    pages++;
    return contract.cluster.transport(request);
  };
  return { transport, pages: () => pages };
}

interface Eight {
  readonly set: string;
  readonly query: ListQuery;
  readonly ref: (letter: string) => ObjectRef;
}

/** Eight objects, from a to h, that no other test lists. */
async function eight({ port, namespace }: Contract, kind: "ConfigMap" | "Secret"): Promise<Eight> {
  const set = newName("pages");
  const make = (letter: string): KubeObject => ({ ...secret(namespace, `${set}-${letter}`, { set }), kind });
  await Promise.all(
    [..."abcdefgh"].map((letter) => port.create(kind === "Secret" ? make(letter) : { ...make(letter), data: {} })),
  );
  return {
    set,
    query: { apiVersion: "v1", kind, namespace, labelSelector: `set=${set}` },
    ref: (letter) => ({ apiVersion: "v1", kind, namespace, name: `${set}-${letter}` }),
  };
}

function lettersOf(items: readonly KubeObject[]): string {
  return items.map((item) => item.metadata.name.slice(-1)).join("");
}

function pages(contract: Open): void {
  it("puts pages together to the state of one moment", async () => {
    const { port, namespace } = contract();
    const { set, query, ref } = await eight(contract(), "ConfigMap");
    const { transport, pages } = between(contract(), async (page) => {
      if (page !== 1) return;
      await port.delete(ref("h"));
      const late = configMap(namespace, `${set}-i`);
      await port.create({ ...late, metadata: { ...late.metadata, labels: { set } } });
    });
    assert.equal(lettersOf((await portOver(transport, { pageSize: 3 }).list(query)).items), "abcdefgh");
    assert.equal(pages(), 3);
    assert.equal(lettersOf((await port.list(query)).items), "abcdefgi");
  });

  it("starts a list again when the server forgot its position", async () => {
    const { port, cluster } = contract();
    const { query, ref } = await eight(contract(), "Secret");
    const { transport, pages } = between(contract(), async (page) => {
      if (page !== 1) return;
      await port.delete(ref("h"));
      await cluster.expireHistory();
    });
    assert.equal(lettersOf((await portOver(transport, { pageSize: 3 }).list(query)).items), "abcdefg");
    assert.equal(pages(), 5);
  });

  it("hands pages over as they come, says when they are void, and stops when asked to", async () => {
    const { port, cluster } = contract();
    const { query, ref } = await eight(contract(), "Secret");
    const { transport } = between(contract(), async (page) => {
      if (page !== 1) return;
      await port.delete(ref("h"));
      await cluster.expireHistory();
    });
    const seen: string[] = [];
    const sink = {
      page: (items: readonly KubeObject[]) => void seen.push(lettersOf(items)),
      restart: () => void seen.push("restart"),
    };
    const read = await portOver(transport, { pageSize: 3 }).listPages(query, sink);
    assert.deepEqual([read.state, seen], ["complete", ["abc", "restart", "abc", "def", "g"]]);
    const first: string[] = [];
    const stopped = await portOver(cluster.transport, { pageSize: 3 }).listPages(query, {
      page: (items) => void first.push(lettersOf(items)),
      restart: () => assert.fail("nothing was forgotten"),
      goOn: (remaining) => {
        assert.ok(remaining === null || remaining > 0);
        return false;
      },
    });
    assert.deepEqual([stopped, first], [{ state: "stopped" }, ["abc"]]);
  });

  it("gives up with `gone`, not with half a list, when that happens again", async () => {
    const { port, cluster, namespace } = contract();
    const { query } = await eight(contract(), "Secret");
    const { transport } = between(contract(), async () => {
      await port.create(secret(namespace, newName("churn")));
      await cluster.expireHistory();
    });
    await faultOf(portOver(transport, { pageSize: 3 }).list(query), "gone");
  });
}

function permissions(contract: Open): void {
  it("says forbidden to a user without the right, and nothing about what is there", async (test) => {
    const { cluster, namespace } = contract();
    if (cluster.stranger === null) return test.skip("no users on this cluster");
    const port = portOver(cluster.stranger);
    await faultOf(port.list({ apiVersion: "v1", kind: "Secret", namespace }), "forbidden");
    await faultOf(port.get(configMapRef(namespace, newName("absent"))), "forbidden");
    await faultOf(port.create(configMap(namespace, newName("refused"))), "forbidden");
  });

  it("says unauthorized to a credential that nobody knows", async (test) => {
    const { cluster, namespace } = contract();
    if (cluster.unknown === null) return test.skip("no users on this cluster");
    await faultOf(portOver(cluster.unknown).list({ apiVersion: "v1", kind: "Secret", namespace }), "unauthorized");
  });
}
