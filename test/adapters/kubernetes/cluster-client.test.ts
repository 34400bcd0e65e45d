import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createClusterPort } from "../../../src/adapters/kubernetes/cluster-client.ts";
import type { Retry } from "../../../src/adapters/kubernetes/transport.ts";
import type { ClusterPort } from "../../../src/ports/cluster.ts";
import { ClusterFault } from "../../../src/ports/cluster.ts";
import { configMap, configMapRef, faultOf } from "../../contract/cluster-under-test.ts";

import { brokenBy, scripted, statusOf } from "./scripted-transport.ts";
import type { Reply, Script, Scripted } from "./scripted-transport.ts";

const REF = configMapRef("shop", "settings");
const QUERY = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop" };
const OBJECT = {
  ...configMap("shop", "settings"),
  metadata: { name: "settings", namespace: "shop", resourceVersion: "7" },
};

/** A port whose server follows a script; `pauses` collects how long it waited between attempts. */
function portTo(script: Script): Scripted & { readonly port: ClusterPort; readonly pauses: number[] } {
  const server = scripted(script);
  const pauses: number[] = [];
  const sleep: Retry["sleep"] = (milliseconds) => Promise.resolve(void pauses.push(milliseconds));
  const retry: Retry = { attempts: 2, sleep, random: () => 0.5 };
  return { ...server, pauses, port: createClusterPort({ name: "east", transport: server.transport, retry }) };
}

describe("reads that are tried again", () => {
  it("comes back after a passing failure, as late as the server asks", async () => {
    const { port, requests, pauses } = portTo((_, count) =>
      count === 0 ? { ...statusOf(429, "TooManyRequests"), headers: { "retry-after": "1" } } : { body: OBJECT },
    );
    assert.equal((await port.get(REF))?.metadata.name, "settings");
    assert.deepEqual([requests.length, pauses], [2, [1000]]);
  });

  it("comes back after a connection that was reset, and gives up after three attempts", async () => {
    const reset = portTo((_, count) => (count === 0 ? { error: brokenBy("ECONNRESET") } : { body: OBJECT }));
    assert.ok((await reset.port.get(REF)) !== null);
    const down = portTo(() => statusOf(503, "ServiceUnavailable"));
    await faultOf(down.port.list(QUERY), "server-error");
    assert.deepEqual([down.requests.length, down.pauses], [3, [100, 200]]);
  });

  it("asks again for the page that was throttled, not for the whole list, and not for longer than five seconds", async () => {
    const list = (name: string, next?: string): Reply => ({
      body: {
        kind: "ConfigMapList",
        metadata: { resourceVersion: "9", continue: next },
        items: [{ metadata: { name } }],
      },
    });
    const busy = { ...statusOf(429, "TooManyRequests"), headers: { "retry-after": "3600" } };
    const answers = [list("a", "p2"), busy, list("b")];
    const { port, requests, pauses } = portTo((_, count) => answers[count] ?? busy);
    const { items } = await port.list(QUERY);
    assert.deepEqual([items.map(({ metadata }) => metadata.name), requests.length, pauses], [["a", "b"], 3, [5000]]);
    assert.equal(requests[1], requests[2]);
    const stuck = portTo(() => busy);
    await faultOf(stuck.port.list(QUERY), "throttled");
    assert.equal(stuck.requests.length, 3);
  });

  it("does not wait for a site that refuses connections", async () => {
    const { port, requests } = portTo(() => ({ error: brokenBy("ECONNREFUSED") }));
    await faultOf(port.get(REF), "unreachable");
    assert.equal(requests.length, 1);
  });
});

describe("writes", () => {
  const writes: Readonly<Record<string, (port: ClusterPort) => Promise<unknown>>> = {
    create: (port) => port.create(configMap("shop", "settings")),
    apply: (port) => port.apply(OBJECT),
    patch: (port) => port.patch(REF, { data: {} }),
    delete: (port) => port.delete(REF),
  };
  for (const [name, attempt] of Object.entries(writes)) {
    it(`never repeats a ${name}, whatever the server or the connection does`, async () => {
      for (const reply of [
        { error: brokenBy("ECONNRESET") },
        statusOf(503, "ServiceUnavailable"),
        statusOf(429, "TooManyRequests"),
      ]) {
        const { port, requests, pauses } = portTo(() => reply);
        await assert.rejects(attempt(port), ClusterFault);
        assert.deepEqual([requests.length, pauses], [1, []]);
      }
    });
  }

  it("sends nothing that would reach a whole collection or another namespace", async () => {
    const { port, requests } = portTo(() => ({ body: {} }));
    for (const name of ["", ".", "..", "a/b", "a%2Fb"]) {
      await faultOf(port.delete({ ...REF, name }), "invalid");
      await faultOf(port.delete({ ...REF, namespace: name }), "invalid");
      await faultOf(port.get({ ...REF, name }), "invalid");
    }
    await faultOf(port.delete({ ...REF, namespace: null }), "invalid");
    await faultOf(port.delete({ apiVersion: "v1", kind: "Namespace", namespace: "shop", name: "shop" }), "invalid");
    await faultOf(port.list({ ...QUERY, namespace: "" }), "invalid");
    assert.deepEqual(requests, []);
  });

  it("escapes what it puts into a path", async () => {
    const { port, requests } = portTo(() => statusOf(404, "NotFound", { details: { name: "a?b#c" } }));
    assert.equal(await port.get({ ...REF, name: "a?b#c" }), null);
    assert.deepEqual(requests, ["GET /api/v1/namespaces/shop/configmaps/a%3Fb%23c"]);
  });
});

