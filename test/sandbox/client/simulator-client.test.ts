import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionOf } from "../../../src/sandbox/client/https-transport.ts";
import { gatedTransport } from "../../../src/sandbox/client/in-process-transport.ts";
import { createListCache } from "../../../src/sandbox/client/list-cache.ts";
import { createSimulatorClient } from "../../../src/sandbox/client/simulator-client.ts";
import { hasCode, isExpectedFault } from "../../../src/sandbox/client/simulator-fault.ts";
import type { ApiRequest, ApiResponse } from "../../../src/sandbox/client/transport.ts";
import { clusterPair } from "../../../src/sandbox/story/platform.ts";
import { asFields, at } from "../../../src/core/model/fields.ts";

const POD = { apiVersion: "v1", kind: "Pod" };
const ref = { ...POD, namespace: "default", name: "a" };

function answering(status: number, body: unknown) {
  const asked: ApiRequest[] = [];
  const transport = (request: ApiRequest): Promise<ApiResponse> => {
    asked.push(request);
    return Promise.resolve({ status, headers: {}, body: typeof body === "string" ? body : JSON.stringify(body) });
  };
  return { asked, client: createSimulatorClient({ cluster: "east", transport, manager: "stork" }) };
}

test("requests go where Kubernetes expects them", async () => {
  const { asked, client } = answering(200, { ...POD, metadata: { name: "a" } });
  await client.get(ref);
  await client.replace({ ...POD, metadata: { name: "a", namespace: "default" } });
  await client.mergePatch(ref, { status: {} }, "status");
  await client.create({
    apiVersion: "stork.libopenstorage.org/v1alpha1",
    kind: "ClusterDomainUpdate",
    metadata: { name: "f" },
  });
  assert.deepEqual(
    asked.map(({ method, path }) => `${method} ${path}`),
    [
      "GET /api/v1/namespaces/default/pods/a",
      "PUT /api/v1/namespaces/default/pods/a?fieldManager=stork",
      "PATCH /api/v1/namespaces/default/pods/a/status?fieldManager=stork",
      "POST /apis/stork.libopenstorage.org/v1alpha1/clusterdomainupdates?fieldManager=stork",
    ],
  );
  assert.equal(asked[2]?.headers["content-type"], "application/merge-patch+json");
});

test("each refusal has its code, absence is a value", async () => {
  const cases = [
    [409, { reason: "Conflict" }, "conflict"],
    [409, { reason: "AlreadyExists" }, "already-exists"],
    [403, {}, "unauthorized"],
    [422, {}, "invalid"],
    [429, {}, "throttled"],
    [503, {}, "server-error"],
    [500, "plain text", "server-error"],
    [200, "not JSON", "malformed"],
    [200, [], "malformed"],
  ] as const;
  for (const [status, body, code] of cases) {
    await assert.rejects(answering(status, body).client.get(ref), (error) => hasCode(error, code), code);
  }
  assert.equal(await answering(404, { reason: "NotFound" }).client.get(ref), null);
  assert.equal(await answering(404, "404 page not found").client.get(ref), null);
  assert.equal(await answering(404, {}).client.delete(ref), false);
});

test("a cut link is unreachable, which a controller lives with", async () => {
  const transport = gatedTransport(
    () => Promise.reject(new Error("never asked")),
    () => false,
    "east",
  );
  const client = createSimulatorClient({ cluster: "east", transport, manager: "stork" });
  await assert.rejects(client.version(), (error) => hasCode(error, "unreachable") && isExpectedFault(error));
});

test("a list is read once as long as nothing is written to the kind", async () => {
  let generation = 1;
  let asked = 0;
  const client = createSimulatorClient({
    cluster: "east",
    manager: "test",
    cache: createListCache(() => generation),
    transport: () => {
      asked += 1;
      return Promise.resolve({
        status: 200,
        headers: {},
        body: JSON.stringify({ items: [{ metadata: { name: "a" } }] }),
      });
    },
  });
  await client.list(POD);
  const [pod] = await client.list(POD);
  assert.equal(asked, 1);
  assert.equal(pod?.kind, "Pod");
  generation += 1;
  await client.list(POD);
  assert.equal(asked, 2);
});

test("the kubeconfig inside a ClusterPair names server, authority and token", () => {
  const target = { name: "west", server: "https://west.example:6443", ca: "PEM", token: "secret" };
  const config = asFields(at(clusterPair("p", "n", target), "spec", "config"));
  assert.deepEqual(connectionOf(config), { server: target.server, ca: "PEM", token: "secret" });
  assert.equal(connectionOf({ ...config, "current-context": "elsewhere" }), null);
});
