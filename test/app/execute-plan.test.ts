import assert from "node:assert/strict";
import { test } from "node:test";
import { executePlan } from "../../src/app/execute-plan.ts";
import type { AppEvent } from "../../src/app/events.ts";
import type { Execution } from "../../src/app/execution.ts";
import type { Operation } from "../../src/core/model/operation.ts";
import type { Step } from "../../src/core/model/step.ts";
import { portworx } from "../../src/providers/portworx-stork/provider.ts";
import { ClusterFault } from "../../src/ports/cluster.ts";
import { GitFault, type GitPort } from "../../src/ports/git.ts";
import { claim, deployment, pod, volume } from "../builders/live-objects.ts";
import { C5, sha256 } from "../builders/plan-world.ts";
import { domainsStatus, FENCED, IN_SYNC } from "../builders/stork-objects.ts";
import { writeContext } from "../builders/write-context.ts";
import { type FakeCluster, fakeCluster } from "../fakes/cluster.ts";
import { type FakeClock, fakeClock } from "../fakes/virtual-time.ts";

const WRITE: Operation = { type: "record-site", site: "east", volumeNamespaces: [] };

function step(id: string, changes: Partial<Step> = {}): Step {
  return {
    id,
    application: id.split("/")[0] ?? null,
    cluster: "west",
    action: "update",
    object: null,
    risk: "routine",
    why: "x",
    after: [],
    authorisedBy: null,
    beginBefore: null,
    operation: WRITE,
    ...changes,
  };
}

const GIT_AWAY = { tip: () => Promise.reject(new GitFault("unreachable", "the remote does not answer")) };

function execution(cluster: FakeCluster, changes: Partial<Execution> & { readonly clock?: FakeClock } = {}): Execution {
  const context = writeContext(cluster);
  return {
    clock: changes.clock ?? context.clock,
    providers: { portworx },
    digest: sha256,
    events: () => undefined,
    branch: { git: GIT_AWAY as unknown as GitPort, protectedBranch: "main", tip: C5 },
    keepLeases: () => Promise.resolve(),
    readFrom: () => cluster,
    writeTo: () => context,
    ...changes,
  };
}

async function outcomes(run: Execution, steps: readonly Step[]): Promise<readonly string[]> {
  return (await executePlan(run, steps)).map(({ step: each, outcome }) => `${each.id} ${outcome.state}`);
}

const broken = (code: ConstructorParameters<typeof ClusterFault>[0]) => () => {
  throw new ClusterFault(code, "west", code);
};

test("the deadline bounds the first disruptive step only: what began in time is finished", async () => {
  const clock = fakeClock();
  const late = { beginBefore: clock.now() - 1 };
  const inTime = { beginBefore: clock.now() + 1_000 };
  const run = execution(fakeCluster("west", []), { clock });
  assert.deepEqual(await outcomes(run, [step("shop/a", late), step("shop/b", { ...late, after: ["shop/a"] })]), [
    "shop/a refused",
    "shop/b skipped",
  ]);
  const begun = [step("shop/a", inTime), step("shop/b", late), step("ledger/a", late)];
  assert.deepEqual(await outcomes(run, begun), ["shop/a done", "shop/b done", "ledger/a refused"]);
});

test("what depends on a step that was not done is skipped; other applications go on", async () => {
  const cluster = fakeCluster("west");
  cluster.before("create", broken("forbidden"));
  const steps = [
    step("ledger/a"),
    step("ledger/b", { after: ["ledger/a"] }),
    step("shop/a"),
    step("ledger/c", { after: ["ledger/b"] }),
    step("shop/b", { after: ["shop/a"] }),
  ];
  assert.deepEqual(await outcomes(execution(cluster), steps), [
    "ledger/a refused",
    "ledger/b skipped",
    "shop/a done",
    "ledger/c skipped",
    "shop/b done",
  ]);
});

test("a step whose predecessor is not in the plan is not carried out", async () => {
  assert.deepEqual(await outcomes(execution(fakeCluster("west")), [step("shop/b", { after: ["shop/a"] })]), [
    "shop/b skipped",
  ]);
});

const FAULTS: readonly (readonly [Parameters<typeof broken>[0], string])[] = [
  ["forbidden", "refused"],
  ["unauthorized", "refused"],
  ["invalid", "refused"],
  ["malformed", "refused"],
  ["unreachable", "again"],
  ["timeout", "again"],
  ["server-error", "again"],
  ["throttled", "again"],
];

for (const [code, expected] of FAULTS) {
  test(`a cluster that answers ${code}: ${expected}`, async () => {
    const cluster = fakeCluster("west");
    cluster.before("create", broken(code));
    assert.deepEqual(await outcomes(execution(cluster), [step("shop/a")]), [`shop/a ${expected}`]);
  });
}

test("a repository that does not answer holds up what needs it, and nothing else", async () => {
  const operation: Operation = {
    type: "commit-folder",
    branch: "dr/west",
    application: "shop",
    files: new Map(),
    message: "x",
  };
  const steps = [step("shop/render", { operation }), step("shop/b", { after: ["shop/render"] }), step("ledger/a")];
  assert.deepEqual(await outcomes(execution(fakeCluster("west")), steps), [
    "shop/render again",
    "shop/b skipped",
    "ledger/a done",
  ]);
});

test("something unexpected is not swallowed", async () => {
  const cluster = fakeCluster("west");
  cluster.before("create", () => {
    throw new TypeError("a bug");
  });
  await assert.rejects(executePlan(execution(cluster), [step("shop/a")]), TypeError);
});