describe("answers that Kubernetes would not give", () => {
  it("takes only the server's word about this object for its absence", async () => {
    const pages = [
      { status: 404, body: "404 page not found\n" },
      { status: 404, body: "<html>not here</html>" },
      statusOf(404, "NotFound", { details: {}, message: "the server could not find the requested resource" }),
      statusOf(404, "NotFound", { details: { name: "another" } }),
    ];
    for (const page of pages) {
      await faultOf(portTo(() => page).port.get(REF), "not-found");
      await faultOf(portTo(() => page).port.delete(REF), "not-found");
    }
  });

  it("refuses a body that is not the object asked for", async () => {
    const bodies = [
      "",
      "<html>",
      "null",
      "[]",
      {},
      { ...OBJECT, kind: "Secret" },
      { ...OBJECT, metadata: { name: "other", namespace: "shop" } },
    ];
    for (const body of bodies) await faultOf(portTo(() => ({ body })).port.get(REF), "malformed");
  });

  it("follows no redirect", async () => {
    const { port, requests } = portTo(() => ({
      status: 302,
      headers: { location: "https://elsewhere.example.com/" },
      body: "",
    }));
    await faultOf(port.get(REF), "malformed");
    assert.equal(requests.length, 1);
  });

  it("returns a list whole or not at all", async () => {
    const list = { kind: "ConfigMapList", apiVersion: "v1", metadata: { resourceVersion: "9" }, items: [OBJECT] };
    const broken = [
      { ...list, items: undefined },
      { ...list, metadata: {} },
      { ...list, kind: "SecretList" },
      { ...list, items: [{ ...OBJECT, metadata: {} }] },
      { ...list, metadata: { resourceVersion: "9", continue: "same" } },
    ];
    for (const body of broken) await faultOf(portTo(() => ({ body })).port.list(QUERY), "malformed");
    assert.deepEqual((await portTo(() => ({ body: { ...list, items: null } })).port.list(QUERY)).items, []);
    const half = portTo((_, count) =>
      count === 0
        ? { body: { ...list, metadata: { resourceVersion: "9", continue: "next" } } }
        : { error: brokenBy("ETIMEDOUT") },
    );
    await faultOf(half.port.list(QUERY), "unreachable");
  });

  it("refuses events that it does not understand", async () => {
    const lines = [
      "not json\n",
      `{"type":"ADDED"}\n`,
      `{"type":"MOVED","object":{}}\n`,
      `{"type":"BOOKMARK","object":{}}\n`,
    ];
    for (const body of lines) {
      await faultOf(firstEvent(portTo(() => ({ body })).port), "malformed");
    }
    const gone = `{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}\n`;
    await faultOf(firstEvent(portTo(() => ({ body: gone })).port), "gone");
  });
});

async function firstEvent(port: ClusterPort): Promise<unknown> {
  for await (const event of port.watch(QUERY, "1", AbortSignal.timeout(5_000))) return event;
  return null;
}

describe("discovery", () => {
  it("names the aggregated API that does not answer, and other kinds are still found", async () => {
    const { port } = portTo(() => ({ body: OBJECT }));
    const { resources, stale } = await port.discover();
    assert.deepEqual(stale, ["metrics.k8s.io/v1beta1"]);
    assert.deepEqual(
      resources.map((resource) => resource.kind),
      ["ConfigMap", "Secret", "Namespace", "Deployment"],
    );
    assert.deepEqual(resources.at(-1)?.versions, ["apps/v1", "apps/v1beta1"]);
    assert.ok((await port.get(REF)) !== null);
    await faultOf(
      port.list({ apiVersion: "metrics.k8s.io/v1beta1", kind: "PodMetrics", namespace: null }),
      "server-error",
    );
  });

  it("is read once, and once more for each kind that it lacks", async () => {
    let discoveries = 0;
    const { transport } = scripted(() => ({ body: OBJECT }));
    const port = createClusterPort({
      name: "east",
      transport: (request) => {
        if (request.path === "/api") discoveries++;
        return transport(request);
      },
    });
    await Promise.all([port.get(REF), port.get(REF), port.get(REF)]);
    assert.equal(discoveries, 1);
    await faultOf(port.list({ apiVersion: "route.openshift.io/v1", kind: "Route", namespace: "shop" }), "not-found");
    assert.equal(discoveries, 2);
  });
});

describe("what an error says", () => {
  it("names cluster, action, reason and field, and no value", async () => {
    const causes = [
      { field: "spec.replicas", reason: "FieldValueInvalid", message: 'Invalid value: "hunter2": must be a number' },
    ];
    const { port } = portTo(() =>
      statusOf(422, "Invalid", { message: 'ConfigMap "x" is invalid: "hunter2"', details: { causes } }),
    );
    const { message } = await faultOf(port.patch(REF, { data: {} }), "invalid");
    assert.equal(
      message,
      "cluster east: could not change ConfigMap shop/settings: refused as invalid (spec.replicas: Invalid value: must be a number)",
    );
  });

  it("repeats nothing about a Secret but field names", async () => {
    const secret = { apiVersion: "v1", kind: "Secret", namespace: "shop", name: "db" };
    const causes = [{ field: "data[password]", reason: "FieldValueInvalid", message: "hunter2 is too short" }];
    for (const details of [{ causes }, {}]) {
      const { port } = portTo(() => statusOf(422, "Invalid", { message: "denied by webhook: hunter2", details }));
      const { message } = await faultOf(port.patch(secret, { data: {} }), "invalid");
      assert.doesNotMatch(message, /hunter2/);
    }
  });

  it("contains no control characters and ends at some length", async () => {
    const { port } = portTo(() => statusOf(403, "Forbidden", { message: `\u001b[2J\n${"x".repeat(10_000)}` }));
    const { message } = await faultOf(port.get(REF), "forbidden");
    assert.doesNotMatch(message, /[\u0000-\u001f]/);
    assert.ok(message.length < 600);
  });
});
