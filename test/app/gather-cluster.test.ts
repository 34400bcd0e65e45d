import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import type { Transport, TransportResponse } from "../../src/adapters/kubernetes/transport.ts";
import { gatherCluster } from "../../src/app/gather-cluster.ts";
import { inParallel } from "../../src/app/in-parallel.ts";
import type { ClusterSpec } from "../../src/core/desired/cluster.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";
import type { ClusterFacts, ReachableCluster } from "../../src/core/observed/cluster-facts.ts";
import { createEmbeddedCluster } from "../../src/sandbox/apiserver/cluster.ts";
import { deployment, namespaceObject, secret } from "../builders/live-objects.ts";

const SPEC = { name: "east", identity: null } as ClusterSpec;

/** Answers a request instead of the cluster; undefined lets it through. */
type Fault = (path: string) => TransportResponse | undefined;

interface Stage {
  readonly requests: string[];
  /** What one pass reads; `namespaces` belong to one application. */
  read(namespaces: readonly string[], fault?: Fault): Promise<ClusterFacts>;
  create(...objects: readonly KubeObject[]): Promise<void>;
}

function stage(): Stage {
  const cluster = createEmbeddedCluster({ name: "east", now: Date.now, newUid: randomUUID });
  const requests: string[] = [];
  const portWith = (fault: Fault) => {
    const transport: Transport = (request) => {
      requests.push(request.path);
      const answer = fault(request.path);
      return answer === undefined ? cluster.handle(request) : Promise.resolve(answer);
    };
    return createClusterPort({ name: "east", transport });
  };
  const own = portWith(() => undefined);
  return {
    requests,
    read: (namespaces, fault = () => undefined) => {
      requests.length = 0;
      return gatherCluster(portWith(fault), { spec: SPEC, applications: [{ name: "shop", namespaces }], provider: [] });
    },
    create: async (...objects) => {
      for (const object of objects) {
        const metadata: Record<string, unknown> = { ...object.metadata };
        for (const field of ["uid", "resourceVersion", "generation"]) delete metadata[field];
        await own.create({ ...object, metadata: metadata as unknown as KubeObject["metadata"] });
      }
    },
  };
}

function failing(code: number, reason: string): TransportResponse {
  const body = { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message: `${reason} it is` };
  return { status: code, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function reachable(facts: ClusterFacts): ReachableCluster {
  return facts.reachable ? facts : assert.fail(facts.why);
}

function shopOf(facts: ClusterFacts) {
  return reachable(facts).applications.get("shop")?.facts ?? assert.fail("not read");
}

function configMap(namespace: string, name: string, meta: object = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ...meta }, data: {} };
}

async function shop(): Promise<Stage> {
  const made = stage();
  await made.create(
    namespaceObject("shop"),
    deployment("shop", "web", { replicas: 1 }),
    configMap("shop", "settings"),
    secret("shop", "db", "x"),
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", namespace: "shop" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    },
  );
  return made;
}

