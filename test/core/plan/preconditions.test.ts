import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import { contextFor } from "../../../src/core/plan/application-context.ts";
import { hypotheticalBlockers } from "../../../src/core/plan/preconditions.ts";
import { claim, deployment, namespaceObject, secret } from "../../builders/live-objects.ts";
import { blockerCodes, startsTarget } from "../../builders/plan-checks.ts";
import {
  type AppSpec,
  C1,
  C2,
  FAILOVER,
  RELOCATE,
  type WorldSpec,
  folderFor,
  transitionRecord,
  world,
} from "../../builders/plan-world.ts";
import { FENCED, RESYNCING } from "../../builders/stork-objects.ts";

const ID = String(FAILOVER["id"]);
const TO_WEST: AppSpec = { active: "west", transition: FAILOVER };
const MOVING: AppSpec = { active: "west", transition: RELOCATE };
const UNREADABLE = { state: "unreadable" } as const;
const RUNNING = { replicas: 1 } as const;

const GOING: KubeObject = { ...namespaceObject("shop"), status: { phase: "Terminating" } };

/** An application that refers to a Secret of its own. */
function withSecret(app: AppSpec): AppSpec {
  const web = deployment("shop", "web", { replicas: 1 });
  const env = [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db-login", key: "password" } } }];
  const spec = structuredClone(web["spec"]) as { template: { spec: { containers: object[] } } };
  spec.template.spec.containers = [{ name: "main", image: "registry.example.com/web:1", env }];
  const replaced: KubeObject = { ...web, spec };
  const without = (object: KubeObject): boolean => object.kind === "Deployment" && object !== replaced;
  return { ...app, east: { ...app.east, without, more: [replaced, secret("shop", "db-login", "hunter2")] } };
}

function cronJob(suspend: boolean): KubeObject {
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } }];
  const spec = { schedule: "* * * * *", suspend, jobTemplate: { spec: { template: { spec: { volumes } } } } };
  return { apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "backup", namespace: "shop" }, spec };
}

function daemonSet(claims: boolean): KubeObject {
  const volumes = claims ? [{ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } }] : [];
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent", namespace: "shop" },
    spec: { template: { spec: { volumes } } },
  };
}

function job(done: boolean): KubeObject {
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } }];
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "migrate", namespace: "shop" },
    spec: { template: { spec: { volumes } } },
    status: { conditions: done ? [{ type: "Complete", status: "True" }] : [] },
  };
}

function begun(changes: Partial<AppSpec> = {}): AppSpec {
  const transitions = [transitionRecord()];
  const mark = { cluster: "east", since: C1, raisedFor: ID };
  return {
    ...TO_WEST,
    ...changes,
    east: { transitions, mark, ...changes.east },
    west: { transitions, mark, ...changes.west },
  };
}

const TAMPERED: WorldSpec = { apps: [TO_WEST] };

