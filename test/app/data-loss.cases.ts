import assert from "node:assert/strict";
import { createStory } from "../builders/story.ts";
import type { Story } from "../builders/story.ts";
import { storyApplications } from "../builders/story-documents.ts";
import { reportCases } from "../builders/worker-cases.ts";
import { SEEDS } from "./data-loss-seeds.ts";

const story = await createStory({ seed: 1, ledger: false, forge: false });
await story.pull();
await story.repository.commit({ "apps/appns.yaml": storyApplications()["apps/appns.yaml"] ?? "" });
await done(story);
const rewind = await story.snapshot();
const changes = await writeChanges(story);
await reportCases(
  SEEDS.map((seed) => [
    `seed ${seed}`,
    async () => {
      await rewind();
      story.reseed(seed);
      await failOver(story, changes, seed);
      await comeHome(story, changes);
    },
  ]),
);
await story.close();

/** The two approved changes of the story, as commits: written once, since every seed has the same documents. */
interface Changes {
  readonly failover: string;
  readonly relocate: string;
}

async function writeChanges(story: Story): Promise<Changes> {
  const write = async (change: Parameters<Story["propose"]>[0]): Promise<string> => {
    const proposal = await story.propose(change);
    assert.ok(proposal.state === "opened", JSON.stringify(proposal));
    await story.setMain(proposal.commit);
    await done(story);
    return proposal.commit;
  };
  story.world.killSite("east");
  const failover = await write({ type: "Failover", fromSite: "east" });
  story.world.restoreSite("east");
  await story.world.clock.advance(10_000);
  await done(story);
  return { failover, relocate: await write({ type: "Relocate", applications: ["appns"], to: "east", reason: null }) };
}

async function failOver(story: Story, changes: Changes, seed: number): Promise<void> {
  // The site dies at a moment that the seed decides, in the middle of writes.
  await story.world.clock.advance(1_000 + ((seed * 7919) % 17_000));
  story.world.killSite("east");
  const died = story.world.clock.now();
  await story.setMain(changes.failover);
  await done(story);
  assert.ok(story.world.clock.now() - died < 60_000, "the recovery took more than a minute");
  expectNothingLost(story, "dr-site");
}

async function comeHome(story: Story, changes: Changes): Promise<void> {
  story.world.restoreSite("east");
  await story.world.clock.advance(10_000);
  await done(story);
  expectNothingLost(story, "dr-site");
  await story.setMain(changes.relocate);
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