describe("a read of a cluster", () => {
  test("finds every kind that discovery names, and never asks for events, leases or histories", async () => {
    const { read, requests } = await shop();
    const { objects, unread } = shopOf(await read(["shop"]));
    const kinds = new Set(objects.map(({ kind }) => kind));
    for (const kind of ["Namespace", "Deployment", "ConfigMap", "Secret", "PersistentVolumeClaim"])
      assert.ok(kinds.has(kind), kind);
    assert.deepEqual(unread, []);
    const asked = requests.map((path) => path.split("?")[0]?.split("/").at(-1));
    for (const plural of ["networkpolicies", "horizontalpodautoscalers", "poddisruptionbudgets", "rolebindings"]) {
      assert.ok(asked.includes(plural), plural);
    }
    for (const plural of ["events", "leases", "controllerrevisions"]) assert.ok(!asked.includes(plural), plural);
    const lists = requests.filter((path) => path.includes("limit="));
    assert.equal(new Set(lists).size, lists.length, "nothing is listed twice");
  });

  test("100 000 events cost nothing: no request could bring them", async () => {
    const { read, requests } = await shop();
    const items = Array.from({ length: 100_000 }, (_, index) => ({
      metadata: { name: `e${index}`, namespace: "shop" },
    }));
    const flood = JSON.stringify({ kind: "EventList", metadata: { resourceVersion: "1" }, items });
    const { objects } = shopOf(
      await read(["shop"], (path) =>
        /\/events(\?|$)/.test(path) ? { status: 200, headers: {}, body: flood } : undefined,
      ),
    );
    assert.deepEqual(
      [requests.filter((path) => path.includes("event")), objects.filter(({ kind }) => kind === "Event")],
      [[], []],
    );
  });

  for (const [what, answer] of [
    ["forbidden", failing(403, "Forbidden")],
    ["broken", failing(500, "InternalError")],
    ["unavailable", failing(503, "ServiceUnavailable")],
    ["malformed", { status: 200, headers: {}, body: "<html>" }],
  ] as const) {
    test(`a kind that is ${what} is named with its namespace and reason, and the rest is read`, async () => {
      const { read } = await shop();
      const { objects, unread } = shopOf(
        await read(["shop"], (path) => (/\/secrets(\?|$)/.test(path) ? answer : undefined)),
      );
      assert.deepEqual(
        unread.map(({ group, kind, namespace }) => [group, kind, namespace]),
        [["", "Secret", "shop"]],
      );
      assert.match(unread[0]?.reason ?? "", /could not list Secret in namespace shop/);
      assert.ok(objects.some(({ kind }) => kind === "ConfigMap"));
      assert.ok(!objects.some(({ kind }) => kind === "Secret"));
    });

    for (const plural of ["pods", "deployments", "persistentvolumeclaims", "persistentvolumes", "cronjobs"]) {
      test(`${plural} ${what}: the whole cluster counts as unreadable`, async () => {
        const { read } = await shop();
        const facts = await read(["shop"], (path) => (new RegExp(`/${plural}(\\?|$)`).test(path) ? answer : undefined));
        assert.equal(facts.reachable, false);
      });
    }
  }

  test("a list that breaks off after its first page leaves nothing of itself behind", async () => {
    const { read, create } = await shop();
    await create(...Array.from({ length: 501 }, (_, index) => configMap("shop", `many-${index}`)));
    const { objects, unread } = shopOf(
      await read(["shop"], (path) => (path.includes("continue=") ? failing(500, "InternalError") : undefined)),
    );
    assert.deepEqual([objects.some(({ kind }) => kind === "ConfigMap"), unread.length], [false, 1]);
    assert.equal(shopOf(await read(["shop"])).objects.filter(({ kind }) => kind === "ConfigMap").length, 502);
  });

  test("several namespaces: one of many may refuse a kind, and each is read once for all applications", async () => {
    const { read, create, requests } = await shop();
    await create(namespaceObject("cart"), configMap("cart", "own"));
    const { objects, unread } = shopOf(
      await read(["shop", "cart", "absent"], (path) =>
        /namespaces\/cart\/secrets/.test(path) ? failing(403, "Forbidden") : undefined,
      ),
    );
    assert.deepEqual(
      unread.map(({ kind, namespace }) => [kind, namespace]),
      [["Secret", "cart"]],
    );
    const found = objects
      .filter(({ kind }) => ["ConfigMap", "Secret"].includes(kind))
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    assert.deepEqual(found.sort(), ["cart/own", "shop/db", "shop/settings"]);
    assert.ok(!requests.some((path) => path.includes("namespaces/absent/")));
  });

  test("most of a small cluster is read in one list for each kind, or one by one where that is not allowed", async () => {
    const { read, create, requests } = await shop();
    const names = Array.from({ length: 12 }, (_, index) => `team-${index}`);
    await create(...names.flatMap((name) => [namespaceObject(name), configMap(name, "own")]));
    const owned = (facts: ClusterFacts) => shopOf(facts).objects.filter(({ kind }) => kind === "ConfigMap").length;
    assert.equal(owned(await read(names)), 12);
    const wide = requests.length;
    assert.ok(requests.some((path) => path.startsWith("/api/v1/configmaps?")));
    const narrow = await read(names, (path) =>
      path.startsWith("/api/v1/configmaps?") ? failing(403, "Forbidden") : undefined,
    );
    assert.deepEqual([owned(narrow), shopOf(narrow).unread], [12, []]);
    assert.equal(requests.length, wide + 12);
  });

  test("rights in the application's namespaces alone are enough", async () => {
    const { read, create } = await shop();
    const names = Array.from({ length: 12 }, (_, index) => `team-${index}`);
    await create(...names.flatMap((name) => [namespaceObject(name), configMap(name, "own")]));
    const required = ["persistentvolumes", "persistentvolumeclaims"].map((plural) => `/api/v1/${plural}?`);
    const facts = await read(names, (path) => {
      const wide = !path.includes("/namespaces/") && path.includes("limit=");
      return wide && !required.some((start) => path.startsWith(start)) ? failing(403, "Forbidden") : undefined;
    });
    const { objects, unread, namespaces } = shopOf(facts);
    assert.deepEqual([objects.filter(({ kind }) => kind === "ConfigMap").length, namespaces.length], [12, 12]);
    assert.ok(
      unread.every(({ namespace, kind }) => namespace === null && kind !== null),
      "companions alone",
    );
  });

  test("a list of the whole cluster that others fill is given up after its first page", async () => {
    const { read, create, requests } = await shop();
    const names = Array.from({ length: 10 }, (_, index) => `team-${index}`);
    const foreign = Array.from({ length: 20 }, (_, index) => namespaceObject(`other-${index}`));
    await create(...names.map((name) => namespaceObject(name)), ...foreign, configMap("team-1", "own"));
    await create(...Array.from({ length: 1100 }, (_, index) => configMap("other-1", `many-${index}`)));
    const found = shopOf(await read(names)).objects.filter(({ kind }) => kind === "ConfigMap");
    assert.deepEqual(
      found.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      ["team-1/own"],
    );
    const wide = requests.filter((path) => path.startsWith("/api/v1/configmaps?"));
    const narrow = requests.filter((path) => /namespaces\/team-\d\/configmaps\?/.test(path));
    assert.deepEqual([wide.length, narrow.length], [1, 10]);
    assert.ok(!requests.some((path) => path.startsWith("/api/v1/secrets?")), "Secrets of others are not read");
  });

  test("a list that the server forgets begins again and has every object once", async () => {
    const { read, create } = await shop();
    await create(...Array.from({ length: 501 }, (_, index) => configMap("shop", `many-${index}`)));
    let forgotten = 0;
    const { objects, unread } = shopOf(
      await read(["shop"], (path) =>
        path.includes("continue=") && forgotten++ === 0 ? failing(410, "Expired") : undefined,
      ),
    );
    const names = objects.filter(({ kind }) => kind === "ConfigMap").map(({ metadata }) => metadata.name);
    assert.deepEqual([names.length, new Set(names).size, unread], [502, 502, []]);
  });
});

