import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { ACTIVATED } from "../../builders/live-objects.ts";
import { ancestors, blockerCodes, startsTarget } from "../../builders/plan-checks.ts";
import { type AppSpec, C2, FAILOVER, type WorldSpec, transitionRecord, world } from "../../builders/plan-world.ts";
import { FENCED } from "../../builders/stork-objects.ts";

const ID = String(FAILOVER["id"]);
const DEAD: WorldSpec = { away: { east: "away" } };

function leaving(name: string, changes: Partial<AppSpec> = {}): AppSpec {
  return { name, active: "west", transition: FAILOVER, ...changes };
}

function fences(plan: Plan): readonly string[] {
  return plan.steps.filter((step) => step.action === "fence").map((step) => step.id);
}

test("a site with two applications is fenced once, after both are ready and before either starts", () => {
  const plan = buildPlan(world({ ...DEAD, apps: [leaving("ledger"), leaving("shop")] }));
  assert.deepEqual(fences(plan), ["west/fence/fence-primary"]);
  const fence = plan.steps.find((step) => step.action === "fence") ?? assert.fail("there is a fence");
  for (const name of ["ledger", "shop"]) assert.ok(ancestors(plan, fence).has(`${name}/record-begin@west`));
  const started = plan.steps.filter(startsTarget);
  assert.ok(started.length >= 8);
  for (const step of started) assert.ok(ancestors(plan, step).has("west/fence/wait-fenced-primary"), step.id);
});

test("an application that stays where it is keeps the site from being fenced, for all", () => {
  const plan = buildPlan(world({ ...DEAD, apps: [{ name: "ledger" }, leaving("shop")] }));
  assert.deepEqual(blockerCodes(plan), ["site-fence-incomplete"]);
  assert.deepEqual(plan.steps, []);
});

test("so does one that moves by another change", () => {
  const other = { ...FAILOVER, id: "another-one" };
  const plan = buildPlan(world({ ...DEAD, apps: [leaving("ledger", { transition: other }), leaving("shop")] }));
  assert.deepEqual(
    [...blockerCodes(plan), ...blockerCodes(plan, "ledger")],
    ["site-fence-incomplete", "site-fence-incomplete"],
  );
  assert.deepEqual(plan.steps.filter(startsTarget), []);
});

test("so does one whose change nobody approved, though its document names the transition", () => {
  const withheld = new Map([
    ["ledger", [{ code: "approval-missing", message: "ledger is not approved", remedy: "approve it" } as const]],
  ]);
  const plan = buildPlan(world({ ...DEAD, withheld, apps: [leaving("ledger"), leaving("shop")] }));
  assert.deepEqual(blockerCodes(plan), ["site-fence-incomplete"]);
  assert.deepEqual(fences(plan), []);
});

test("a refused application is fenced with the site; only its own promotion is refused", () => {
  const plan = buildPlan(world({ ...DEAD, apps: [leaving("ledger", { folder: "none" }), leaving("shop")] }));
  assert.deepEqual(blockerCodes(plan, "ledger"), ["branch-missing"]);
  assert.equal(fences(plan).length, 1);
  assert.ok(plan.steps.filter(startsTarget).every((step) => step.application === "shop"));
});

const NAMESPACES: readonly (readonly [string, readonly string[], readonly string[], readonly string[]])[] = [
  ["an unprotected namespace with volumes", ["monitoring", "shop"], [], ["unprotected-namespaces"]],
  ["the same, named", ["monitoring", "shop"], ["monitoring"], []],
];

for (const [name, there, named, expected] of NAMESPACES) {
  test(`fencing takes along: ${name}`, () => {
    const sites = { west: new Map([["east", there]]) };
    const app = leaving("shop", { transition: { ...FAILOVER, unprotectedNamespaces: named } });
    assert.deepEqual(blockerCodes(buildPlan(world({ ...DEAD, sites, apps: [app] }))), expected);
  });
}

test("the site's copies of an application that runs on the other side are protected volumes, and stop nothing", () => {
  const standingBy: AppSpec = { name: "ledger", home: "west", active: "west" };
  const plan = buildPlan(world({ ...DEAD, apps: [standingBy, leaving("shop")] }));
  assert.deepEqual(blockerCodes(plan), []);
  assert.equal(fences(plan).length, 1);
});

