import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request } from "node:https";
import type { IncomingMessage } from "node:http";
import { after, before, describe, it } from "node:test";

import { parse } from "yaml";

import { createCertificates } from "../../../src/sandbox/apiserver/certificates.ts";
import type { ServerCertificates } from "../../../src/sandbox/apiserver/certificates.ts";
import type { EmbeddedCluster } from "../../../src/sandbox/apiserver/cluster.ts";
import { serveHttps } from "../../../src/sandbox/apiserver/https-server.ts";
import type { HttpsServer } from "../../../src/sandbox/apiserver/https-server.ts";
import { kubeconfigText } from "../../../src/sandbox/apiserver/kubeconfig.ts";
import { newCluster, send } from "./new-cluster.ts";

const token = "a-token-for-tests";

interface Ask {
  readonly method?: string;
  readonly token?: string | null;
  readonly body?: string | Uint8Array;
  readonly type?: string;
}

describe("a cluster over HTTPS", () => {
  let tls: ServerCertificates;
  let server: HttpsServer;
  let cluster: EmbeddedCluster;
  let agent: Agent;
  before(async () => {
    tls = await createCertificates(Date.now());
    cluster = newCluster();
    server = await serveHttps(cluster, { token, tls });
    agent = new Agent({ keepAlive: true, ca: tls.ca });
  });
  after(async () => {
    agent.destroy();
    await server.close();
  });

  /** Resolves with the answer once its head is there. */
  function open(path: string, ask: Ask = {}): Promise<IncomingMessage> {
    const credential = ask.token === undefined ? token : ask.token;
    const headers = {
      ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
      ...(ask.body === undefined
        ? {}
        : { "content-type": ask.type ?? "application/json", "content-length": ask.body.length }),
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, server.url), { method: ask.method ?? "GET", agent, headers }, resolve);
      outgoing.on("error", reject);
      outgoing.end(ask.body);
    });
  }

  async function ask(
    path: string,
    what: Ask = {},
  ): Promise<{ readonly status: number | undefined; readonly text: string }> {
    const incoming = await open(path, what);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk as Uint8Array));
    return { status: incoming.statusCode, text: Buffer.concat(chunks).toString() };
  }

  it("is trusted by its own authority, by name and by address", async () => {
    assert.equal((await ask("/readyz")).text, "ok");
    const byName = new URL("/readyz", server.url);
    byName.hostname = "localhost";
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      request(byName, { agent }, resolve).on("error", reject).end();
    });
    incoming.resume();
    assert.equal(incoming.statusCode, 200);
    await assert.rejects(
      new Promise((resolve, reject) => {
        request(new URL("/readyz", server.url), { agent: false }, resolve).on("error", reject).end();
      }),
      /certificate/,
    );
  });

  it("says unauthorized without the token, except to health and version", async () => {
    for (const credential of [null, "wrong", `${token}x`]) {
      const { status, text } = await ask("/api/v1/namespaces", { token: credential });
      assert.equal(status, 401);
      assert.equal((JSON.parse(text) as { reason: string }).reason, "Unauthorized");
      assert.ok(!text.includes(token));
    }
    assert.equal((await ask("/version", { token: null })).status, 200);
  });

  it("reads JSON and protobuf bodies, and refuses what is too large or unreadable", async () => {
    const body = JSON.stringify({ metadata: { name: "über" }, data: { text: "grüße" } });
    assert.equal(
      (await ask("/api/v1/namespaces/default/configmaps", { method: "POST", body: Buffer.from(body) })).status,
      422,
    );
    const namespace = Buffer.from(
      "azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhwKFAoEc2hvcBIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==",
      "base64",
    );
    const type = "application/vnd.kubernetes.protobuf";
    assert.equal((await ask("/api/v1/namespaces", { method: "POST", body: namespace, type })).status, 201);
    assert.equal(
      (await ask("/api/v1/namespaces", { method: "POST", body: Buffer.from("nonsense"), type })).status,
      400,
    );
    const large = Buffer.alloc(4 * 1024 * 1024, 32);
    const refused = await ask("/api/v1/namespaces", { method: "POST", body: large }).catch((error: unknown) => error);
    assert.ok(refused instanceof Error || (refused as { status: number }).status === 413);
    assert.equal((await ask("/readyz")).text, "ok");
  });

  it("streams a watch while it goes on, and ends it in time", async () => {
    const incoming = await open("/api/v1/namespaces/default/secrets?watch=1&timeoutSeconds=1&allowWatchBookmarks=true");
    await send(cluster, "POST /api/v1/namespaces/default/secrets", { body: { metadata: { name: "seen" } } });
    const [first] = (await once(incoming, "data")) as [Buffer];
    assert.match(first.toString(), /^\{"type":"ADDED".*"name":"seen".*\}\n$/);
    await once(incoming, "end");
  });

  it("is dead when it is not reachable, also for watches, and comes back as it was", async () => {
    const incoming = await open("/api/v1/namespaces?watch=1");
    const broken = new Promise<Error>((resolve) => incoming.once("error", resolve));
    incoming.resume();
    server.setReachable(false);
    assert.match(String(await broken), /aborted|ECONNRESET/);
    await assert.rejects(ask("/readyz"), /ECONNRESET|socket/);
    await send(cluster, "POST /api/v1/namespaces", { body: { metadata: { name: "written-inside" } } });
    server.setReachable(true);
    assert.equal((await ask("/api/v1/namespaces/written-inside")).status, 200);
  });

  it("is named in a kubeconfig with its authority and token, one context for each cluster", () => {
    const text = kubeconfigText([
      { name: "east", server: server.url, ca: tls.ca, token },
      { name: "west", server: "https://127.0.0.1:1", ca: tls.ca, token: "other", namespace: "shop" },
    ]);
    const config = parse(text) as Readonly<Record<string, unknown>>;
    assert.equal(config["current-context"], "east");
    assert.deepEqual(config["contexts"], [
      { name: "east", context: { cluster: "east", user: "east" } },
      { name: "west", context: { cluster: "west", user: "west", namespace: "shop" } },
    ]);
    const [first] = config["clusters"] as readonly { cluster: Readonly<Record<string, string>> }[];
    assert.equal(Buffer.from(first?.cluster["certificate-authority-data"] ?? "", "base64").toString(), tls.ca);
  });
});