describe("what stands around the namespaces", () => {
  test("owners that no list had are looked up once: there, gone, or unknown", async () => {
    const { read, create } = await shop();
    const rbac = "rbac.authorization.k8s.io/v1";
    await create(
      ...["there", "gone"].map((name) => ({ apiVersion: rbac, kind: "ClusterRole", metadata: { name }, rules: [] })),
    );
    const roles = reachable(await read(["shop"])).surroundings?.companions ?? [];
    const uidOf = (name: string) =>
      roles.find(({ metadata }) => metadata.name === name)?.metadata.uid ?? assert.fail(name);
    const by = (name: string, owner: object) => ({
      ownerReferences: [{ apiVersion: rbac, kind: "ClusterRole", name, controller: true, ...owner }],
    });
    await create(
      configMap("shop", "a", by("there", { uid: uidOf("there") })),
      configMap("shop", "b", by("gone", { uid: uidOf("gone") })),
      configMap("shop", "c", by("x", { uid: "x", apiVersion: "x.example.com/v1", kind: "X" })),
    );
    const absent = { kind: "Status", apiVersion: "v1", reason: "NotFound", code: 404, details: { name: "gone" } };
    const facts = await read(["shop"], (path) =>
      path.endsWith("/clusterroles/gone") ? { status: 404, headers: {}, body: JSON.stringify(absent) } : undefined,
    );
    const looked = [...shopOf(facts).owners];
    assert.deepEqual(
      new Map(looked),
      new Map([
        [uidOf("there"), "exists"],
        [uidOf("gone"), "gone"],
      ]),
    );
  });

  test("companions are read, and one kind that is forbidden is named without failing anything", async () => {
    const { read } = await shop();
    const whole = reachable(await read(["shop"])).surroundings;
    assert.ok(whole !== null && whole.unread.length === 0 && whole.resources.length > 20);
    const facts = await read(["shop"], (path) =>
      path.includes("clusterrolebindings") ? failing(403, "Forbidden") : undefined,
    );
    const unread = reachable(facts).surroundings?.unread.map(({ kind, namespace }) => [kind, namespace]);
    assert.deepEqual(unread, [["ClusterRoleBinding", null]]);
    assert.deepEqual(
      shopOf(facts).unread.map(({ kind }) => kind),
      ["ClusterRoleBinding"],
    );
  });
});

