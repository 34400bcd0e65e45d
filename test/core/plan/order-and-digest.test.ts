import assert from "node:assert/strict";
import { test } from "node:test";
import type { Operation } from "../../../src/core/model/operation.ts";
import type { StepAction, StepDraft } from "../../../src/core/model/step.ts";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import { orderSteps } from "../../../src/core/plan/order-steps.ts";
import { type ApplicationPlan, planApplication } from "../../../src/core/plan/plan-application.ts";
import { permittedSteps } from "../../../src/core/plan/permitted-steps.ts";
import type { PhasePlan } from "../../../src/core/plan/phases.ts";
import {
  type AppSpec,
  C2,
  C3,
  FAILOVER,
  RELOCATE,
  type WorldSpec,
  transitionRecord,
  world,
} from "../../builders/plan-world.ts";
import { FENCED, RESYNCING } from "../../builders/stork-objects.ts";

const TO_WEST: AppSpec = { active: "west", transition: FAILOVER };
const NOTHING: Operation = { type: "record", application: "x", change: { type: "complete", id: "x" } };

function draft(slug: string, changes: Partial<StepDraft> = {}): StepDraft {
  return {
    slug,
    cluster: "west",
    action: "update",
    object: null,
    risk: "routine",
    why: "x",
    operation: NOTHING,
    ...changes,
  };
}

function raise(name: string): StepDraft {
  const operation = { type: "raise-epoch", applications: [name], transition: "x", commit: C2, stamp: [] } as const;
  return draft("raise-epoch@west", { operation });
}

function plans(phases: Readonly<Record<string, PhasePlan>>): readonly ApplicationPlan[] {
  const input = world({ apps: Object.keys(phases).map((name) => ({ ...TO_WEST, name })) });
  return Object.entries(phases).map(([name, own]) => {
    const document = input.desired.state.applications.get(name) ?? assert.fail(name);
    return { ...planApplication(input, document), phases: own };
  });
}

function ordered(phases: Readonly<Record<string, PhasePlan>>): readonly string[] {
  return orderSteps(world(), plans(phases)).map((step) => `${step.id} <- ${step.after.join(" ")}`.trim());
}

test("steps of an application follow each other; applications do not wait for each other", () => {
  const own = { begin: [draft("a"), draft("b")], promote: [draft("c")] };
  assert.deepEqual(ordered({ ledger: own, shop: own }), [
    "ledger/a <-",
    "ledger/b <- ledger/a",
    "shop/a <-",
    "shop/b <- shop/a",
    "ledger/c <- ledger/b",
    "shop/c <- shop/b",
  ]);
});

test("a site's step is one step, which waits for all that need it, and for which all wait", () => {
  const own = (name: string): PhasePlan => ({ begin: [draft("a")], epoch: [raise(name)], promote: [draft("c")] });
  assert.deepEqual(ordered({ ledger: own("ledger"), shop: own("shop") }), [
    "ledger/a <-",
    "shop/a <-",
    "west/epoch/raise-epoch@west <- ledger/a shop/a",
    "ledger/c <- west/epoch/raise-epoch@west",
    "shop/c <- west/epoch/raise-epoch@west",
  ]);
});

test("an application that does not need a site's step does not wait for it", () => {
  const steps = ordered({ ledger: { begin: [draft("a")], promote: [draft("c")] }, shop: { epoch: [raise("shop")] } });
  assert.ok(steps.includes("ledger/c <- ledger/a"));
});

test("raising an epoch for several names them all", () => {
  const steps = orderSteps(world(), plans({ ledger: { epoch: [raise("ledger")] }, shop: { epoch: [raise("shop")] } }));
  assert.deepEqual(
    steps.map((step) => [step.application, step.operation.type === "raise-epoch" && step.operation.applications]),
    [[null, ["ledger", "shop"]]],
  );
});

test("a site's steps follow each other", () => {
  const fence = [draft("fence-primary"), draft("wait-fence-primary")];
  assert.deepEqual(ordered({ shop: { fence } }), [
    "west/fence/fence-primary <-",
    "west/fence/wait-fence-primary <- west/fence/fence-primary",
  ]);
});

test("fences of two sites are two steps, and each application waits for its own", () => {
  const fence = (site: string): PhasePlan => ({ fence: [draft(`fence-${site}`)], promote: [draft("c")] });
  const steps = ordered({ ledger: fence("north"), shop: fence("primary") });
  assert.ok(steps.includes("ledger/c <- west/fence/fence-north"));
  assert.ok(steps.includes("shop/c <- west/fence/fence-primary"));
});

test("a step that the approved change does not permit is a bug and is never planned", () => {
  const relocating = world({ apps: [{ active: "west", transition: RELOCATE }] });
  const document = relocating.desired.state.applications.get("shop") ?? assert.fail("it is there");
  const plan = { ...planApplication(relocating, document), phases: { fence: [draft("fence", { action: "fence" })] } };
  assert.throws(() => orderSteps(relocating, [plan]), /not permitted/);
});

