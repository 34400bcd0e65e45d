import assert from "node:assert/strict";
import { test } from "node:test";
import { readApplication } from "../../../src/core/observed/application-facts.ts";
import type { ClusterFacts } from "../../../src/core/observed/cluster-facts.ts";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import type { PlanInput } from "../../../src/core/plan/plan-input.ts";
import { claim, namespaceObject, statefulSet, volume } from "../../builders/live-objects.ts";
import { blockerCodes, slugs } from "../../builders/plan-checks.ts";
import { type AppSpec, type SiteName, type WorldSpec, transitionRecord, world } from "../../builders/plan-world.ts";
import { RESYNCING } from "../../builders/stork-objects.ts";

const FIRST: AppSpec = {
  recorded: { state: "none" },
  folder: "none",
  east: { mark: null, record: { state: "absent" } },
  west: { mark: null, record: { state: "absent" }, without: () => true },
};

/** A world in which somebody deleted a namespace, which waits for its content to go. */
function goingAway(site: SiteName, name: string, spec: WorldSpec = {}): PlanInput {
  const input = world(spec);
  const cluster = input.clusters.get(site);
  const shop = cluster?.reachable === true ? cluster.applications.get("shop") : undefined;
  if (cluster?.reachable !== true || shop === undefined) return assert.fail("the application is there");
  const { namespaces, objects, unread, owners } = shop.facts;
  const now = objects.map((object) =>
    object.kind === "Namespace" && object.metadata.name === name
      ? { ...object, status: { phase: "Terminating" } }
      : object,
  );
  const facts = readApplication(
    namespaces.map((each) => each.name),
    now,
    { unread, owners },
  );
  const applications = new Map([["shop", { ...shop, facts }]]);
  return { ...input, clusters: new Map([...input.clusters, [site, { ...cluster, applications }] as const]) };
}

/** The world before anything was protected: no schedule, no record, nothing on the standby. */
function untouched(): ReturnType<typeof world> {
  const input = world({ apps: [FIRST], sites: { east: new Map(), west: new Map() } });
  const clusters = new Map(
    [...input.clusters].map(([name, facts]): readonly [string, ClusterFacts] => {
      if (!facts.reachable) return [name, facts];
      const providerObjects = facts.providerObjects.filter(
        (object) => object.kind !== "MigrationSchedule" && object.kind !== "SchedulePolicy",
      );
      return [name, { ...facts, providerObjects }];
    }),
  );
  return { ...input, clusters };
}

test("undisturbed protection has nothing to do", () => {
  const plan = buildPlan(world());
  assert.deepEqual([plan.verdict, plan.steps], ["no-changes", []]);
});

test("first protection: capture, namespace, volumes kept, replication, delivery, in this order", () => {
  const plan = buildPlan(untouched());
  const ids = slugs(plan);
  const index = (part: string): number => ids.findIndex((id) => id.includes(part));
  const order = [
    "record-observe@east",
    "record-observe@west",
    "render-west",
    "apply-namespace-shop@west",
    "apply-migrationschedule-drover-shop@east",
    "wait-static-copy",
    "wait-first-run",
    "verify-claims@west",
    "deliver@west",
  ];
  assert.ok(
    order.every((part) => index(part) >= 0),
    ids.join("\n"),
  );
  assert.deepEqual(
    order.map(index),
    order.map(index).toSorted((a, b) => a - b),
  );
  assert.ok(plan.steps.every((step) => step.risk === "routine" && step.authorisedBy === null));
  assert.equal(plan.verdict, "changes");
});

test("volumes read Retain before replication is asked for", () => {
  const app: AppSpec = {
    ...FIRST,
    east: {
      ...FIRST.east,
      without: (object) => object.kind === "PersistentVolume" && object.metadata.labels?.["kept"] !== "x",
      more: [],
    },
  };
  const deleting = volume("pv-shop", { namespace: "shop", claim: "data-db-0" }, "Delete");
  const marked = { ...deleting, metadata: { ...deleting.metadata, labels: { kept: "x" } } };
  const input = world({ apps: [{ ...app, east: { ...app.east, more: [marked] }, forward: { suspended: true } }] });
  const ids = slugs(buildPlan(input));
  const retain = ids.indexOf("retain-pv-shop@east");
  assert.ok(retain >= 0, ids.join("\n"));
  assert.ok(retain < ids.findIndex((id) => id.startsWith("apply-migrationschedule")));
});

