import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { PlanInput } from "../../../src/core/plan/plan-input.ts";
import type { StopProof, TransitionRecord } from "../../../src/core/model/record.ts";
import type { Step } from "../../../src/core/model/step.ts";
import { buildStatus } from "../../../src/core/plan/status.ts";
import { domainState } from "../../../src/providers/portworx-stork/observe.ts";
import { ACTIVATED, quiesced } from "../../builders/live-objects.ts";
import { ancestors, startsTarget } from "../../builders/plan-checks.ts";
import {
  type AppSpec,
  C1,
  C2,
  C3,
  FAILOVER,
  RELOCATE,
  type WorldSpec,
  desiredOf,
  transitionRecord,
  world,
} from "../../builders/plan-world.ts";
import { FENCED, IN_SYNC, RESYNCING } from "../../builders/stork-objects.ts";

const ID = String(FAILOVER["id"]);

/** Mostly as in undisturbed protection, sometimes not: worlds in which something may be done must be common. */
const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

function defined<T extends object>(value: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as never;
}

const cause = fc.constantFrom("away", "away", "wrong-cluster", "unreadable" as const);
const domain = fc.constantFrom(
  IN_SYNC,
  IN_SYNC,
  FENCED,
  RESYNCING,
  { state: "Active", sync: "NotInSync" },
  { state: "Odd", sync: "" },
);
const mark = fc.record({
  cluster: fc.constantFrom("east", "west"),
  since: fc.constantFrom(C1, C2),
  raisedFor: fc.constantFrom(null, ID),
});

const transition: fc.Arbitrary<TransitionRecord> = fc
  .record({
    type: fc.constantFrom("Failover", "Relocate"),
    phase: fc.constantFrom("begun", "begun", "serving", "complete", "abandoned"),
    proof: fc.constantFrom<StopProof | null>(null, "drained", "storage-fence", "attested"),
  } as const)
  .map((changes) => transitionRecord(changes));

const onSite = fc
  .record({
    replicas: rarely(fc.constantFrom(0, 1, 3)),
    pods: rarely(fc.boolean()),
    annotations: rarely(fc.constantFrom({}, ACTIVATED, quiesced(ID, 2))),
    mark: rarely(fc.option(mark, { freq: 8 })),
    unread: rarely(fc.boolean()),
    delivered: rarely(
      fc.constantFrom(null, { content: "x", form: "active" } as const, { content: "x", form: "standby" } as const),
    ),
  })
  .map(defined);

const placements: readonly Partial<AppSpec>[] = [
  { active: "east" },
  { active: "west", transition: FAILOVER },
  { active: "west", transition: { ...RELOCATE, id: ID } },
  { active: "west" },
  { active: "east", transition: { id: ID, type: "Cancel", reason: "the power is back" } },
];

const application = (name: string): fc.Arbitrary<AppSpec> =>
  fc
    .record({
      placement: fc.constantFrom(...placements),
      transitions: fc.tuple(fc.option(transition), fc.option(transition), fc.boolean()),
      east: onSite,
      west: onSite,
      folder: rarely(fc.constantFrom("active", "none")),
      forward: rarely(fc.record({ suspended: fc.boolean(), activated: fc.boolean() })),
      recorded: rarely(
        fc.constantFrom(
          { state: "known", cluster: "west", since: C2 },
          { state: "unknown", why: "x" },
          { state: "none" },
        ),
      ),
    } as const)
    .map(({ placement, transitions: [one, other, same], east, west, ...rest }) => ({
      ...defined(rest),
      ...placement,
      name,
      east: { ...east, transitions: one === null ? [] : [one] },
      west: { ...west, transitions: (same ? one : other) === null ? [] : [(same ? one : other) ?? transitionRecord()] },
    }));