describe("acceptance 7: an aggregated API that does not answer", () => {
  /** Discovery as a server without aggregated discovery gives it, with one more group that answers 503. */
  async function readWith(
    group: string,
    answer = failing(503, "ServiceUnavailable"),
    more: Fault = () => undefined,
  ): Promise<ClusterFacts> {
    const { read } = await shop();
    const version = { groupVersion: `${group}/v1`, version: "v1" };
    const own = ["apps", "batch"].map((name) => ({ name, versions: [{ groupVersion: `${name}/v1`, version: "v1" }] }));
    const groups = [...own.filter(({ name }) => name !== group), { name: group, versions: [version] }];
    const list = { kind: "APIGroupList", apiVersion: "v1", groups };
    return read(["shop"], (path) => {
      if (path === "/apis") return { status: 200, headers: {}, body: JSON.stringify(list) };
      return path === `/apis/${group}/v1` ? answer : more(path);
    });
  }

  for (const [what, answer] of [
    ["503", failing(503, "ServiceUnavailable")],
    ["500", failing(500, "InternalError")],
    ["404, as a backend of another version", failing(404, "NotFound")],
    ["403", failing(403, "Forbidden")],
    ["nonsense", { status: 200, headers: {}, body: "<html>" }],
  ] as const) {
    test(`is named, and nothing else is lost: ${what}`, async () => {
      const { unread, workloads } = shopOf(await readWith("unknown.example.com", answer));
      assert.deepEqual(
        [unread.map(({ group, kind, namespace }) => [group, kind, namespace]), workloads.length],
        [[["unknown.example.com", null, null]], 1],
      );
      assert.match(unread[0]?.reason ?? "", /does not answer/);
    });
  }

  test("credentials that expire during discovery are no silent group: the cluster is unreadable", async () => {
    const facts = await readWith("unknown.example.com", failing(401, "Unauthorized"));
    assert.deepEqual([facts.reachable, facts.reachable ? null : facts.cause], [false, "unreadable"]);
  });

  test("is named too where discovery has not even heard of it", async () => {
    const registered = (group: string, available: string, service: object | null): object => ({
      metadata: { name: `v1.${group}` },
      spec: { group, version: "v1", service },
      status: { conditions: [{ type: "Available", status: available, reason: "MissingEndpoints" }] },
    });
    const items = [
      registered("never.example.com", "False", { name: "api", namespace: "x" }),
      registered("metrics.k8s.io", "False", { name: "metrics", namespace: "x" }),
      registered("empty.example.com", "True", { name: "api", namespace: "x" }),
      registered("apps", "True", null),
    ];
    const list = { kind: "APIServiceList", metadata: { resourceVersion: "1" }, items };
    const served = { name: "apiservices", kind: "APIService", namespaced: false, verbs: ["list", "get"] };
    const json = (body: object): TransportResponse => ({ status: 200, headers: {}, body: JSON.stringify(body) });
    const facts = await readWith(
      "apiregistration.k8s.io",
      json({ kind: "APIResourceList", resources: [served] }),
      (path) => (path.includes("/apiservices?") ? json(list) : undefined),
    );
    assert.deepEqual(
      shopOf(facts).unread.map(({ group, kind, reason }) => [group, kind, reason]),
      [["never.example.com", null, "never.example.com/v1 is registered, but the API server behind it does not answer"]],
    );
  });

  test("metrics are no loss at all", async () => {
    assert.deepEqual(shopOf(await readWith("metrics.k8s.io")).unread, []);
  });

  test("where workloads may hide there, the cluster is unreadable", async () => {
    const facts = await readWith("apps.openshift.io");
    assert.ok(!facts.reachable && /apps\.openshift\.io/.test(facts.why));
  });
});

describe("work in parallel", () => {
  test("keeps the order, holds the limit, and starts nothing after a failure", async () => {
    let running = 0;
    let most = 0;
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return item * 2;
    };
    assert.deepEqual(await inParallel([1, 2, 3, 4, 5], 2, work), [2, 4, 6, 8, 10]);
    assert.equal(most, 2);
    const started: number[] = [];
    const failing = inParallel([1, 2, 3, 4, 5], 2, async (item) => {
      started.push(item);
      await work(item);
      throw new Error(String(item));
    });
    await assert.rejects(failing, /1/);
    assert.deepEqual(started, [1, 2]);
  });
});