test("the policy that a volume had before is remembered, not the Retain that Drover set", () => {
  const plan = buildPlan(world({ apps: [{ west: { record: { state: "absent" } } }] }));
  const step = plan.steps.find((each) => each.id === "shop/record-observe@west");
  const change =
    step?.operation.type === "record" && step.operation.change.type === "observe" ? step.operation.change : null;
  assert.deepEqual(change?.facts.reclaimPolicies, { "pv-shop": "Retain" });
});

const HALF: readonly (readonly [string, WorldSpec, readonly string[]])[] = [
  ["the standby does not know yet", { apps: [{ west: { mark: null } }] }, ["set-active@west"]],
  [
    "the schedule is suspended",
    { apps: [{ forward: { suspended: true } }] },
    ["apply-migrationschedule-drover-shop@east"],
  ],
  [
    "the copy is still flagged from an earlier move",
    { apps: [{ forward: { activated: true } }] },
    ["deactivate-copy-drover-shop@west"],
  ],
  ["the branch has no folder", { apps: [{ folder: "none" }] }, ["render-west"]],
  ["the folder is in its active form", { apps: [{ folder: "active" }] }, ["render-west"]],
  ["nothing was delivered", { apps: [{ west: { delivered: null } }] }, ["deliver@west"]],
  [
    "the active form was delivered",
    { apps: [{ west: { delivered: { content: "x", form: "active" } } }] },
    ["deliver@west"],
  ],
  [
    "a workload was scaled, and so captured",
    { apps: [{ east: { replicas: 3 } }] },
    ["record-observe@east", "record-observe@west", "render-west", "deliver@west"],
  ],
];

for (const [name, spec, expected] of HALF) {
  test(`protection does only what is missing: ${name}`, () => {
    assert.deepEqual(slugs(buildPlan(world(spec))), expected);
  });
}

const OTHER_RANGE = { "openshift.io/sa.scc.uid-range": "1000650000/10000" };

const BLOCKED: readonly (readonly [string, WorldSpec, readonly string[]])[] = [
  ["the standby is away", { away: { west: "away" } }, ["cluster-unreachable"]],
  ["the source is away", { away: { east: "away" } }, ["cluster-unreachable"]],
  ["both are away", { away: { east: "away", west: "away" } }, ["cluster-unreachable", "cluster-unreachable"]],
  ["the standby is another cluster", { away: { west: "wrong-cluster" } }, ["cluster-identity"]],
  ["the standby refuses", { away: { west: "unreadable" } }, ["cluster-unreadable"]],
  ["both are asked to run", { apps: [{ west: { replicas: 1 } }] }, ["both-active"]],
  [
    "the standby's record can't be read",
    { apps: [{ west: { record: { state: "unreadable" } } }] },
    ["record-unreadable"],
  ],
  [
    "the source's record can't be read",
    { apps: [{ east: { record: { state: "unreadable" } } }] },
    ["record-unreadable"],
  ],
  ["the standby's epoch can't be read", { epoch: { west: "unreadable" } }, ["record-unreadable"]],
  [
    "both epochs can't be read, so nothing seems recorded",
    { epoch: { east: "unreadable", west: "unreadable" }, apps: [{ recorded: { state: "none" } }] },
    ["record-unreadable", "record-unreadable"],
  ],
  ["the source was read without it", { apps: [{ east: { unread: true } }] }, ["cluster-unreadable"]],
  ["the standby was read without it", { apps: [{ west: { unread: true } }] }, ["cluster-unreadable"]],
  [
    "the namespace has another range there",
    {
      apps: [
        {
          east: {
            without: (object) =>
              object.kind === "Namespace" &&
              object.metadata.annotations?.["openshift.io/sa.scc.uid-range"] === undefined,
            more: [namespaceObject("shop", OTHER_RANGE)],
          },
        },
      ],
    },
    ["namespace-range-differs"],
  ],
  [
    "the namespace is gone on the source",
    { apps: [{ east: { without: (object) => object.kind === "Namespace" } }] },
    ["namespace-missing", "suspicious-capture"],
  ],
  [
    "an approval is missing",
    {
      withheld: new Map([
        ["shop", [{ code: "approval-missing", message: "shop is not approved", remedy: "approve it" }]],
      ]),
    },
    ["approval-missing"],
  ],
];