const anyWorld: fc.Arbitrary<PlanInput> = fc
  .record({
    apps: fc.tuple(application("ledger"), application("shop")),
    away: fc.record({ east: fc.option(cause, { nil: undefined, freq: 2 }), west: rarely(rarely(cause)) }).map(defined),
    domains: fc.record({ east: rarely(domain), west: rarely(domain) }).map(defined),
    epoch: rarely(
      fc.constantFrom({ west: "unreadable" } as const, { east: "unreadable" } as const, { west: "absent" } as const),
    ),
    withoutDomain: rarely(fc.constant(true)),
  })
  .map(({ apps, away, domains, epoch, withoutDomain }) => {
    const approved = (name: string, type: string): AppSpec => ({
      name,
      active: "west",
      transition: type === "Failover" ? FAILOVER : { ...RELOCATE, id: ID },
    });
    const types = apps.map(
      (app) => [app.west, app.east].flatMap((on) => on?.transitions ?? []).at(0)?.type ?? "Failover",
    );
    const own = desiredOf(
      {},
      apps.map((app, index) => approved(app.name ?? "", types[index] ?? "Failover")),
    );
    const spec: WorldSpec = { apps, away, domains, epoch: epoch ?? {}, documents: new Map([[C2, own]]) };
    const input = world(spec);
    return withoutDomain === true ? withoutEastDomain(input) : input;
  });

/** As if the rule that demands a domain did not exist: the plan must not rely on it. */
function withoutEastDomain(input: PlanInput): PlanInput {
  const east = input.desired.state.clusters.get("east") ?? assert.fail("it is there");
  const clusters = new Map([
    ...input.desired.state.clusters,
    ["east", { ...east, portworx: { ...east.portworx, clusterDomain: null } }],
  ] as const);
  return { ...input, desired: { ...input.desired, state: { ...input.desired.state, clusters } } };
}

/** One sample for all promises below: making a world and its plan is what takes time. */
const SAMPLE = fc
  .sample(anyWorld, { numRuns: 500, seed: 20_261_123 })
  .map((input) => ({ input, plan: buildPlan(input) }));

/** Checks all worlds, or one of `stride` where the check makes many plans itself. */
function everyWorld(check: (input: PlanInput, plan: Plan) => void, stride = 1): void {
  for (const [index, { input, plan }] of SAMPLE.entries()) {
    if (index % stride !== 0) continue;
    try {
      check(input, plan);
    } catch (error) {
      throw new Error(`world ${index}: ${plan.steps.map((step) => step.id).join(", ")}`, { cause: error });
    }
  }
}

function fencedNow(input: PlanInput): boolean {
  const west = input.clusters.get("west");
  return west?.reachable === true && domainState(west.providerObjects, "primary")?.active === false;
}

function drainedProof(input: PlanInput, name: string): boolean {
  const west = input.clusters.get("west");
  const record = west?.reachable === true ? west.applications.get(name)?.record : undefined;
  const proofs = record?.state === "read" ? record.value.transitions.map((each) => each.proof) : [];
  return proofs.some((proof) => proof === "drained" || proof === "attested");
}

/** Why it is safe that this step runs; null: nothing proves it. Written without the planner's own helpers. */
function stopProofOf(input: PlanInput, plan: Plan, step: Step): string | null {
  const before = ancestors(plan, step);
  const done = plan.steps.filter((each) => before.has(each.id));
  const name = step.application ?? "";
  const drains = done.some(
    (each) =>
      each.operation.type === "wait" &&
      each.operation.condition.test.name === "drained" &&
      each.cluster === "east" &&
      each.application === name,
  );
  if (drains) return "drained in this plan";
  const fences = done.some(
    (each) =>
      each.operation.type === "wait" && JSON.stringify(each.operation.condition.test).includes('"active":false'),
  );
  if (fences) return "fenced in this plan";
  if (fencedNow(input)) return "fenced already";
  const away = input.clusters.get("east")?.reachable === false;
  return away && drainedProof(input, name) ? "proven before it went away" : null;
}

test("whatever is observed, nothing starts on the target before the source was stopped, provably", () => {
  let started = 0;
  everyWorld((input, plan) => {
    for (const step of plan.steps.filter(startsTarget)) {
      started += 1;
      assert.notEqual(stopProofOf(input, plan, step), null, step.id);
    }
  });
  assert.ok(started > 100, "the worlds are not all refused");
});

