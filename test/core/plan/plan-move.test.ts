import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import type { TransitionRecord } from "../../../src/core/model/record.ts";
import { ACTIVATED, STANDING_BY, deployment, quiesced } from "../../builders/live-objects.ts";
import { blockerCodes, slugs } from "../../builders/plan-checks.ts";
import {
  type AppSpec,
  C1,
  C2,
  FAILOVER,
  RELOCATE,
  type WorldSpec,
  desiredOf,
  transitionRecord,
  world,
} from "../../builders/plan-world.ts";
import { FENCED, IN_SYNC } from "../../builders/stork-objects.ts";

const ID = String(FAILOVER["id"]);
const TO_WEST: AppSpec = { active: "west", transition: FAILOVER };
const MOVING: AppSpec = { active: "west", transition: RELOCATE };

const FENCE = ["west/fence/fence-primary", "west/fence/wait-fence-primary", "west/fence/wait-fenced-primary"];
const DRAIN = [
  "suspend-drover-shop@east",
  "wait-idle@east",
  "quiesce-Deployment/shop/web@east",
  "quiesce-StatefulSet/shop/db@east",
  "wait-drained@east",
];
const BEGIN = ["record-begin@west", "record-begin@east", "west/epoch/raise-epoch@west", "east/epoch/raise-epoch@east"];
const BEGIN_WEST = ["record-begin@west", "west/epoch/raise-epoch@west"];
const CHECKS = ["verify-target", "verify-claims@west"];
const START = [
  "activate-copy-drover-shop@west",
  "activate-branch-west",
  "start@west",
  "verify-ready@west",
  "record-serving@west",
];
const TURN = ["set-active@west", "set-active@east"];

/** A transition that began: what the first steps wrote is there. */
function begun(changes: Partial<TransitionRecord> = {}, more: Partial<AppSpec> = {}): AppSpec {
  const transitions = [transitionRecord(changes)];
  const raised = { cluster: "east", since: C1, raisedFor: transitions[0]?.id ?? "" };
  return {
    ...TO_WEST,
    forward: { suspended: true },
    ...more,
    east: { transitions, mark: raised, ...more.east },
    west: { transitions, mark: raised, ...more.west },
  };
}

const STOPPED = { replicas: 0, annotations: quiesced(ID, 1) } as const;
const TURNED = { cluster: "west", since: C2, raisedFor: ID };
const DEAD: WorldSpec = { away: { east: "away" } };
const CUT: WorldSpec = { ...DEAD, domains: { east: FENCED } };

