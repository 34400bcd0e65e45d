import { reportCases } from "../builders/worker-cases.ts";
import { dieAt, prepareScenarios } from "../kill/kill-points.ts";

const EVERY = 40;

const prepared = await prepareScenarios(7);
await reportCases(
  prepared.scenarios
    .filter(({ name }) => name !== "return")
    .map((scenario) => [
      scenario.name,
      async () => {
        for (let point = 1; point <= scenario.points; point += EVERY) {
          try {
            await dieAt(scenario, point);
          } catch (error) {
            throw new Error(`killed at call ${point} of ${scenario.points}`, { cause: error });
          }
        }
      },
    ]),
);
await prepared.close();
