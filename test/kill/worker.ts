import { type Scenario, dieAt, prepareScenarios } from "./kill-points.ts";

// One process of the kill test: prepares the story, and dies at every point of the scenarios it was given. It prints one
// JSON line per point, so that the runner can count and show progress.

const SEED = 20261123;
const [names = ""] = process.argv.slice(2);

function say(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function dieEverywhere(scenario: Scenario): Promise<void> {
  say({ scenario: scenario.name, points: scenario.points });
  for (let point = 1; point <= scenario.points; point += 1) {
    const error = await dieAt(scenario, point).then(
      () => null,
      (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
    );
    say({ scenario: scenario.name, point, error });
  }
}

const { scenarios, close } = await prepareScenarios(SEED);
try {
  for (const scenario of scenarios.filter(({ name }) => names.split(",").includes(name))) await dieEverywhere(scenario);
} finally {
  await close();
}
