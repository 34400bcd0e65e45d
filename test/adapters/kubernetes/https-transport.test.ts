import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Server } from "node:https";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import { createClusterPort } from "../../../src/adapters/kubernetes/cluster-client.ts";
import { loadConnection } from "../../../src/adapters/kubernetes/connection.ts";
import { createHttpsTransport } from "../../../src/adapters/kubernetes/https-transport.ts";
import type { Transport, TransportRequest, TransportResponse } from "../../../src/adapters/kubernetes/transport.ts";
import { createCertificates } from "../../../src/sandbox/apiserver/certificates.ts";
import { faultOf } from "../../contract/cluster-under-test.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface Site {
  readonly server: Server;
  readonly url: string;
  readonly ca: string;
  handler: Handler;
  connections: number;
}

let site: Site;
before(async () => {
  const { ca, cert, key } = await createCertificates(Date.now());
  const server = createServer({ cert, key }, (request, response) => site.handler(request, response));
  server.on("secureConnection", () => site.connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  site = { server, url, ca, handler: () => undefined, connections: 0 };
});
after(() => {
  site.server.close();
  site.server.closeAllConnections();
});

interface Access {
  readonly ca?: string;
  readonly path?: string;
  readonly user?: Readonly<Record<string, unknown>>;
  readonly url?: string;
  readonly largestBody?: number;
  readonly connectMs?: number;
}

async function transportTo(access: Access = {}): Promise<Transport> {
  const { url = site.url, ca = site.ca, path = "", user = { token: "hunter2" }, ...limits } = access;
  const cluster = { server: `${url}${path}`, "certificate-authority-data": Buffer.from(ca).toString("base64") };
  const config = {
    "current-context": "x",
    clusters: [{ name: "x", cluster }],
    users: [{ name: "x", user }],
    contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
  };
  const settings = { kubeconfig: null, environment: { KUBE: JSON.stringify(config, null, 1) } };
  const connection = await loadConnection("site", { type: "env", variable: "KUBE" }, settings);
  return createHttpsTransport(connection, limits);
}

function textOf({ body }: TransportResponse): string {
  return typeof body === "string" ? body : assert.fail("a stream where text was expected");
}

/** A quoted text whose only character is a byte that UTF-8 never has. */
const BROKEN_TEXT = Buffer.from([0x22, 0xff, 0x22]);

const GET: TransportRequest = { method: "GET", path: "/version", headers: {} };

describe("HTTPS transport", () => {
  it("sends method, path, headers, body and credentials, and hands back the answer", async () => {
    site.handler = (request, response) => {
      request.setEncoding("utf8");
      let body = "";
      request.on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        const { authorization, accept } = request.headers;
        response.setHeader("warning", '299 - "x"');
        response.statusCode = 418;
        response.end(JSON.stringify({ method: request.method, url: request.url, authorization, accept, body }));
      });
    };
    const transport = await transportTo({ path: "/k8s/clusters/c-1/" });
    const answer = await transport({
      method: "PATCH",
      path: "/api/v1/x?a=b",
      headers: { accept: "text/x" },
      body: "ü",
    });
    assert.equal(answer.status, 418);
    assert.equal(answer.headers["warning"], '299 - "x"');
    assert.deepEqual(JSON.parse(textOf(answer)), {
      method: "PATCH",
      url: "/k8s/clusters/c-1/api/v1/x?a=b",
      authorization: "Bearer hunter2",
      accept: "text/x",
      body: "ü",
    });
  });

  it("keeps a connection for the next request", async () => {
    site.handler = (_, response) => response.end("{}");
    const transport = await transportTo();
    await transport(GET);
    const { connections } = site;
    await transport(GET);
    await transport(GET);
    assert.equal(site.connections, connections);
  });

  it("reads a renewed token file, line break and all", async () => {
    const folder = await mkdtemp(join(tmpdir(), "drover-token-"));
    const tokenFile = join(folder, "token");
    await writeFile(tokenFile, "hunter2\n");
    site.handler = (request, response) => response.end(request.headers.authorization);
    assert.equal((await (await transportTo({ user: { tokenFile } }))(GET)).body, "Bearer hunter2");
    await rm(folder, { recursive: true });
    await faultOf((await transportTo({ user: { tokenFile } }))(GET), "misconfigured");
  });

  it("unpacks compressed answers", async () => {
    site.handler = (_, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync("x".repeat(100_000)));
    };
    assert.equal(textOf(await (await transportTo())(GET)).length, 100_000);
    await faultOf((await transportTo({ largestBody: 99_999 }))(GET), "too-large");
  });
});