const GOING_AWAY = [
  ["on the source", goingAway("east", "shop"), ["suspicious-capture", "namespace-terminating"]],
  [
    "on the source, before the first capture",
    goingAway("east", "shop", { apps: [{ folder: "none" }] }),
    ["render-refused", "namespace-terminating"],
  ],
  ["on the standby", goingAway("west", "shop"), ["namespace-terminating"]],
] as const;

for (const [where, input, expected] of GOING_AWAY) {
  test(`protection is held back: the namespace is being deleted ${where}`, () => {
    const plan = buildPlan(input);
    assert.deepEqual([plan.steps, blockerCodes(plan)], [[], expected]);
  });
}

test("one of two namespaces is being deleted: the application stays as a whole, and it says which one and what to do", () => {
  const plan = buildPlan(goingAway("east", "cart", { apps: [{ namespaces: ["shop", "cart"] }] }));
  assert.deepEqual([plan.steps, blockerCodes(plan)], [[], ["suspicious-capture", "namespace-terminating"]]);
  const [suspicious, terminating] = plan.applications[0]?.blockers ?? [];
  assert.match(suspicious?.message ?? "", /: Namespace cart is being deleted$/);
  assert.match(terminating?.message ?? "", /^namespace cart on east is being deleted/);
  assert.match(terminating?.remedy ?? "", /spec\.namespaces/);
});

for (const [name, spec, expected] of BLOCKED) {
  test(`protection is held back: ${name}`, () => {
    const plan = buildPlan(world(spec));
    assert.deepEqual(plan.steps, []);
    assert.deepEqual(
      blockerCodes(plan)
        .filter((code) => expected.includes(code))
        .sort(),
      expected,
    );
  });
}

test("a capture alone does not wait for replication: it is said, and the configuration is kept", () => {
  const unpaired = (renderOnly: boolean): PlanInput => {
    const input = world({ renderOnly, apps: [{ folder: "none" }] });
    const clusters = [...input.clusters].map(([name, cluster]): [string, ClusterFacts] => {
      if (!cluster.reachable) return [name, cluster];
      const providerObjects = cluster.providerObjects.filter(({ kind }) => kind !== "ClusterPair");
      return [name, { ...cluster, providerObjects }];
    });
    return { ...input, clusters: new Map(clusters) };
  };
  const held = buildPlan(unpaired(false));
  assert.deepEqual([held.steps, blockerCodes(held)], [[], ["replication-not-ready", "replication-not-ready"]]);
  const captured = buildPlan(unpaired(true));
  assert.deepEqual(blockerCodes(captured), []);
  assert.ok(captured.steps.some(({ action }) => action === "render"));
  const notes = captured.applications.flatMap((application) => application.notes.map(({ code }) => code));
  assert.deepEqual(notes, ["replication-not-ready", "replication-not-ready"]);
});

test("a standby whose record is lost does not look like one that never had a transition", () => {
  const open = [transitionRecord({ phase: "serving" })];
  const app: AppSpec = {
    active: "west",
    home: "west",
    recorded: { state: "known", cluster: "west", since: "2".repeat(40) },
    west: { record: { state: "unreadable" }, transitions: open },
  };
  const plan = buildPlan(world({ apps: [app] }));
  assert.deepEqual([plan.steps, blockerCodes(plan)], [[], ["record-unreadable"]]);
});

test("a capture that looks like an accident writes nothing to the branch", () => {
  const gone = (object: { readonly kind: string }): boolean =>
    object.kind === "StatefulSet" || object.kind === "Deployment";
  const plan = buildPlan(world({ apps: [{ east: { without: gone, pods: false } }] }));
  assert.deepEqual(blockerCodes(plan), ["suspicious-capture"]);
  assert.ok(plan.steps.every((step) => step.action !== "render"));
  assert.match(
    plan.applications[0]?.blockers[0]?.message ?? "",
    /Deployment shop\/web is gone; .*StatefulSet shop\/db/,
  );
});

test("nor does it forget the counts and claims that are recorded", () => {
  const plan = buildPlan(
    world({ apps: [{ east: { without: (object) => object.kind !== "Namespace", pods: false } }] }),
  );
  assert.ok(
    plan.steps.every((step) => step.operation.type !== "record"),
    slugs(plan).join(),
  );
});