test("whatever is observed, every workload that runs on the source is told to stop before the target starts", () => {
  everyWorld((input, plan) => {
    const east = input.clusters.get("east");
    if (east?.reachable !== true || fencedNow(input)) return;
    for (const step of plan.steps.filter(startsTarget)) {
      const before = ancestors(plan, step);
      const stopped = new Set(
        plan.steps
          .filter((each) => before.has(each.id))
          .map((each) => (each.operation.type === "quiesce" ? each.operation.workload.name : "")),
      );
      for (const workload of east.applications.get(step.application ?? "")?.facts.workloads ?? []) {
        if (workload.replicas > 0) assert.ok(stopped.has(workload.ref.name), `${step.id}: ${workload.ref.name}`);
      }
    }
  });
});

test("whatever is observed, a relocate starts nothing before its last transfer was verified, or the source was fenced", () => {
  everyWorld((input, plan) => {
    for (const step of plan.steps.filter(startsTarget)) {
      const application = plan.applications.find((each) => each.name === step.application);
      if (application?.intent.type !== "move" || application.intent.move.transition.type !== "Relocate") continue;
      const before = ancestors(plan, step);
      const synced = before.has(`${application.name}/wait-final-sync`);
      const away = input.clusters.get("east")?.reachable === false;
      assert.ok(synced || fencedNow(input) || (away && drainedProof(input, application.name)), step.id);
    }
  });
});

test("whatever is observed, steps follow what they wait for, and ids are unique", () => {
  everyWorld((_, plan) => {
    const seen = new Set<string>();
    for (const step of plan.steps) {
      for (const id of step.after) assert.ok(seen.has(id), `${step.id} waits for ${id}`);
      assert.ok(!seen.has(step.id), step.id);
      seen.add(step.id);
    }
  });
});

test("whatever is observed, equal inputs give equal bytes, and the order in which things were read decides nothing", () => {
  const turned = (input: PlanInput): PlanInput => ({
    ...input,
    clusters: new Map([...input.clusters].reverse()),
    branches: new Map([...input.branches].reverse()),
    recorded: new Map([...input.recorded].reverse()),
    desired: {
      ...input.desired,
      state: { ...input.desired.state, applications: new Map([...input.desired.state.applications].reverse()) },
    },
  });
  const bytes = (plan: Plan): string =>
    JSON.stringify(plan, (_, value: unknown) => (value instanceof Map ? [...value] : value));
  everyWorld((input, plan) => assert.equal(bytes(buildPlan(turned(input))), bytes(plan)));
  everyWorld((input, plan) => assert.equal(bytes(buildPlan(input)), bytes(plan)), 5);
});

test("whatever is observed, what is not routine has an approved change, and refused applications have no steps", () => {
  everyWorld((_, plan) => {
    for (const step of plan.steps) if (step.risk !== "routine") assert.ok(step.authorisedBy?.commit, step.id);
    for (const application of plan.applications) {
      const hard = application.blockers.filter((blocker) => blocker.code !== "suspicious-capture");
      if (hard.length === 0) continue;
      assert.equal(application.verdict, "refused");
      assert.deepEqual(
        plan.steps.filter((step) => step.application === application.name),
        [],
      );
    }
  });
});

test("whatever is observed, nobody is fenced who answers or who is somebody else", () => {
  everyWorld((input, plan) => {
    const fence = plan.steps.some((step) => step.action === "fence");
    const east = input.clusters.get("east");
    assert.ok(!fence || (east?.reachable === false && east.cause === "away"));
  });
});

test("whatever is observed, status answers, and never says that an unreachable or unknown side is fine", () => {
  everyWorld((input) => {
    for (const status of buildStatus(input)) {
      if (status.phase !== "Protected") continue;
      assert.ok(
        [...input.clusters.values()].every((cluster) => cluster.reachable),
        status.name,
      );
      assert.ok(
        status.targets.every((target) => target.canFailover),
        status.name,
      );
    }
  }, 2);
});

test("a transition of a later commit authorises nothing for one that is begun", () => {
  const transitions = [transitionRecord({ proof: "drained" })];
  const app: AppSpec = {
    active: "west",
    transition: FAILOVER,
    committed: C3,
    east: { transitions },
    west: { transitions },
  };
  const plan = buildPlan(world({ apps: [app] }));
  for (const step of plan.steps) assert.equal(step.authorisedBy?.commit, C2, step.id);
});
