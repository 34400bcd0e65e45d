import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { applyExitCode } from "../../src/entry/exit-codes.ts";
import { type Story, createStory } from "../builders/story.ts";
import { storyApplications } from "../builders/story-documents.ts";

/** What is wrong with one application stops that one, says so, and lets the other go on. */
describe("one application is refused and the others are served", () => {
  let story: Story;
  let rewind: () => Promise<void>;
  const documents = storyApplications();
  const ledger = documents["apps/ledger.yaml"] ?? "";

  before(async () => {
    story = await createStory({ seed: 23, forge: false });
    rewind = await story.snapshot();
  });
  after(() => story.close());

  /** Both documents in one approved change, the second as given; what the next run did for each. */
  async function applied(second: string) {
    await rewind();
    await story.put({ ...documents, "apps/ledger.yaml": second });
    const result = await story.apply();
    const done = result.results.filter(({ outcome }) => outcome.state === "done");
    return {
      result,
      done: new Set(done.map(({ step }) => step.application)),
      refused: new Map([...result.refused].map(([name, blockers]) => [name, blockers[0]?.code])),
    };
  }

  test("with nothing wrong both are protected", async () => {
    const { result, refused } = await applied(ledger);
    assert.deepEqual([applyExitCode(result), [...refused]], [0, []]);
    assert.deepEqual(
      (await story.look()).applications.map(({ phase }) => phase),
      ["Protected", "Protected"],
    );
  });

  for (const [what, second] of [
    ["broken YAML", "a: [1\nb: }\n"],
    ["an unknown field", ledger.replace("policies:", "polices:")],
    ["an unknown policy", ledger.replace("[metro]", "[nowhere]")],
    ["a cluster that no policy has", ledger.replace("activeCluster: east", "activeCluster: north")],
  ] as const) {
    test(what, async () => {
      const { result, done } = await applied(second);
      assert.equal(done.has("ledger"), false);
      assert.ok(done.has("appns"), JSON.stringify([...result.refused]));
      assert.equal(applyExitCode(result), 1);
      assert.equal((await story.look()).applications.find(({ name }) => name === "appns")?.phase, "Protected");
      assert.equal(await story.record("east", "ledger"), "null");
    });
  }

  test("a namespace that both claim: neither gets it", async () => {
    const { result, done } = await applied(ledger.replace("namespaces: [ledger]", "namespaces: [appns]"));
    assert.deepEqual([...done], []);
    assert.equal(applyExitCode(result), 1);
  });

  test("an active cluster that was changed by hand, without a transition", async () => {
    await applied(ledger);
    await story.put({ "apps/ledger.yaml": ledger.replace("activeCluster: east", "activeCluster: west") });
    const before = await story.record("west", "ledger");
    const result = await story.apply();
    assert.deepEqual([...result.refused.keys()], ["ledger"]);
    assert.equal(applyExitCode(result) === 0, false);
    assert.equal(await story.record("west", "ledger"), before);
    const phases = new Map((await story.look()).applications.map(({ name, activeCluster }) => [name, activeCluster]));
    assert.deepEqual(
      [...phases],
      [
        ["appns", "east"],
        ["ledger", "east"],
      ],
    );
  });
});
