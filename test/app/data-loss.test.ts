import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Story, createStory } from "../builders/story.ts";
import { storyApplications } from "../builders/story-documents.ts";

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

/** The bank's promise, counted by the volumes: nothing acknowledged is ever lost, on the way out and on the way home. */
describe("no acknowledged write is lost", () => {
  let story: Story;
  let rewind: () => Promise<void>;

  before(async () => {
    story = await createStory({ seed: 1, ledger: false });
    await story.change({ "apps/appns.yaml": storyApplications()["apps/appns.yaml"] ?? "" });
    await done(story);
    rewind = await story.snapshot();
  });
  after(() => story.close());

  for (const seed of SEEDS) {
    test(`seed ${seed}`, async () => {
      await rewind();
      story.reseed(seed);
      await failOver(story, seed);
      await comeHome(story);
    });
  }
});

async function failOver(story: Story, seed: number): Promise<void> {
  // The site dies at a moment that the seed decides, in the middle of writes.
  await story.world.clock.advance(1_000 + ((seed * 7919) % 17_000));
  story.world.killSite("east");
  const died = story.world.clock.now();
  await story.approved({ type: "Failover", fromSite: "east" });
  await done(story);
  assert.ok(story.world.clock.now() - died < 60_000, "the recovery took more than a minute");
  expectNothingLost(story, "dr-site");
}

async function comeHome(story: Story): Promise<void> {
  story.world.restoreSite("east");
  await story.world.clock.advance(10_000);
  await done(story);
  expectNothingLost(story, "dr-site");
  await story.approved({ type: "Relocate", applications: ["appns"], to: "east", reason: null });
  await done(story);
  await story.world.clock.advance(10_000);
  expectNothingLost(story, "primary");
}

async function done(story: Story): Promise<void> {
  const result = await story.apply();
  assert.deepEqual([...result.refused], []);
  assert.deepEqual(
    result.results.filter(({ outcome }) => outcome.state !== "done").map(({ step, outcome }) => [step.id, outcome]),
    [],
  );
}

function expectNothingLost(story: Story, domain: string): void {
  const { volumes, splitBrain, contended } = story.world.plane.report();
  assert.deepEqual({ splitBrain, contended }, { splitBrain: [], contended: [] });
  assert.ok(volumes.length >= 4);
  for (const volume of volumes) {
    assert.ok(volume.acknowledged > 0, `${volume.claim} was never written`);
    assert.equal(volume.sides[domain]?.lost, 0, `${volume.claim} lost acknowledged writes on ${domain}`);
  }
}
