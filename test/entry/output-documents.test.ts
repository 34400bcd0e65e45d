import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { probe } from "../../src/app/probe.ts";
import type { Proposal } from "../../src/app/propose-transition.ts";
import { renderBranches } from "../../src/app/render-branches.ts";
import { status } from "../../src/app/status.ts";
import { buildDesiredState } from "../../src/core/desired/desired-state.ts";
import { EVIDENCE_BRANCH } from "../../src/core/evidence/evidence.ts";
import { at } from "../../src/core/model/fields.ts";
import { PLAIN } from "../../src/core/report/palette.ts";
import { probeDocument } from "../../src/core/report/probe-views.ts";
import type { RenderedAll } from "../../src/core/report/render-list.ts";
import { statusDocument } from "../../src/core/report/status-views.ts";
import { renderApply } from "../../src/entry/apply-output.ts";
import { renderProposal } from "../../src/entry/proposal-output.ts";
import { renderCapture } from "../../src/entry/render-output.ts";
import { assertFitsSchema } from "../builders/schema-check.ts";
import { type Story, createStory } from "../builders/story.ts";
import { storyApplications, storyDocuments } from "../builders/story-documents.ts";

describe("the documents of a whole failover fit their schemas", () => {
  let story: Story;

  before(async () => {
    story = await createStory({ seed: 3, ledger: false });
    await story.change({ "apps/appns.yaml": storyApplications()["apps/appns.yaml"] ?? "" });
  });
  after(() => story.close());

  test("RenderReportList: what the first capture and a second one without a change say", async () => {
    await story.apply();
    const document = printedCapture(await renderBranches(story.ports(), { protectedBranch: "main" }));
    assertFitsSchema("RenderReportList", document);
    assert.deepEqual([items(document).length, at(document, "refused"), at(document, "notes")], [1, {}, []]);
    const tip = await story.repository.git(["rev-parse", "refs/heads/main"], { cwd: story.repository.bare });
    assert.equal(at(document, "revision"), tip);
    for (const report of items(document)) {
      assertFitsSchema("RenderReport", report);
      assert.deepEqual([at(report, "source"), at(report, "cluster")], ["east", "west"]);
    }
  });

  test("RenderReportList: what was refused is in it, with its reason and remedy", async () => {
    story.world.killSite("west");
    const result = await renderBranches(story.ports(), { protectedBranch: "main" });
    story.world.restoreSite("west");
    const document = printedCapture(result);
    assertFitsSchema("RenderReportList", document);
    const refusals = result.refused.get("appns") ?? [];
    assert.deepEqual(at(document, "refused"), { appns: refusals });
    assert.deepEqual([items(document), refusals.map(({ code }) => code)], [[], ["cluster-unreachable"]]);
  });

  test("ProbeReport and Status, before and after the site is lost", async () => {
    for (const alive of [true, false]) {
      if (!alive) story.world.killSite("east");
      assertFitsSchema("ProbeReport", probeDocument(await probe(story.ports())));
      const answer = await status(story.ports(), { protectedBranch: "main", now: story.world.clock.now() });
      const observedAt = new Date(answer.observedAt).toISOString();
      assertFitsSchema("Status", statusDocument({ ...answer, observedAt }));
    }
  });

  test("Proposal: refused without a plan, refused with one, and opened", async () => {
    const unknown = await story.propose({ type: "Failover", applications: ["nobody"] });
    const relocate = await story.propose({ type: "Relocate", applications: ["appns"], to: "west", reason: null });
    const opened = await story.propose({ type: "Failover", fromSite: "east" });
    assert.deepEqual([unknown.state, relocate.state, opened.state], ["refused", "refused", "opened"]);
    for (const proposal of [unknown, relocate, opened]) assertFitsSchema("Proposal", proposalJson(proposal));
    assert.ok(opened.state === "opened" && opened.pullRequest !== null);
    await story.merge(opened.pullRequest.number, ["ben", "cleo"]);
  });

  test("Plan of a run, and the Evidence that it left", async () => {
    const result = await story.apply();
    const document: unknown = JSON.parse(renderApply(result, "json", PLAIN));
    assertFitsSchema("Plan", document);
    assert.ok(Array.isArray(at(document, "results")));
    const ref = `refs/heads/${EVIDENCE_BRANCH}`;
    const { git, bare } = story.repository;
    const files = (await git(["ls-tree", "-r", "--name-only", ref], { cwd: bare })).split("\n");
    const evidence = files.filter((path) => path.endsWith(".json"));
    assert.equal(evidence.length, 1);
    for (const path of evidence) {
      const text = await git(["show", `${ref}:${path}`], { cwd: bare });
      assertFitsSchema("Evidence", JSON.parse(text));
      assert.notEqual(at(JSON.parse(text), "achieved", "recoveryPoint"), null);
      const times = ["begun", "stopped", "promoted", "serving"].map((time) =>
        Date.parse(String(at(JSON.parse(text), "transition", "times", time))),
      );
      assert.deepEqual(
        times,
        [...times].filter(Number.isFinite).sort((a, b) => a - b),
        "each has its time, one after the other",
      );
    }
  });
});

function printedCapture(result: RenderedAll): unknown {
  return JSON.parse(renderCapture({ result, format: "json", explain: false }, PLAIN));
}

function items(document: unknown): readonly unknown[] {
  const list = at(document, "items");
  return Array.isArray(list) ? list : assert.fail("it has items");
}

function proposalJson(proposal: Proposal): unknown {
  const documents = storyDocuments({ identities: { east: "", west: "" }, forge: "acme/dr" });
  const { settings } = buildDesiredState(new Map(Object.entries(documents))).state;
  assert.ok(settings !== null);
  return JSON.parse(renderProposal(proposal, { format: "json", palette: PLAIN, settings }));
}
