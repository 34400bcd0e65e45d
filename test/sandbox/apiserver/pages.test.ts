import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import type { EmbeddedCluster } from "../../../src/sandbox/apiserver/cluster.ts";
import { newCluster, send } from "./new-cluster.ts";
import type { Reply } from "./new-cluster.ts";

const configMaps = "/api/v1/namespaces/default/configmaps";

interface Item {
  readonly metadata: { readonly name: string };
}

function namesOf(reply: Reply): readonly string[] {
  return (reply.body["items"] as readonly Item[]).map(({ metadata }) => metadata.name);
}

function metadataOf(reply: Reply): Readonly<Record<string, unknown>> {
  return reply.body["metadata"] as Readonly<Record<string, unknown>>;
}

async function create(cluster: EmbeddedCluster, name: string): Promise<void> {
  await send(cluster, `POST ${configMaps}`, {
    body: { metadata: { name, labels: { even: String(name.length % 2 === 0) } } },
  });
}

describe("lists by pages", () => {
  it("put together to the state of the first page, whatever is written in between", async () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(names, names, fc.integer({ min: 1, max: 5 }), async (before, between, limit) => {
        const cluster = newCluster();
        for (const name of before) await create(cluster, name);
        const found: string[] = [];
        let token = "";
        do {
          const page = await send(cluster, `GET ${configMaps}?limit=${limit}&continue=${token}`);
          assert.ok(namesOf(page).length <= limit);
          found.push(...namesOf(page));
          token = (metadataOf(page)["continue"] as string | undefined) ?? "";
          for (const name of between) await create(cluster, name);
          for (const name of before.slice(0, 2)) await send(cluster, `DELETE ${configMaps}/${name}`);
        } while (token !== "");
        assert.deepEqual(found, before.toSorted());
      }),
      { numRuns: 40 },
    );
  });

  it("say how many are left, unless a selector hides it", async () => {
    const cluster = newCluster();
    for (const name of ["a", "bb", "c", "dd"]) await create(cluster, name);
    assert.equal(metadataOf(await send(cluster, `GET ${configMaps}?limit=1`))["remainingItemCount"], 3);
    const selected = metadataOf(await send(cluster, `GET ${configMaps}?limit=1&labelSelector=even%3Dtrue`));
    assert.equal(selected["remainingItemCount"], undefined);
    assert.ok(selected["continue"]);
  });

  it("are refused when their state is forgotten, and when the token is not one of this server", async () => {
    const cluster = newCluster({ historyLimit: 4 });
    for (const name of ["a", "b", "c"]) await create(cluster, name);
    const token = metadataOf(await send(cluster, `GET ${configMaps}?limit=1`))["continue"] as string;
    for (let index = 0; index < 12; index++) await create(cluster, `later${"x".repeat(index)}`);
    const late = await send(cluster, `GET ${configMaps}?limit=1&continue=${token}`);
    assert.deepEqual([late.status, late.body["reason"]], [410, "Expired"]);
    assert.equal((await send(cluster, `GET ${configMaps}?continue=bm9uc2Vuc2U`)).status, 400);
  });
});