const CASES: readonly (readonly [string, WorldSpec, readonly string[]])[] = [
  [
    "failover, source reachable: all of it",
    { apps: [TO_WEST] },
    [...BEGIN, ...DRAIN, "record-stopped@west", ...CHECKS, ...TURN, ...START],
  ],
  [
    "failover, source dead: fenced instead of drained",
    { ...DEAD, apps: [TO_WEST] },
    [...BEGIN_WEST, ...FENCE, "record-stopped@west", ...CHECKS, "set-active@west", ...START],
  ],
  [
    "failover, source dead and fenced already",
    { ...CUT, apps: [TO_WEST] },
    [...BEGIN_WEST, "record-stopped@west", ...CHECKS, "set-active@west", ...START],
  ],
  [
    "failover, source answers but its storage is fenced",
    { domains: { east: FENCED }, apps: [TO_WEST] },
    [...BEGIN, "record-stopped@west", ...CHECKS, ...TURN, ...START],
  ],
  [
    "relocate: the last transfer comes after the drain and before the proof",
    { apps: [MOVING] },
    [...BEGIN, ...DRAIN, "final-sync", "wait-final-sync", "record-stopped@west", ...CHECKS, ...TURN, ...START],
  ],
  [
    "died after the record on the survivor alone",
    {
      apps: [
        begun({}, { forward: {}, east: { transitions: [], mark: { cluster: "east", since: C1, raisedFor: null } } }),
      ],
    },
    ["record-begin@east", "east/epoch/raise-epoch@east", ...DRAIN, "record-stopped@west", ...CHECKS, ...TURN, ...START],
  ],
  [
    "died after the epochs",
    { apps: [begun({}, { forward: {} })] },
    [...DRAIN, "record-stopped@west", ...CHECKS, ...TURN, ...START],
  ],
  [
    "died between two quiesces",
    {
      apps: [
        begun(
          {},
          { east: { without: (object) => object.kind === "Deployment", more: [deployment("shop", "web", STOPPED)] } },
        ),
      ],
    },
    [
      ...DRAIN.filter((slug) => !slug.includes("web") && !slug.startsWith("suspend")),
      "record-stopped@west",
      ...CHECKS,
      ...TURN,
      ...START,
    ],
  ],
  [
    "died after the drain: it is proven again, by reading",
    { apps: [begun({}, { east: STOPPED })] },
    ["wait-idle@east", "wait-drained@east", "record-stopped@west", ...CHECKS, ...TURN, ...START],
  ],
  [
    "died after the proof",
    { apps: [begun({ proof: "drained" }, { east: STOPPED })] },
    ["wait-idle@east", "wait-drained@east", ...CHECKS, ...TURN, ...START],
  ],
  [
    "died after the proof, and the source since",
    { ...DEAD, apps: [begun({ proof: "drained" })] },
    [...CHECKS, "set-active@west", ...START],
  ],
  [
    "died after the fence was proven",
    { ...CUT, apps: [begun({ proof: "storage-fence" })] },
    [...CHECKS, "set-active@west", ...START],
  ],
  [
    "the fence that was proven is not in force any more",
    { ...DEAD, apps: [begun({ proof: "storage-fence" })] },
    [...FENCE, ...CHECKS, "set-active@west", ...START],
  ],
  [
    "died between the two turns",
    { apps: [begun({ proof: "drained" }, { east: STOPPED, west: { mark: TURNED } })] },
    ["wait-idle@east", "wait-drained@east", ...CHECKS, "set-active@east", ...START],
  ],
  [
    "died after the copy was flagged",
    {
      ...CUT,
      apps: [
        begun({ proof: "storage-fence" }, { west: { mark: TURNED }, forward: { suspended: true, activated: true } }),
      ],
    },
    [...CHECKS, ...START.slice(1)],
  ],
  [
    "died after the branch was activated",
    {
      ...CUT,
      apps: [
        begun({ proof: "storage-fence" }, { west: { mark: TURNED }, folder: "active", forward: { activated: true } }),
      ],
    },
    [...CHECKS, ...START.slice(2)],
  ],
  [
    "died in the middle of starting: what was not started is started",
    {
      ...CUT,
      apps: [
        begun(
          { proof: "storage-fence" },
          {
            west: {
              mark: TURNED,
              replicas: 1,
              annotations: ACTIVATED,
              without: (object) => object.kind === "Deployment",
              more: [deployment("shop", "web", { replicas: 0, annotations: STANDING_BY })],
            },
            folder: "active",
            forward: { activated: true },
          },
        ),
      ],
    },
    [...CHECKS, ...START.slice(2)],
  ],
  [
    "died after everything was started",
    {
      ...CUT,
      apps: [
        begun(
          { proof: "storage-fence" },
          {
            west: { mark: TURNED, replicas: 1, annotations: ACTIVATED, delivered: { content: "x", form: "active" } },
            folder: "active",
            forward: { activated: true },
          },
        ),
      ],
    },
    [...CHECKS, ...START.slice(3)],
  ],
];

for (const [name, spec, expected] of CASES) {
  test(`move: ${name}`, () => {
    const plan = buildPlan(world(spec));
    assert.deepEqual(blockerCodes(plan), []);
    assert.deepEqual(slugs(plan), expected);
  });
}

test("a reader's own application may be called like something that every object has", () => {
  const plan = buildPlan(world({ apps: [{ name: "constructor", east: { mark: null }, west: { mark: null } }] }));
  assert.deepEqual(
    plan.steps.map((step) => step.id),
    ["constructor/set-active@east", "constructor/set-active@west"],
  );
});

test("two workloads whose namespace and name run together are both stopped", () => {
  const app: AppSpec = {
    ...TO_WEST,
    namespaces: ["shop", "shop-db"],
    east: { more: [deployment("shop-db", "x", { replicas: 1 }), deployment("shop", "db-x", { replicas: 1 })] },
  };
  const plan = buildPlan(world({ apps: [app] }));
  const stopped = plan.steps.filter((step) => step.operation.type === "quiesce").map((step) => step.object);
  assert.equal(stopped.length, 4);
});

test("stopping is the reverse of starting", () => {
  const app = {
    ...TO_WEST,
    spec: {
      startup: [
        { kind: "Deployment", name: "web" },
        { kind: "StatefulSet", name: "db" },
      ],
    },
  };
  const stopped = slugs(buildPlan(world({ apps: [app] }))).filter((slug) => slug.startsWith("quiesce"));
  assert.deepEqual(stopped, ["quiesce-StatefulSet/shop/db@east", "quiesce-Deployment/shop/web@east"]);
});

