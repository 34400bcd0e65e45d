import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { planText } from "../../src/core/report/plan-text.ts";
import { PLAIN } from "../../src/core/report/palette.ts";
import { type Story, createStory } from "../builders/story.ts";
import { storyApplications } from "../builders/story-documents.ts";

const FINISHED = 10_000;

describe("what changed on the standby outside git", () => {
  let story: Story;
  let rewind: () => Promise<void>;

  before(async () => {
    story = await createStory({ seed: 31, ledger: false, forge: false });
    await story.put({ "apps/appns.yaml": storyApplications()["apps/appns.yaml"] ?? "" });
    await story.apply();
    await story.world.clock.advance(FINISHED);
    rewind = await story.snapshot();
  });
  after(() => story.close());

  async function drift() {
    const { plan, applications } = await story.look();
    const found = plan.applications[0]?.drift[0] ?? assert.fail("nothing was compared");
    assert.deepEqual(applications[0]?.drift, [found], "plan and status say the same");
    return { found, plan };
  }
  const west = () => story.world.site("west").client;
  const service = { apiVersion: "v1", kind: "Service", namespace: "appns", name: "postgres" };

  test("none right after a delivery: what the server filled in is not drift", async () => {
    await rewind();
    const { found } = await drift();
    assert.ok(found.compared > 5);
    assert.deepEqual(
      { ...found, compared: 0 },
      { cluster: "west", compared: 0, objects: [], suppressed: 0, unknown: 0, unconfirmed: 0 },
    );
  });

  test("a changed and a deleted object are named with their paths, in the plan too", async () => {
    await rewind();
    await west().mergePatch(
      { apiVersion: "apps/v1", kind: "Deployment", namespace: "appns", name: "teller" },
      { spec: { replicas: 1 } },
    );
    await west().delete(service);
    const { found, plan } = await drift();
    assert.deepEqual(
      found.objects.map(({ kind, name, state, paths }) => [kind, name, state, paths]),
      [
        ["Deployment", "teller", "changed", ["spec.replicas"]],
        ["Service", "postgres", "missing", []],
      ],
    );
    const text = planText(plan, PLAIN);
    assert.match(text, /drift: 2 of \d+ objects on west are not as the branch has them/);
    assert.match(text, /~ Deployment appns\/teller: spec\.replicas/);
    assert.match(text, /- Service appns\/postgres is missing/);
  });

  test("what changed on the active cluster since the last render is told as such", async () => {
    await rewind();
    const before = await story.look();
    assert.deepEqual([before.plan.applications[0]?.uncaptured, before.applications[0]?.uncaptured], [null, null]);
    const east = story.world.site("east").client;
    await east.create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "fresh", namespace: "appns" },
      data: { a: "1" },
    });
    const { plan, applications } = await story.look();
    const expected = {
      cluster: "east",
      added: ["base/appns/configmap/fresh.yaml"],
      changed: ["base/kustomization.yaml"],
      removed: [],
    };
    assert.deepEqual([plan.applications[0]?.uncaptured, applications[0]?.uncaptured], [expected, expected]);
    assert.match(
      planText(plan, PLAIN),
      /not captured: east changed since the last render: 1 changed, 1 new[^]*\+ base\/appns\/configmap\/fresh\.yaml/,
    );
  });
});
