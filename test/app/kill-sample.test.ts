import { after, before, describe, test } from "node:test";
import { dieAt, prepareScenarios } from "../kill/kill-points.ts";

const EVERY = 10;

/** Every tenth point of the failover and the relocate of `npm run test:kill`. */
describe("a run that dies is finished by the next one", () => {
  let prepared: Awaited<ReturnType<typeof prepareScenarios>>;
  before(async () => {
    prepared = await prepareScenarios(7);
  });
  after(() => prepared.close());

  for (const name of ["failover", "relocate"]) {
    test(name, async () => {
      const scenario = prepared.scenarios.find((candidate) => candidate.name === name);
      if (scenario === undefined) throw new Error("no such scenario");
      for (let point = 1; point <= scenario.points; point += EVERY) {
        try {
          await dieAt(scenario, point);
        } catch (error) {
          throw new Error(`killed at call ${point} of ${scenario.points}`, { cause: error });
        }
      }
    });
  }
});