const CASES: readonly (readonly [string, WorldSpec, readonly string[]])[] = [
  ["nothing in the way", { apps: [TO_WEST] }, []],
  ["nothing in the way of a relocate", { apps: [MOVING] }, []],
  ["failover, source away", { away: { east: "away" }, apps: [TO_WEST] }, []],
  [
    "failover, target away",
    { away: { west: "away" }, apps: [TO_WEST] },
    ["cluster-unreachable", "recovery-point-unknown", "replication-not-ready"],
  ],
  ["relocate, source away", { away: { east: "away" }, apps: [MOVING] }, ["cluster-unreachable"]],
  [
    "relocate begun, not proven, source away",
    {
      away: { east: "away" },
      apps: [
        {
          ...begun(),
          transition: { ...RELOCATE, id: ID },
          west: { transitions: [transitionRecord({ type: "Relocate" })] },
        },
      ],
    },
    ["cluster-unreachable"],
  ],
  ["failover, source refuses to be read", { away: { east: "unreadable" }, apps: [TO_WEST] }, ["cluster-unreadable"]],
  ["failover, source is another cluster", { away: { east: "wrong-cluster" }, apps: [TO_WEST] }, ["cluster-identity"]],
  ["source without identity", { identity: { east: null }, apps: [TO_WEST] }, ["cluster-identity"]],
  ["target without identity", { identity: { west: null }, apps: [TO_WEST] }, ["cluster-identity"]],
  ["source read without the application", { apps: [{ ...TO_WEST, east: { unread: true } }] }, ["cluster-unreadable"]],
  ["target read without the application", { apps: [{ ...TO_WEST, west: { unread: true } }] }, ["cluster-unreadable"]],
  ["record unreadable on the target", { apps: [{ ...TO_WEST, west: { record: UNREADABLE } }] }, ["record-unreadable"]],
  ["record unreadable on the source", { apps: [{ ...TO_WEST, east: { record: UNREADABLE } }] }, ["record-unreadable"]],
  ["epoch unreadable on the target", { epoch: { west: "unreadable" }, apps: [TO_WEST] }, ["record-unreadable"]],
  [
    "target resynchronising",
    { domains: { west: RESYNCING }, apps: [TO_WEST] },
    ["recovery-point-unknown", "replication-not-ready"],
  ],
  [
    "target fenced",
    { domains: { west: FENCED }, apps: [TO_WEST] },
    ["recovery-point-unknown", "replication-not-ready"],
  ],
  [
    "target's state unknown",
    { domains: { west: { state: "Active", sync: "SyncStatusUnknown" } }, apps: [TO_WEST] },
    ["recovery-point-unknown", "replication-not-ready"],
  ],
  ["failover, source not in sync", { domains: { east: RESYNCING }, apps: [TO_WEST] }, []],
  ["relocate, source not in sync", { domains: { east: RESYNCING }, apps: [MOVING] }, ["replication-not-ready"]],
  ["relocate, source fenced", { domains: { east: FENCED }, apps: [MOVING] }, ["replication-not-ready"]],
  ["no folder on the branch", { apps: [{ ...TO_WEST, folder: "none" }] }, ["branch-missing"]],
  ["no folder on the branch, begun", { apps: [begun({ folder: "none" })] }, ["branch-missing"]],
  ["a Secret that the target lacks", { apps: [withSecret(TO_WEST)] }, ["secret-missing"]],
  [
    "the target's namespace is being deleted",
    {
      apps: [
        {
          ...TO_WEST,
          west: { without: (object) => object.kind === "Namespace" && object !== GOING, more: [GOING] },
        },
      ],
    },
    ["namespace-terminating"],
  ],
  [
    "a claim that the target lacks",
    { apps: [{ ...TO_WEST, west: { without: (object) => object.kind === "PersistentVolumeClaim" } }] },
    ["claims-not-ready"],
  ],
  [
    "a claim bound to another volume",
    {
      apps: [
        {
          ...TO_WEST,
          west: {
            without: (object) =>
              object.kind === "PersistentVolumeClaim" &&
              object["spec"] !== undefined &&
              !JSON.stringify(object).includes("other"),
            more: [claim("shop", "data-db-0", { volume: "other" })],
          },
        },
      ],
    },
    ["claims-not-ready"],
  ],
  [
    "all claims vanished on the source: the remembered ones count",
    {
      apps: [
        {
          ...TO_WEST,
          east: { without: (object) => object.kind === "PersistentVolumeClaim" },
          west: { without: (object) => object.kind === "PersistentVolumeClaim" },
        },
      ],
    },
    ["claims-not-ready"],
  ],
  ["both asked to run", { apps: [{ ...TO_WEST, west: RUNNING }] }, ["both-active"]],
  ["both asked to run, begun, before the point of no return", { apps: [begun({ west: RUNNING })] }, ["both-active"]],
  [
    "both asked to run, begun, after it: the older side is stopped",
    { apps: [begun({ west: { ...RUNNING, mark: { cluster: "west", since: C2, raisedFor: ID } } })] },
    [],
  ],
  [
    "a CronJob with a claim, relocate",
    { apps: [{ ...MOVING, east: { more: [cronJob(false)] } }] },
    ["unstoppable-workload"],
  ],
  [
    "a CronJob with a claim, failover of a source that answers",
    { apps: [{ ...TO_WEST, east: { more: [cronJob(false)] } }] },
    ["unstoppable-workload"],
  ],
  [
    "a CronJob with a claim, begun and not proven",
    { apps: [begun({ east: { more: [cronJob(false)] } })] },
    ["unstoppable-workload"],
  ],
  ["a suspended CronJob", { apps: [{ ...MOVING, east: { more: [cronJob(true)] } }] }, []],
  ["a DaemonSet with a claim", { apps: [{ ...MOVING, east: { more: [daemonSet(true)] } }] }, ["unstoppable-workload"]],
  ["a DaemonSet without one", { apps: [{ ...MOVING, east: { more: [daemonSet(false)] } }] }, []],
  ["a running Job with a claim", { apps: [{ ...MOVING, east: { more: [job(false)] } }] }, ["unstoppable-workload"]],
  ["a finished Job", { apps: [{ ...MOVING, east: { more: [job(true)] } }] }, []],
  [
    "a point that is newer than accepted",
    { apps: [{ active: "west", transition: { ...FAILOVER, acceptRecoveryPoint: "2026-11-23T02:30:00Z" } }] },
    [],
  ],
];

