import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, request as httpsRequest } from "node:https";
import { after, before, describe, it } from "node:test";

import type { ApiRequest, ApiResponse } from "../../src/sandbox/apiserver/api-request.ts";
import { play, requestsOf } from "../sandbox/apiserver/scenario.ts";
import type { Answer } from "../sandbox/apiserver/scenario.ts";
import { scenarios } from "../sandbox/apiserver/scenarios/all.ts";

import { startControlPlanes } from "./control-planes.ts";
import type { ControlPlanes } from "./control-planes.ts";
import { requirePrograms } from "./setup.ts";

const programs = await requirePrograms(process.env);
const record = process.env["DROVER_RECORD_ANSWERS"] === "true";

function fileOf(name: string): URL {
  return new URL(`../golden/apiserver/${name}.json`, import.meta.url);
}

/** Sends a request to a genuine server, as `handle` of an embedded cluster would take it. */
function sender(planes: ControlPlanes, agent: Agent): (request: ApiRequest) => Promise<ApiResponse> {
  const { server, adminToken, certificateAuthority } = planes.clusters.east;
  return (request) =>
    new Promise((resolve, reject) => {
      const length = { "content-length": String(Buffer.byteLength(request.body ?? "")) };
      const headers = { ...request.headers, ...length, authorization: `Bearer ${adminToken}` };
      const options = { method: request.method, headers, agent, ca: certificateAuthority };
      const outgoing = httpsRequest(new URL(request.path, server), options, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const warning = incoming.headers["warning"];
          const answerHeaders = typeof warning === "string" ? { warning } : {};
          resolve({
            status: incoming.statusCode ?? 0,
            headers: answerHeaders,
            body: Buffer.concat(chunks).toString("utf8"),
          });
        });
      });
      outgoing.on("error", reject);
      outgoing.end(request.body);
    });
}

/** Until a new kind is served, which takes a genuine server a moment. */
async function whenServed(handle: (request: ApiRequest) => Promise<ApiResponse>, path: string): Promise<void> {
  for (;;) {
    const { status } = await handle({ method: "GET", path, headers: {} });
    if (status === 200) return;
    await new Promise((resolve) => void setTimeout(resolve, 100));
  }
}

describe("the recorded answers are those of a genuine Kubernetes", () => {
  let planes: ControlPlanes;
  const agent = new Agent({ keepAlive: true });
  before(async () => {
    planes = await startControlPlanes({ programs, controllers: false, nodes: false });
  });
  after(async () => {
    agent.destroy();
    await planes.stop();
  });

  for (const scenario of scenarios)
    it(scenario.name, { timeout: 60_000 }, async () => {
      const handle = sender(planes, agent);
      const answers = await play(scenario, async (request) => {
        const response = await handle(request);
        if (request.method === "POST" && request.path.endsWith("/customresourcedefinitions") && response.status === 201)
          await whenServed(handle, "/apis/scenario-custom.example.com/v1/widgets");
        return response;
      });
      if (record) writeFileSync(fileOf(scenario.name), `${JSON.stringify(answers, null, 1)}\n`);
      const expected = JSON.parse(readFileSync(fileOf(scenario.name), "utf8")) as readonly Answer[];
      const requests = requestsOf(scenario);
      for (const [index, answer] of answers.entries())
        assert.deepEqual(answer, expected[index], `step ${index}: ${requests[index]?.step.send}`);
    });
});