test("a resync of the standby is no failure of protection", () => {
  const plan = buildPlan(world({ domains: { west: RESYNCING } }));
  assert.deepEqual(blockerCodes(plan), []);
});

test("a record that knows the policy of a volume that is gone is still the same record", () => {
  const input = world();
  const east = input.clusters.get("east");
  assert.ok(east?.reachable === true);
  const shop = east.applications.get("shop") ?? assert.fail("it is there");
  assert.ok(shop.record.state === "read");
  const value = { ...shop.record.value, reclaimPolicies: { ...shop.record.value.reclaimPolicies, "pv-old": "Delete" } };
  const applications = new Map([["shop", { ...shop, record: { state: "read", value } as const }]]);
  const plan = buildPlan({
    ...input,
    clusters: new Map([...input.clusters, ["east", { ...east, applications }]] as const),
  });
  assert.deepEqual(slugs(plan), []);
});

test("a new claim is recorded, kept and waited for on the standby", () => {
  const more = [
    statefulSet("shop", "queue", { replicas: 1 }),
    claim("shop", "data-queue-0", { volume: "pv-queue" }),
    volume("pv-queue", { namespace: "shop", claim: "data-queue-0" }, "Delete"),
  ];
  const ids = slugs(buildPlan(world({ apps: [{ east: { more } }] })));
  for (const slug of ["record-observe@west", "retain-pv-queue@east", "verify-claims@west"])
    assert.ok(ids.includes(slug), slug);
});

/** What steps do to Drover's own ConfigMaps, in order. */
function bookkeeping(input: ReturnType<typeof world>): readonly string[] {
  return buildPlan(input).steps.flatMap(({ action, cluster, object }) =>
    object?.kind === "ConfigMap" ? [`${action} ${object.name}@${cluster}`] : [],
  );
}

test("Drover's own ConfigMaps are created where they are not there, once each, and updated where they are", () => {
  const named = (name: string): AppSpec => ({ ...FIRST, name, namespaces: [name] });
  const fresh = bookkeeping(
    world({
      apps: [named("ledger"), named("shop")],
      sites: { east: new Map(), west: new Map() },
      epoch: { east: "absent", west: "absent" },
    }),
  );
  for (const cluster of ["east", "west"]) {
    assert.deepEqual(
      fresh.filter((entry) => entry.endsWith(`@${cluster}`)),
      [
        `create drover-sites@${cluster}`,
        `create drover-record-ledger@${cluster}`,
        `create drover-epoch@${cluster}`,
        `create drover-record-shop@${cluster}`,
        `update drover-epoch@${cluster}`,
      ],
    );
  }
  assert.ok(
    bookkeeping(world({ apps: [{ west: { record: { state: "absent" } } }] })).includes(
      "create drover-record-shop@west",
    ),
  );
  assert.deepEqual(bookkeeping(world({ apps: [{ east: { mark: null } }] })), ["update drover-epoch@east"]);
});

test("a rule of the document that matches nothing is a note with its name, and stops nothing", () => {
  const input = world();
  const shop = input.desired.state.applications.get("shop") ?? assert.fail();
  const match = { group: null, kind: "Deploymnet", namespace: null, name: null, matchLabels: null };
  const rule = { name: "dns", clusters: [], match, change: { type: "patch", operations: [] } } as const;
  const applications = new Map([["shop", { ...shop, render: { ...shop.render, rules: [rule] } }]]);
  const plan = buildPlan({ ...input, desired: { ...input.desired, state: { ...input.desired.state, applications } } });
  assert.deepEqual(blockerCodes(plan, "shop"), []);
  assert.equal(plan.verdict, "no-changes");
  const [note, ...others] = plan.applications[0]?.notes ?? [];
  assert.deepEqual([note?.code, others], ["rule-without-match", []]);
  assert.match(note?.message ?? "", /^shop: the rule dns of apps\/shop\.yaml matches no object .* for west/);
  assert.deepEqual(
    plan.findings.map(({ code, severity }) => [code, severity]),
    [
      ["rule-without-match", "warning"],
      ["approvals-by-merge-only", "warning"],
    ],
  );
});
