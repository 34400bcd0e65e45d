import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { applyExitCode } from "../../src/entry/exit-codes.ts";
import { Killed, dieAfter } from "../builders/mortal-ports.ts";
import { type Story, createStory } from "../builders/story.ts";
import { storyApplications } from "../builders/story-documents.ts";

describe("what is not proven or not approved is refused", () => {
  let story: Story;
  let rewind: () => Promise<void>;

  before(async () => {
    story = await createStory({ seed: 5, ledger: false });
    await story.change({ "apps/appns.yaml": storyApplications()["apps/appns.yaml"] ?? "" });
    await story.apply();
    rewind = await story.snapshot();
  });
  after(() => story.close());

  test("a fence that nobody acknowledges stops the promotion with exit code 3", async () => {
    await rewind();
    story.world.site("west").stork.domainUpdates = "never";
    story.world.killSite("east");
    await story.approved({ type: "Failover", fromSite: "east" });
    const result = await story.apply();
    assert.equal(applyExitCode(result), 3);
    assert.ok(!result.results.some(({ step, outcome }) => step.action === "promote" && outcome.state === "done"));
    const [appns] = (await story.look()).applications;
    assert.equal(appns?.activeCluster, "east");
  });

  for (const [what, change, why] of [
    ["a reason that says nothing", { reason: "ok" }, /^apps\/appns\.yaml: .*reason.*3/],
    ["a reason with control characters", { reason: "east\u0007 lost power" }, /^apps\/appns\.yaml: .*reason/],
    ["a deadline that has passed", { notAfter: Date.UTC(2020, 0, 1) }, /past|expired|notAfter|over/],
  ] as const) {
    test(`${what} opens nothing, and says why`, async () => {
      await rewind();
      const proposal = await story.propose({ type: "Failover", fromSite: "east", ...change });
      assert.equal(proposal.state, "refused");
      assert.match(proposal.state === "refused" ? (proposal.reasons[0] ?? "") : "", why);
    });
  }

  test("a person's attestation counts only where the storage was asked and said no, and needs one approval more", async () => {
    await rewind();
    story.world.site("west").stork.domainUpdates = "failed";
    story.world.killSite("east");
    const fence = { attestation: "racks powered off at 02:40", by: "jdoe" };
    const proposal = await story.propose({ type: "Failover", fromSite: "east", fence });
    assert.ok(proposal.state === "opened" && proposal.pullRequest !== null);
    await story.merge(proposal.pullRequest.number, ["ben", "cleo"]);
    const short = await story.apply();
    assert.match([...short.refused.values()].flat()[0]?.message ?? "", /needs 3 approvals/);
    assert.deepEqual(short.results, []);
  });

  test("an attested failover whose storage refused the fence is promoted on that word", async () => {
    await rewind();
    story.world.site("west").stork.domainUpdates = "failed";
    story.world.killSite("east");
    const fence = { attestation: "racks powered off at 02:40", by: "jdoe" };
    const proposal = await story.propose({ type: "Failover", fromSite: "east", fence });
    assert.ok(proposal.state === "opened" && proposal.pullRequest !== null);
    await story.merge(proposal.pullRequest.number, ["ben", "cleo", "ada"], "drover[bot]");
    const first = await story.apply();
    assert.ok(!first.results.some(({ step, outcome }) => step.action === "promote" && outcome.state === "done"));
    const second = await story.apply();
    assert.ok(second.results.some(({ step, outcome }) => step.action === "promote" && outcome.state === "done"));
    const record = await story.record("west", "appns");
    assert.match(record, /"proof":"attested"/);
  });

  test("one approval is not two: nothing is done, and the reason is said", async () => {
    await rewind();
    story.world.killSite("east");
    const proposal = await story.propose({ type: "Failover", fromSite: "east" });
    assert.ok(proposal.state === "opened" && proposal.pullRequest !== null);
    await story.merge(proposal.pullRequest.number, ["ben"]);
    const result = await story.apply();
    assert.equal(applyExitCode(result), 3);
    assert.deepEqual(result.results, []);
    assert.match([...result.refused.values()].flat()[0]?.message ?? "", /needs 2 approvals .* has 1 \(ben\)/);
  });

  test("a begun transition is finished although its document was deleted meanwhile, without anybody's approval", async () => {
    await rewind();
    story.world.killSite("east");
    await story.approved({ type: "Failover", fromSite: "east" });
    await assert.rejects(story.apply(dieAfter(/west\.create/)), Killed);
    assert.match(await story.record("west", "appns"), /"phase":"begun"/);
    await story.remove("apps/appns.yaml", []);
    await story.apply();
    assert.match(await story.record("west", "appns"), /"phase":"serving"/);
  });

  test("rendering twice without a change makes no commit, and two plans with one moment are byte-identical", async () => {
    await rewind();
    const before = await story.repository.git(["ls-remote", "origin"]);
    const [one, two] = [await story.look(), await story.look()];
    assert.deepEqual(one.plan.steps, []);
    assert.equal(one.plan.digest, two.plan.digest);
    await story.apply();
    assert.equal(await story.repository.git(["ls-remote", "origin"]), before);
  });
});