test("an application that has a document but was never protected is not protected", () => {
  const never: AppSpec = { name: "ledger", recorded: { state: "none" }, west: { mark: null } };
  const plan = buildPlan(world({ ...DEAD, apps: [never, leaving("shop")] }));
  assert.deepEqual(blockerCodes(plan), ["unprotected-namespaces"]);
});

test("without a record of what has volumes there, nothing is fenced", () => {
  const plan = buildPlan(world({ ...DEAD, sites: { west: new Map() }, apps: [leaving("shop")] }));
  assert.deepEqual(blockerCodes(plan), ["site-unknown"]);
});

test("a source that answers is drained, and its site left alone", () => {
  const plan = buildPlan(world({ apps: [{ name: "ledger" }, leaving("shop")] }));
  assert.deepEqual(blockerCodes(plan), []);
  assert.deepEqual(fences(plan), []);
});

test("an application whose document is invalid keeps the site from being fenced", () => {
  const input = world({ ...DEAD, apps: [leaving("ledger"), leaving("shop")] });
  const plan = buildPlan({ ...input, desired: { ...input.desired, blocked: new Set(["ledger"]) } });
  assert.deepEqual(blockerCodes(plan), ["site-fence-incomplete"]);
});

function serving(name: string, changes: Partial<AppSpec> = {}): AppSpec {
  const transitions = [transitionRecord({ phase: "serving", proof: "storage-fence" })];
  const mark = { cluster: "west", since: C2, raisedFor: ID };
  return leaving(name, {
    recorded: { state: "known", cluster: "west", since: C2 },
    folder: "active",
    west: { transitions, mark, replicas: 1, annotations: ACTIVATED, delivered: { content: "x", form: "active" } },
    ...changes,
  });
}

function unfences(plan: Plan): readonly string[] {
  return plan.steps.filter((step) => step.action === "unfence").map((step) => step.id);
}

const BACK: WorldSpec = { domains: { east: FENCED } };

test("two applications that came back are both stopped before the storage is given back, once", () => {
  const plan = buildPlan(world({ ...BACK, apps: [serving("ledger"), serving("shop")] }));
  assert.equal(unfences(plan).length, 1);
  const step = plan.steps.find((each) => each.action === "unfence") ?? assert.fail("it is there");
  for (const name of ["ledger", "shop"]) assert.ok(ancestors(plan, step).has(`${name}/wait-drained@east`), name);
});

const BUSY: readonly (readonly [string, AppSpec])[] = [
  ["runs there and is not moved", { name: "ledger" }],
  ["has pods there that hold a claim", { name: "ledger", east: { replicas: 0, pods: true } }],
  ["was not read there", { name: "ledger", east: { unread: true } }],
  ["is refused and runs there", serving("ledger", { west: { record: { state: "unreadable" } } })],
];

for (const [name, other] of BUSY) {
  test(`the storage is not given back while another application ${name}`, () => {
    const plan = buildPlan(world({ ...BACK, apps: [other, serving("shop")] }));
    assert.deepEqual(unfences(plan), []);
    const shop = plan.applications.find((application) => application.name === "shop");
    assert.match(shop?.waitingFor.join() ?? "", /ledger on east/);
    assert.ok(plan.steps.every((step) => step.risk !== "destructive"));
    assert.ok(
      plan.steps.some((step) => step.id === "shop/wait-drained@east"),
      "what came back is stopped all the same",
    );
  });
}

test("nor while one with an invalid document runs there", () => {
  const input = world({ ...BACK, apps: [{ name: "ledger" }, serving("shop")] });
  const plan = buildPlan({ ...input, desired: { ...input.desired, blocked: new Set(["ledger"]) } });
  assert.deepEqual(unfences(plan), []);
});

test("an application that is at rest there does not hold it up", () => {
  const plan = buildPlan(
    world({ ...BACK, apps: [{ name: "ledger", east: { replicas: 0, pods: false } }, serving("shop")] }),
  );
  assert.equal(unfences(plan).length, 1);
});
