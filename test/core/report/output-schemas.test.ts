import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import { contextFor } from "../../../src/core/plan/application-context.ts";
import { capture } from "../../../src/core/plan/capture.ts";
import { buildStatus } from "../../../src/core/plan/status.ts";
import { evidenceOf } from "../../../src/core/evidence/evidence.ts";
import { planDocument } from "../../../src/core/report/plan-json.ts";
import { type ProbeResult, probeDocument } from "../../../src/core/report/probe-views.ts";
import { statusDocument } from "../../../src/core/report/status-views.ts";
import { validationReport } from "../../../src/core/report/validation-report.ts";
import { secret } from "../../builders/live-objects.ts";
import {
  type AppSpec,
  FAILOVER,
  RELOCATE,
  type WorldSpec,
  transitionRecord,
  world,
} from "../../builders/plan-world.ts";
import { assertFitsSchema } from "../../builders/schema-check.ts";

const TO_WEST: AppSpec = { active: "west", transition: FAILOVER };

const WORLDS: readonly (readonly [string, WorldSpec])[] = [
  ["nothing to do", {}],
  ["first protection", { apps: [{ folder: "none" }] }],
  ["a failover", { apps: [TO_WEST, { name: "ledger", namespaces: ["ledger"] }] }],
  ["a failover of a dead site", { apps: [TO_WEST], away: { east: "away" } }],
  ["a begun failover", { apps: [{ ...TO_WEST, west: { transitions: [transitionRecord()] } }], away: { east: "away" } }],
  ["a refused failover", { apps: [{ ...TO_WEST, folder: "none" }] }],
  ["a relocate", { apps: [{ active: "west", transition: RELOCATE }] }],
  [
    "nobody answers",
    { apps: [{ recorded: { state: "unknown", why: "the clusters are away" } }], away: { east: "away", west: "away" } },
  ],
];

describe("what Drover prints fits its schema", () => {
  for (const [name, spec] of WORLDS) {
    test(`Plan and Status: ${name}`, () => {
      const input = world(spec);
      const plan = buildPlan(input);
      assertFitsSchema("Plan", planDocument(plan));
      const report = { revision: input.revision, observedAt: plan.observedAt, applications: buildStatus(input) };
      assertFitsSchema("Status", statusDocument(report));
      assertFitsSchema("ValidationReport", validationReport(input.desired.findings));
    });
  }

  test("RenderReport: with omissions, changes and requirements", () => {
    const input = world({ apps: [{ east: { more: [secret("shop", "login", "x")] } }] });
    const document = input.desired.state.applications.get("shop") ?? assert.fail("it is there");
    const context = contextFor(input, document, { source: "east", target: "west" }) ?? assert.fail("it has a pair");
    const { report } = capture(context);
    assert.ok(report.omitted.length > 0 && report.changed.length > 0 && report.requirements.length > 0);
    assertFitsSchema("RenderReport", report);
    assertFitsSchema("RenderReport", { ...report, commit: input.revision });
  });

  test("ProbeReport: every state", () => {
    const one: ProbeResult = {
      cluster: "east",
      state: "ok",
      version: "v1.36.3",
      identity: "6f0c2a4e-0d5b-4f0e-9a63-5a7f3b1c2d10",
      expected: null,
      why: null,
    };
    const states = ["ok", "missing", "mismatch", "unreachable"] as const;
    assertFitsSchema("ProbeReport", probeDocument(states.map((state) => ({ ...one, state }))));
  });

  test("Evidence: of a transition that ended, and of one that is on its way", () => {
    const document = world().desired.state.applications.get("shop") ?? assert.fail("it is there");
    const ended = transitionRecord({
      phase: "complete",
      proof: "storage-fence",
      recoveryPoint: "2026-11-23T02:40:00.5Z",
    });
    for (const record of [transitionRecord(), ended]) {
      assertFitsSchema("Evidence", evidenceOf(document, record, { rpo: 0, rto: 60_000 }));
    }
  });

  test("a schema tells what is not such a document", () => {
    const plan = planDocument(buildPlan(world({ apps: [TO_WEST] })));
    const wrong: readonly Readonly<Record<string, unknown>>[] = [
      { ...plan, verdict: "maybe" },
      { ...plan, observedAt: "yesterday" },
      { ...plan, digest: null },
      { ...plan, kind: "Status" },
      { ...plan, extra: 1 },
    ];
    for (const document of wrong) assert.throws(() => assertFitsSchema("Plan", document));
  });
});