for (const [name, spec, expected] of CASES) {
  test(`a move is refused or not: ${name}`, () => {
    const plan = buildPlan(world(spec));
    assert.deepEqual([...new Set(blockerCodes(plan))].sort(), expected);
    if (expected.length > 0) {
      assert.deepEqual(plan.steps.filter(startsTarget), []);
      assert.equal(plan.verdict, "refused");
    }
  });
}

test("all reasons are given at once", () => {
  const spec: WorldSpec = {
    identity: { east: null },
    domains: { west: FENCED },
    apps: [withSecret({ ...TO_WEST, folder: "none" })],
  };
  const codes = new Set(blockerCodes(buildPlan(world(spec))));
  assert.deepEqual([...codes].sort(), [
    "branch-missing",
    "cluster-identity",
    "recovery-point-unknown",
    "replication-not-ready",
  ]);
});

test("a folder that somebody changed on the branch holds up its application alone", () => {
  const input = world({ ...TAMPERED, apps: [TO_WEST, { name: "ledger" }] });
  for (const [path, text] of [
    ["kustomization.yaml", "not: [a, kustomization"],
    ["components/active/kustomization.yaml", undefined],
    ["record.json", "{}"],
  ] as const) {
    const files = new Map(folderFor("west", TO_WEST));
    if (text === undefined) files.delete(path);
    else files.set(path, text);
    const west = input.branches.get("west") ?? assert.fail("west has a branch");
    const folders = new Map([...west.folders, ["shop", files]] as const);
    const changed = { ...input, branches: new Map([...input.branches, ["west", { ...west, folders }]] as const) };
    const plan = buildPlan(changed);
    assert.deepEqual(blockerCodes(plan), ["branch-missing"], path);
    assert.deepEqual(blockerCodes(plan, "ledger"), [], path);
  }
});

test("a folder that somebody changed does not stop the plan of standing protection either", () => {
  const input = world();
  const west = input.branches.get("west") ?? assert.fail("west has a branch");
  const planWith = (path: string, text: string) => {
    const folders = new Map([["shop", new Map(folderFor("west", {})).set(path, text)]]);
    return buildPlan({ ...input, branches: new Map([...input.branches, ["west", { ...west, folders }]] as const) });
  };
  const repaired = planWith("kustomization.yaml", "not: [a, kustomization");
  assert.deepEqual(
    repaired.steps.map((step) => step.action),
    ["render"],
  );
  assert.deepEqual(blockerCodes(planWith("record.json", "{}")), ["render-refused"]);
});

const HYPOTHETICAL: readonly (readonly [string, WorldSpec, readonly string[], readonly string[]])[] = [
  ["undisturbed", {}, [], []],
  ["source away", { away: { east: "away" } }, [], ["cluster-unreachable"]],
  [
    "target away",
    { away: { west: "away" } },
    ["cluster-unreachable", "recovery-point-unknown", "replication-not-ready"],
    ["cluster-unreachable", "recovery-point-unknown", "replication-not-ready"],
  ],
  [
    "target resynchronising",
    { domains: { west: RESYNCING } },
    ["recovery-point-unknown", "replication-not-ready"],
    ["recovery-point-unknown", "replication-not-ready"],
  ],
  ["source resynchronising", { domains: { east: RESYNCING } }, [], ["replication-not-ready"]],
  ["a CronJob on the source", { apps: [{ east: { more: [cronJob(false)] } }] }, [], ["unstoppable-workload"]],
  ["a Secret missing", { apps: [withSecret({})] }, ["secret-missing"], ["secret-missing"]],
];

for (const [name, spec, failover, relocate] of HYPOTHETICAL) {
  test(`what status answers: ${name}`, () => {
    const input = world(spec);
    const document = input.desired.state.applications.get("shop") ?? assert.fail("it is there");
    const context = contextFor(input, document, { source: "east", target: "west" }) ?? assert.fail("it has a pair");
    const codes = (type: "Failover" | "Relocate"): readonly string[] =>
      [...new Set(hypotheticalBlockers(context, type).map((each) => each.code))].sort();
    assert.deepEqual([codes("Failover"), codes("Relocate")], [failover, relocate]);
  });
}
