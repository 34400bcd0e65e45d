import { after, before, describe, test } from "node:test";
import { type Scenario, dieAt, prepareScenarios } from "./kill-points.ts";

const SEED = 20261123;

/** Dies at every API request and git operation of the story in turn. */
describe("kill test", () => {
  let prepared: Awaited<ReturnType<typeof prepareScenarios>>;
  const failures: string[] = [];
  let passed = 0;

  before(async () => {
    prepared = await prepareScenarios(SEED);
  });
  after(async () => {
    await prepared.close();
    process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
  });

  for (const index of [0, 1, 2]) {
    test(`every call of scenario ${["failover", "return", "relocate"][index] ?? ""}`, async (context) => {
      const scenario = prepared.scenarios[index];
      if (scenario === undefined) throw new Error("no such scenario");
      const bad = await dieEverywhere(scenario);
      passed += scenario.points - bad.length;
      failures.push(...bad);
      context.diagnostic(`${scenario.name}: ${scenario.points} kill points`);
      if (bad.length > 0) throw new Error(bad.join("\n"));
    });
  }
});

async function dieEverywhere(scenario: Scenario): Promise<readonly string[]> {
  const bad: string[] = [];
  for (let point = 1; point <= scenario.points; point += 1) {
    try {
      await dieAt(scenario, point);
    } catch (error) {
      bad.push(`${scenario.name} at call ${point}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return bad;
}