test("without a Lease nothing is written", async () => {
  const cluster = fakeCluster("west");
  assert.deepEqual(await outcomes(execution(cluster, { writeTo: () => null }), [step("shop/a")]), ["shop/a again"]);
  assert.deepEqual(cluster.writes, []);
});

function drained(timeoutMs = 60_000): Step {
  const list = (apiVersion: string, kind: string) =>
    ({ type: "list", query: { apiVersion, kind, namespace: "shop" } }) as const;
  const condition = {
    cluster: "west",
    test: { name: "drained", workloads: [] },
    reads: [list("v1", "Pod"), list("apps/v1", "Deployment")],
  } as const;
  return step("shop/wait", { operation: { type: "wait", condition, timeoutMs } });
}

test("a wait looks again until it is met, and tells what is missing once", async () => {
  const cluster = fakeCluster("west", [
    deployment("shop", "web", { replicas: 0 }),
    pod("shop", "db-0", { claims: ["data"] }),
  ]);
  const told: string[] = [];
  let looks = 0;
  const clock = fakeClock(() => {
    looks += 1;
    if (looks === 3) cluster.put(pod("shop", "db-0", { claims: ["data"], phase: "Succeeded" }));
  });
  const events = (event: AppEvent): void => {
    if (event.type === "step-waiting") told.push(event.why);
  };
  assert.deepEqual(await outcomes(execution(cluster, { clock, events }), [drained()]), ["shop/wait done"]);
  assert.deepEqual([looks, told], [3, ["pod shop/db-0 still holds a volume"]]);
});

test("a wait that is not met in time is no success", async () => {
  const cluster = fakeCluster("west", [deployment("shop", "web", { replicas: 1 })]);
  const clock = fakeClock();
  const start = clock.now();
  assert.deepEqual(
    await outcomes(execution(cluster, { clock }), [drained(), step("shop/b", { after: ["shop/wait"] })]),
    ["shop/wait timed-out", "shop/b skipped"],
  );
  assert.ok(clock.now() - start >= 60_000);
});

test("a drain is not proven by a cluster that does not answer", async () => {
  const cluster = fakeCluster("west");
  for (let times = 0; times < 200; times += 1) cluster.before("list", broken("unreachable"));
  assert.deepEqual(await outcomes(execution(cluster), [drained()]), ["shop/wait timed-out"]);
});

test("nor by zero replicas alone, nor by no pods alone", async () => {
  for (const objects of [
    [deployment("shop", "web", { replicas: 0 }), pod("shop", "db-0", { claims: ["data"], phase: "Pending" })],
    [deployment("shop", "web", { replicas: 1 })],
  ]) {
    assert.deepEqual(await outcomes(execution(fakeCluster("west", objects)), [drained()]), ["shop/wait timed-out"]);
  }
});

function claimsReady(objects: Parameters<typeof fakeCluster>[1]): Promise<readonly string[]> {
  const list = (kind: string, namespace: string | null) =>
    ({ type: "list", query: { apiVersion: "v1", kind, namespace } }) as const;
  const condition = {
    cluster: "west",
    test: { name: "claims-ready", claims: [{ namespace: "shop", name: "data", volume: "pv-1" }] },
    reads: [list("PersistentVolumeClaim", "shop"), list("PersistentVolume", null)],
  } as const;
  const wait = step("shop/claims", { operation: { type: "wait", condition, timeoutMs: 2_000 } });
  return outcomes(execution(fakeCluster("west", objects)), [wait]);
}

test("a claim is ready when it is Bound, to the recorded volume, which reads Retain", async () => {
  const bound = claim("shop", "data", { volume: "pv-1" });
  const kept = volume("pv-1", { namespace: "shop", claim: "data" });
  assert.deepEqual(await claimsReady([bound, kept]), ["shop/claims done"]);
  for (const wrong of [
    [],
    [bound],
    [kept],
    [claim("shop", "data", { volume: "pv-1", phase: "Pending" }), kept],
    [claim("shop", "data", { volume: "pv-2" }), kept],
    [claim("other", "data", { volume: "pv-1" }), kept],
    [bound, volume("pv-1", { namespace: "shop", claim: "data" }, "Delete")],
  ]) {
    assert.deepEqual(await claimsReady(wrong), ["shop/claims timed-out"]);
  }
});

test("an unknown provider, or a condition that is none of its own, is never met", async () => {
  for (const test of [
    { name: "provider", provider: "constructor", arguments: {} },
    { name: "provider", provider: "portworx", arguments: { check: "toString" } },
  ] as const) {
    const condition = { cluster: "west", test, reads: [] };
    const wait = step("shop/wait", { operation: { type: "wait", condition, timeoutMs: 1_000 } });
    assert.deepEqual(await outcomes(execution(fakeCluster("west")), [wait]), ["shop/wait refused"]);
  }
});

test("a domain that the storage calls Inactive only after some looks", async () => {
  const cluster = fakeCluster("west", [domainsStatus("dr-site", { primary: IN_SYNC })]);
  const clock = fakeClock(() => cluster.put(domainsStatus("dr-site", { primary: FENCED })));
  const condition = {
    cluster: "west",
    test: {
      name: "provider",
      provider: "portworx",
      arguments: { check: "domain", domain: "primary", active: false, inSync: false },
    },
    reads: [
      {
        type: "list",
        query: { apiVersion: "stork.libopenstorage.org/v1alpha1", kind: "ClusterDomainsStatus", namespace: null },
      },
    ],
  } as const;
  const wait = step("shop/wait", { operation: { type: "wait", condition, timeoutMs: 60_000 } });
  assert.deepEqual(await outcomes(execution(cluster, { clock }), [wait]), ["shop/wait done"]);
});
