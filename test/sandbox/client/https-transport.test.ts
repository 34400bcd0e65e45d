import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { text } from "node:stream/consumers";

import { createCertificates } from "../../../src/sandbox/apiserver/certificates.ts";
import { httpsTransport } from "../../../src/sandbox/client/https-transport.ts";

test("a deletion's options reach the server, and the connection stays usable", async () => {
  const { ca, cert, key } = await createCertificates(Date.now());
  const seen: string[] = [];
  const server = createServer({ cert, key }, (message, response) => {
    void text(message).then((body) => {
      seen.push(`${message.method ?? ""} ${body}`);
      response.end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const send = httpsTransport({ server: `https://127.0.0.1:${port}`, ca, token: "token" });
    const headers = { "content-type": "application/json" };
    const deleted = await send({ method: "DELETE", path: "/a", headers, body: '{"kind":"DeleteOptions"}' });
    const read = await send({ method: "GET", path: "/a", headers });
    assert.deepEqual([deleted.status, read.status], [200, 200]);
    assert.deepEqual(seen, ['DELETE {"kind":"DeleteOptions"}', "GET "]);
  } finally {
    server.closeAllConnections();
    await once(server.close(), "close");
  }
});
