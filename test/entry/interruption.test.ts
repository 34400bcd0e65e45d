import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import { apply } from "../../src/app/apply.ts";
import { at } from "../../src/core/model/fields.ts";
import { Interrupted, interruptible } from "../../src/entry/interruption.ts";
import { type Story, createStory } from "../builders/story.ts";
import { storyApplications } from "../builders/story-documents.ts";

const LEASE = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  namespace: "drover-system",
  name: "drover",
} as const;

describe("a run that is asked to end", () => {
  let story: Story;
  let rewind: () => Promise<void>;
  /** Called after each step that was done, with its number. */
  let finished: (count: number) => void = () => undefined;
  let steps = 0;

  before(async () => {
    const events = ({ type }: { readonly type: string }): void => {
      if (type === "step-finished") finished((steps += 1));
    };
    story = await createStory({ seed: 17, ledger: false, forge: false, events: (event) => events(event) });
    await story.put({ "apps/appns.yaml": storyApplications()["apps/appns.yaml"] ?? "" });
    rewind = await story.snapshot();
  });
  after(() => story.close());

  async function holders(): Promise<readonly unknown[]> {
    const ports = ["east", "west"].map((name) =>
      createClusterPort({ name, transport: story.world.site(name).transport }),
    );
    const leases = await Promise.all(ports.map((port) => port.get(LEASE)));
    return leases.map((lease) => at(lease, "spec", "holderIdentity"));
  }

  for (const after of [1, 3, 6]) {
    test(`after step ${after}: nothing more is done, the Leases are given back at once, and the next run goes on`, async () => {
      await rewind();
      steps = 0;
      const abort = new AbortController();
      finished = (count) => {
        if (count === after) abort.abort();
      };
      await assert.rejects(apply(interruptible(story.ports(), abort.signal), { protectedBranch: "main" }), Interrupted);
      assert.equal(steps, after);
      assert.deepEqual(await holders(), ["", ""]);
      finished = () => undefined;
      const start = story.world.clock.now();
      const result = await story.apply();
      assert.equal(result.refused.size, 0);
      assert.ok(story.world.clock.now() - start < 60_000);
      assert.deepEqual(
        (await story.look()).applications.map(({ phase }) => phase),
        ["Protected"],
      );
    });
  }
});