const ALL: readonly StepAction[] = [
  "create",
  "update",
  "delete",
  "suspend",
  "resume",
  "quiesce",
  "demote",
  "fence",
  "unfence",
  "promote",
  "activate",
  "deliver",
  "render",
  "snapshot",
  "wait",
  "verify",
];

function permitted(spec: WorldSpec): readonly (readonly StepAction[])[] {
  const input = world(spec);
  const document = input.desired.state.applications.get("shop") ?? assert.fail("it is there");
  const { reachable, unreachable } = permittedSteps(planApplication(input, document).intent);
  return [reachable, unreachable].map((actions) => ALL.filter((action) => actions.includes(action)));
}

const DISRUPTIVE: readonly StepAction[] = ["quiesce", "fence", "unfence", "promote", "activate", "delete", "snapshot"];

test("what each approved change permits", () => {
  const [protect = [], nothing = []] = permitted({});
  assert.deepEqual(
    protect.filter((action) => DISRUPTIVE.includes(action)),
    [],
  );
  assert.deepEqual(nothing, []);
  assert.deepEqual(permitted({ apps: [{ active: "west" }] }), [[], []]);
  const [drained = [], fenced = []] = permitted({ apps: [TO_WEST] });
  assert.ok(drained.includes("quiesce") && !drained.includes("fence") && !drained.includes("delete"));
  assert.ok(fenced.includes("fence") && fenced.includes("promote") && !fenced.includes("quiesce"));
  const [relocate = [], away = []] = permitted({ apps: [{ active: "west", transition: RELOCATE }] });
  assert.ok(!relocate.includes("fence") && !away.includes("fence"));
});

function digest(spec: WorldSpec): string {
  return buildPlan(world(spec)).digest;
}

const BASE: WorldSpec = { apps: [TO_WEST] };
const withRecord = (phase: "begun" | "serving"): WorldSpec => ({
  apps: [{ ...TO_WEST, east: { transitions: [transitionRecord({ phase })] } }],
});

const SAME: readonly (readonly [string, WorldSpec])[] = [
  ["later", { ...BASE, now: Date.parse("2026-11-23T04:00:00Z") }],
  ["the source does not answer", { ...BASE, away: { east: "away" } }],
  ["the source's storage is fenced", { ...BASE, domains: { east: FENCED } }],
  ["the target resynchronises", { ...BASE, domains: { west: RESYNCING } }],
  ["other counts", { apps: [{ ...TO_WEST, east: { replicas: 5 } }] }],
  ["merged as another commit", { apps: [{ ...TO_WEST, committed: C3 }] }],
  ["begun", withRecord("begun")],
  ["serving", withRecord("serving")],
  ["no folder on the branch", { apps: [{ ...TO_WEST, folder: "none" }] }],
  ["a record that can't be read", { apps: [{ ...TO_WEST, west: { record: { state: "unreadable" } } }] }],
];

for (const [name, spec] of SAME) test(`the digest stays: ${name}`, () => assert.equal(digest(spec), digest(BASE)));

const OTHER: readonly (readonly [string, WorldSpec])[] = [
  ["another id", { apps: [{ ...TO_WEST, transition: { ...FAILOVER, id: "another-one" } }] }],
  ["a later deadline", { apps: [{ ...TO_WEST, transition: { ...FAILOVER, notAfter: "2026-11-23T06:41:00Z" } }] }],
  [
    "an older accepted point",
    { apps: [{ ...TO_WEST, transition: { ...FAILOVER, acceptRecoveryPoint: "2026-11-23T01:00:00Z" } }] },
  ],
  [
    "an attested fence",
    {
      apps: [
        { ...TO_WEST, transition: { ...FAILOVER, fence: { attestation: "racks powered off at 02:40", by: "jdoe" } } },
      ],
    },
  ],
  ["diverged data discarded", { apps: [{ ...TO_WEST, transition: { ...FAILOVER, discardDivergedData: true } }] }],
  [
    "another namespace fenced",
    { apps: [{ ...TO_WEST, transition: { ...FAILOVER, unprotectedNamespaces: ["monitoring"] } }] },
  ],
  ["a relocate", { apps: [{ active: "west", transition: RELOCATE }] }],
  ["one more namespace", { apps: [{ ...TO_WEST, namespaces: ["shop", "shop-db"] }] }],
  ["one more application", { apps: [TO_WEST, { name: "ledger" }] }],
  ["no transition", {}],
];

for (const [name, spec] of OTHER)
  test(`the digest changes: ${name}`, () => assert.notEqual(digest(spec), digest(BASE)));