test("the record holds the counts from before the stop, whenever the run died", () => {
  const plan = buildPlan(world({ apps: [begun({}, { east: STOPPED, west: { transitions: [] } })] }));
  const [step] = plan.steps.filter((each) => each.id === "shop/record-begin@west");
  const change =
    step?.operation.type === "record" && step.operation.change.type === "begin" ? step.operation.change : null;
  assert.deepEqual(
    change?.facts?.workloads.map((workload) => workload.replicas),
    [1, 1],
  );
});

test("a begun transition is planned from the document of its own commit", () => {
  const changed: AppSpec = {
    ...begun({ proof: "drained" }, { east: STOPPED }),
    namespaces: ["shop"],
    spec: { startup: [{ kind: "Deployment", name: "web" }] },
  };
  const own = desiredOf({}, [{ ...TO_WEST, spec: { startup: [{ kind: "StatefulSet", name: "db" }] } }]);
  const plan = buildPlan(world({ apps: [changed], documents: new Map([[C2, own]]) }));
  const start = plan.steps.find((step) => step.operation.type === "deliver");
  assert.deepEqual(start?.operation.type === "deliver" ? start.operation.startup.map((each) => each.name) : null, [
    "db",
  ]);
});

test("a begun transition is finished although a later commit made its document invalid", () => {
  const own = desiredOf({}, [TO_WEST]);
  const input = world({ apps: [begun({ proof: "drained" }, { east: STOPPED })], documents: new Map([[C2, own]]) });
  const plan = buildPlan({ ...input, desired: { ...input.desired, blocked: new Set(["shop"]) } });
  assert.ok(plan.steps.some((step) => step.operation.type === "set-active"));
});

test("serving, source away: nothing to do but to wait, and it is said", () => {
  const transitions = [transitionRecord({ phase: "serving", proof: "storage-fence" })];
  const app: AppSpec = {
    ...TO_WEST,
    west: { transitions, mark: TURNED, replicas: 1, annotations: ACTIVATED },
    folder: "active",
  };
  const plan = buildPlan(world({ ...CUT, apps: [app] }));
  assert.deepEqual(plan.steps, []);
  assert.match(plan.applications[0]?.waitingFor.join() ?? "", /east to return/);
});

function returned(east: AppSpec["east"]): AppSpec {
  const transitions = [transitionRecord({ phase: "serving", proof: "storage-fence" })];
  return {
    ...TO_WEST,
    home: "east",
    recorded: { state: "known", cluster: "west", since: C2 },
    folder: "active",
    forward: { activated: true },
    east: east ?? {},
    west: {
      transitions,
      mark: TURNED,
      replicas: 1,
      annotations: ACTIVATED,
      delivered: { content: "x", form: "active" },
    },
  };
}

test("a returning source learns what happened, is stopped, and only then gets its storage back", () => {
  const plan = buildPlan(world({ domains: { east: FENCED }, apps: [returned({})] }));
  const ids = slugs(plan);
  const at = (slug: string): number => ids.findIndex((id) => id.endsWith(slug));
  const order = [
    "raise-epoch@east",
    "record-adopt@east",
    "set-active@east",
    "quiesce-StatefulSet/shop/db@east",
    "wait-drained@east",
    "unfence-primary",
    "wait-in-sync-primary",
  ];
  assert.deepEqual(
    order.map(at),
    order.map(at).toSorted((a, b) => a - b),
  );
  assert.ok(
    order.map(at).every((index) => index >= 0),
    ids.join("\n"),
  );
  const reverse = plan.steps.findIndex((step) => step.risk === "destructive" && step.action === "create");
  assert.ok(reverse > at("wait-in-sync-primary"), "replication turns round after the resync");
  assert.deepEqual(ids.slice(-2), ["record-complete@east", "record-complete@west"]);
});

test("everything that overwrites the former active side is destructive and has its authority", () => {
  const plan = buildPlan(world({ domains: { east: FENCED }, apps: [returned({})] }));
  for (const step of plan.steps) {
    if (step.risk !== "routine") assert.equal(step.authorisedBy?.commit, C2, step.id);
    if (step.operation.type === "apply" && step.operation.object.kind === "MigrationSchedule")
      assert.equal(step.risk, "destructive");
    if (step.action === "unfence") assert.equal(step.risk, "destructive");
  }
});

test("in sync already after a planned move: no unfence, no waiting for a resync", () => {
  const ids = slugs(buildPlan(world({ domains: { east: IN_SYNC }, apps: [returned(STOPPED)] })));
  assert.ok(ids.every((id) => !id.includes("unfence") && !id.includes("in-sync")));
});
