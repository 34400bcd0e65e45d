import assert from "node:assert/strict";
import { Killed, type Mortality, mortal } from "../builders/mortal-ports.ts";
import type { Story } from "../builders/story.ts";
import { storyApplications } from "../builders/story-documents.ts";
import { createStory } from "../builders/story.ts";

/** A moment of the story from which a run starts, dies, and is started again. */
export interface Scenario {
  readonly name: string;
  readonly story: Story;
  /** Goes back to the moment; everything in memory is forgotten. */
  readonly rewind: () => Promise<void>;
  /** Calls that an undisturbed run makes: one kill point each. */
  readonly points: number;
  /** What must be true at the end; throws otherwise. */
  readonly check: () => Promise<void>;
}

const APPNS = { "apps/appns.yaml": storyApplications()["apps/appns.yaml"] ?? "" };

/** The failover of a dead site, what follows when it returns, and the way home: each from its own moment. */
export async function prepareScenarios(
  seed: number,
): Promise<{ scenarios: readonly Scenario[]; close: () => Promise<void> }> {
  const story = await createStory({ seed, ledger: false });
  await story.change(APPNS);
  await converge(story);
  story.world.killSite("east");
  await story.world.clock.advance(3_000);
  await story.approved({ type: "Failover", fromSite: "east" });
  const failover = await scenario("failover", story, () => expectActive(story, "west", "FailedOver"));
  await converge(story);
  story.world.restoreSite("east");
  await story.world.clock.advance(15_000);
  const returned = await scenario("return", story, () => expectActive(story, "west", "Protected"));
  await converge(story);
  await story.world.clock.advance(20_000);
  await story.approved({ type: "Relocate", applications: ["appns"], to: "east", reason: null });
  const relocate = await scenario("relocate", story, () => expectActive(story, "east", "Protected"));
  return { scenarios: [failover, returned, relocate], close: () => story.close() };
}

async function scenario(name: string, story: Story, check: () => Promise<void>): Promise<Scenario> {
  const rewind = await story.snapshot();
  // Counted from where every death starts, so that the same calls come in the same order.
  await rewind();
  const life = mortal(null);
  const result = await story.apply(life);
  assert.equal(result.refused.size, 0, JSON.stringify([...result.refused]));
  await check();
  await rewind();
  return { name, story, rewind, points: life.calls, check };
}

async function converge(story: Story): Promise<void> {
  const result = await story.apply();
  assert.equal(result.refused.size, 0, JSON.stringify([...result.refused]));
}

/** The application is where it belongs, in the phase it should be in, and another run would find nothing to do. */
async function expectActive(story: Story, cluster: string, phase: string): Promise<void> {
  const { plan, applications } = await story.look();
  const [appns] = applications;
  assert.equal(appns?.activeCluster, cluster);
  assert.equal(appns.phase, phase, JSON.stringify(appns.blockers));
  assert.deepEqual(
    plan.steps.map((step) => step.id),
    [],
  );
}

/** Runs, dies at call `point`, starts again from nothing, and checks every promise. */
export async function dieAt(scenario: Scenario, point: number): Promise<void> {
  const { story, rewind } = scenario;
  await rewind();
  const life = mortal(point);
  await runUntilDeath(story, life);
  const result = await story.apply();
  assert.equal(result.refused.size, 0, JSON.stringify([...result.refused]));
  assert.ok(
    result.results.every(({ outcome }) => outcome.state === "done" || outcome.state === "again"),
    JSON.stringify(result.results.filter(({ outcome }) => outcome.state !== "done")),
  );
  await scenario.check();
  checkPromises(story);
}

async function runUntilDeath(story: Story, life: Mortality): Promise<void> {
  try {
    await story.apply(life);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  assert.ok(life.dead, `the run ended before call ${String(life.dieAt)}`);
}

const ONE_SHOT = ["ClusterDomainUpdate", "Migration"];

function checkPromises(story: Story): void {
  const oneShots = story.created.filter((entry) => ONE_SHOT.some((kind) => entry.includes(` ${kind} `)));
  assert.equal(new Set(oneShots).size, oneShots.length, `made twice: ${oneShots.join(", ")}`);
  const report = story.world.plane.report();
  assert.deepEqual(report.splitBrain, [], "two clusters had running writers on one volume");
  assert.deepEqual(report.contended, [], "a second side asked for a volume that the other one held");
  for (const volume of report.volumes)
    assert.equal(volume.lostEverywhere, 0, `${volume.claim} lost acknowledged writes`);
}