describe("HTTPS transport, when things go wrong", () => {
  it("talks to nobody whose certificate another authority signed, also where Node is told to", async () => {
    let asked = 0;
    site.handler = (_, response) => response.end(String(asked++));
    const { ca } = await createCertificates(Date.now());
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      const { message } = await faultOf((await transportTo({ ca }))(GET), "unreachable");
      assert.match(message, /certificate-authority/);
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
    assert.equal(asked, 0);
  });

  it("does not wait for a site that takes connections and says nothing", async () => {
    const mute = createTcpServer().listen(0, "127.0.0.1");
    await once(mute, "listening");
    const url = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    await faultOf((await transportTo({ url, connectMs: 50 }))(GET), "unreachable");
    mute.close();
  });

  it("gives up a request that is not answered, or not to its end, in time", async () => {
    const transport = await transportTo();
    site.handler = () => undefined;
    await faultOf(transport({ ...GET, timeoutMs: 50 }), "timeout");
    site.handler = (_, response) => response.write("{");
    await faultOf(transport({ ...GET, timeoutMs: 50 }), "timeout");
  });

  it("reports a broken or refused connection, without credentials", async () => {
    const transport = await transportTo();
    for (const handler of [
      (_: IncomingMessage, response: ServerResponse) => response.destroy(),
      (_: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("{", () => response.destroy());
      },
    ]) {
      site.handler = handler;
      const fault = await faultOf(transport(GET), "unreachable");
      assert.doesNotMatch(JSON.stringify([fault.message, fault.stack, fault]), /hunter2/);
    }
  });

  it("tells bytes that are no UTF-8 apart from the character that stands for them", async () => {
    const transport = await transportTo();
    const stream = async (): Promise<string> => {
      const { body } = await transport({ ...GET, stream: true });
      let text = "";
      for await (const chunk of body) text += chunk;
      return text;
    };
    site.handler = (_, response) => response.end(Buffer.from("\uFEFFü\uFFFD"));
    assert.deepEqual([textOf(await transport(GET)), await stream()], ["\uFEFFü\uFFFD", "\uFEFFü\uFFFD"]);
    for (const bytes of [BROKEN_TEXT, Buffer.from("ü").subarray(0, 1)]) {
      site.handler = (_, response) => response.end(bytes);
      const { message } = await faultOf(transport(GET), "malformed");
      assert.match(message, /UTF-8/);
      await faultOf(stream(), "malformed");
    }
  });

  it("still says what a proxy answered whose error page has another encoding", async () => {
    site.handler = (_, response) => response.writeHead(503).end(BROKEN_TEXT);
    assert.equal((await (await transportTo())(GET)).status, 503);
  });

  it("names cluster and kind when a list is no UTF-8", async () => {
    const version = (resources: readonly object[]): object => ({
      metadata: {},
      versions: [{ version: "v1", resources }],
    });
    const configMaps = {
      resource: "configmaps",
      scope: "Namespaced",
      responseKind: { kind: "ConfigMap" },
      verbs: ["list"],
    };
    site.handler = ({ url = "" }, response) => {
      const items = url === "/api" ? [version([configMaps])] : [];
      response.end(url.startsWith("/api/") ? BROKEN_TEXT : JSON.stringify({ kind: "APIGroupDiscoveryList", items }));
    };
    const port = createClusterPort({ name: "east", transport: await transportTo() });
    const { message } = await faultOf(
      port.list({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop" }),
      "malformed",
    );
    assert.match(message, /^cluster east: could not list ConfigMap in namespace shop: .*UTF-8/);
  });

  it("hands a stream over as it comes, and ends it when nobody listens or it falls silent", async () => {
    site.handler = (_, response) => {
      response.write("one\n");
      setTimeout(() => response.write("two\n"), 20);
    };
    const transport = await transportTo();
    const open = async (request: Partial<TransportRequest>): Promise<AsyncIterable<string>> => {
      const { body } = await transport({ ...GET, stream: true, ...request });
      return typeof body === "string" ? assert.fail() : body;
    };
    const seen: string[] = [];
    const silence = (async () => {
      for await (const chunk of await open({ timeoutMs: 200 })) seen.push(chunk);
    })();
    await faultOf(silence, "timeout");
    assert.equal(seen.join(""), "one\ntwo\n");

    const stop = new AbortController();
    const aborted = (async () => {
      for await (const _ of await open({ signal: stop.signal })) stop.abort();
    })();
    await faultOf(aborted, "unreachable");
  });
});
