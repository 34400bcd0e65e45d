import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { newCluster } from "./new-cluster.ts";
import { play, requestsOf } from "./scenario.ts";
import type { Answer } from "./scenario.ts";
import { scenarios } from "./scenarios/all.ts";

function recorded(name: string): readonly Answer[] {
  const file = new URL(`../../golden/apiserver/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as readonly Answer[];
}

describe("the embedded API server answers as Kubernetes 1.36.3 did", () => {
  for (const scenario of scenarios)
    it(scenario.name, async () => {
      const cluster = newCluster();
      const answers = await play(scenario, (request) => cluster.handle(request));
      const expected = recorded(scenario.name);
      const requests = requestsOf(scenario);
      for (const [index, answer] of answers.entries())
        assert.deepEqual(answer, expected[index], `step ${index}: ${requests[index]?.step.send}`);
      assert.equal(answers.length, expected.length);
    });
});
