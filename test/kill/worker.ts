import { type Scenario, dieAt, prepareScenarios } from "./kill-points.ts";

// One process of the kill test: prepares the story, and dies at its share of the points. It prints one JSON line per point,
// so that the runner can count and show progress. Usage: worker.ts SHARE SHARES

const SEED = 20261123;
/** The failover and the relocate at every point; what follows the return of the site at every tenth. */
const EVERY: Readonly<Record<string, number>> = { failover: 1, relocate: 1, return: 10 };
const [share = 0, shares = 1] = process.argv.slice(2).map(Number);

function say(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function dieAtMyPoints(scenario: Scenario): Promise<void> {
  const every = EVERY[scenario.name] ?? 1;
  const points = Array.from({ length: Math.ceil(scenario.points / every) }, (_, index) => 1 + index * every);
  const mine = points.filter((_, index) => index % shares === share);
  say({ scenario: scenario.name, points: mine.length });
  for (const point of mine) {
    const error = await dieAt(scenario, point).then(
      () => null,
      (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
    );
    say({ scenario: scenario.name, point, error });
  }
}

const { scenarios, close } = await prepareScenarios(SEED);
try {
  for (const scenario of scenarios) await dieAtMyPoints(scenario);
} finally {
  await close();
}
